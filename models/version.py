"""Version of the code that writes model packages."""

__version__ = "0.1.0"
"""Equal to the version in pyproject.toml; a test compares them."""
