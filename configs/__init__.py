"""Typed options of the scripts, and their YAML files. Loads no torch."""
