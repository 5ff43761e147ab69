"""A reading becomes chunks, or the fields of a schema."""

from quire.extraction.engine import Citation, Extraction, Leaf, Options, extract
from quire.extraction.schema import SchemaRefused, parse

__all__ = ["Citation", "Extraction", "Leaf", "Options", "SchemaRefused", "extract", "parse"]
