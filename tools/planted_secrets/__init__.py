"""Secrets planted in scans and tables, and whether any is left after `pool.py anonymise`."""
