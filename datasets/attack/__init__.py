"""Tries to link a pool back to the folder that it was made from, one way a file, as somebody would who holds both.

Most ways leave marks: what a scan of the pool and one of the source have in common (a hash, a size, a name) links them.
`ledger` keeps marks and links in a database on disk, `run` goes through both sides once, `summary` counts.
"""
