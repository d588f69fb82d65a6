"""Whole jobs made of the scripts, for `make demo` and `make real`."""
