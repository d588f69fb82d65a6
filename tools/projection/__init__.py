"""Whether a projected threat can be told from one that was rendered where it stands."""
