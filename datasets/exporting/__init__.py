"""Pools -> folders in the layouts of other tools, scan by scan."""
