"""What `pool.py` does, a file a verb: `run` takes the options as plain arguments and says what came of it."""
