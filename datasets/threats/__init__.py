"""Libraries of threats as matter: areal density by material, for projection into scans. No torch, but in `stack`."""

from datasets.threats.records import LibraryInfo, ThreatRecord
from datasets.threats.store import Threat, ThreatLibrary, read_library, write_library

__all__ = ["LibraryInfo", "Threat", "ThreatLibrary", "ThreatRecord", "read_library", "write_library"]
