"""Textract's answers, block by block as they come, made into pages: words and lines, forms, tables, answers to queries.

What reads answers of any size asks for `pages`; `contents` stops before the lines are put in order, to be joined."""

from quire.reading.textract.answer import Contents, composed, contents, pages

__all__ = ["Contents", "composed", "contents", "pages"]
