"""What was read of files, kept on disk while a verb is at work: one that was cut off does not read them again."""

from datasets.readings.readings import AnewEachTime, Reading, Readings
from datasets.readings.working import working_readings

__all__ = ["AnewEachTime", "Reading", "Readings", "working_readings"]
