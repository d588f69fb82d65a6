"""The pool on disk: a folder of scans with declarations and truth. Loads no torch."""

from datasets.pool.errors import PoolError
from datasets.pool.split import split_of
from datasets.pool.store import Pool, image_ids, read_pool, write_pool

__all__ = ["Pool", "PoolError", "image_ids", "read_pool", "split_of", "write_pool"]
