"""The standard test piece in three real scans: what the material code finds in it, in figures and in pictures."""
