"""Tables from words and rulings, whoever read them: those that are drawn, and those whose columns only stand aligned.

`find` is asked by `layout`; the rest are its parts. No file format and no Textract in here."""

from quire.reading.tables.finder import find

__all__ = ["find"]
