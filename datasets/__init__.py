"""The pool on disk, layouts of public data sets, the sandbox simulator, and the torch data module.

Nothing is imported here: `datasets.pool` must load without torch.
"""
