"""A reading becomes chunks, or the fields of a schema."""

from quire.extraction.engine import Extraction, Options, extract
from quire.extraction.leaf import Citation, Leaf
from quire.extraction.schema import SchemaRefused, parse

__all__ = ["Citation", "Extraction", "Leaf", "Options", "SchemaRefused", "extract", "parse"]
