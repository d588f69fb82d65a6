"""Words of published sources -> canonical labels, and the terms under which those sources were published."""

from datasets.taxonomy.source_words import canonical_label, read_mapping, terms_of

__all__ = ["canonical_label", "read_mapping", "terms_of"]
