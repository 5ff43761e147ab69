"""Extracted data as a file for people and their spreadsheets: JSON, CSV or XLSX, written a document at a time."""

from quire.export.model import Exported, Format, Part, Shape, ValueType
from quire.export.names import ascii_name, disposition, file_name
from quire.export.write import NoTable, TooWide, write

__all__ = [
    "Exported",
    "Format",
    "NoTable",
    "Part",
    "Shape",
    "TooWide",
    "ValueType",
    "ascii_name",
    "disposition",
    "file_name",
    "write",
]
