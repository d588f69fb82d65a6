"""Threat projection: objects of a library, set into scans of cargo as the beam would have seen them there."""
