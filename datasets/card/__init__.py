"""What a pool says of itself to people (`CARD.md`) and to machines (`croissant.json`).

Both are made of the pool's records alone: the same pool gives the same bytes. They stand outside of its content hash,
as `pool.json` does, so writing them changes nothing that was hashed. Each names the hash of the content it speaks of.
"""
