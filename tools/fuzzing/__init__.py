"""Fuzzing of the readers: seeds, mutations, workers that may die, and what became of every file."""
