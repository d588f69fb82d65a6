"""Checks of a pool on disk: one pass writes what there is into tables, then each check is a question to them.

A check finds what it finds whatever the others found: a line that breaks the schema costs that line alone. Memory does
not grow with the number of scans; the tables stand in a database on disk, which is gone when the checks are done.
"""
