"""Goods of the trade: what they are made of, how they are packed, and how they lie in a space."""
