"""A schema's fields as questions to Textract, whose answers are evidence beside the page's own words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote

from quire.domain.ports import Query
from quire.extraction.fields import leaves
from quire.extraction.schema import Kind, Node, Scalar, parse

MOST = 30
"""Queries to one page of an asynchronous call (Textract guide, "Quotas")."""
_LONGEST = 200
# An answer is words of the page: it says nothing of what is ticked or signed.
_UNASKED = (Kind.BOOLEAN, Kind.SIGNATURE)
_KNOWN = re.compile(r"[^a-zA-Z0-9\s!\"#$%'&()*+,\-./:;=?@\[\\\]^_`{|}~><]")


def queries(schema: Any) -> list[Query]:
    """A question for each scalar outside of arrays, those that are required first, at most `MOST`.

    Raises:
        SchemaRefused: see `schema.parse`.
    """
    asked = [leaf for leaf in leaves(parse(schema)) if leaf[0].kind not in _UNASKED]
    asked.sort(key=lambda leaf: not leaf[0].required)
    made = [Query(_question(scalar, parents), alias_of(scalar.path)) for scalar, parents in asked]
    return [query for query in made if len(query.alias) <= _LONGEST][:MOST]


def has_signature(schema: Any) -> bool:
    """Whether a field asks if something is signed.

    Raises:
        SchemaRefused: see `schema.parse`.
    """
    return any(scalar.kind is Kind.SIGNATURE for scalar, _ in leaves(parse(schema)))


def alias_of(path: str) -> str:
    """A field's path in the characters that an alias may have; `path_of` gives it back."""
    return quote(path, safe="")


def path_of(alias: str) -> str:
    return unquote(alias)


def _question(scalar: Scalar, parents: Sequence[Node]) -> str:
    """`What is the vendor name (the company that sells)?`: the guide asks for whole questions in the document's own
    words, and those are what titles and descriptions are made of."""
    owner = [parents[-1].name] if parents and parents[-1].name else []
    label = _plain(scalar.title) or " ".join(_plain(_apart(name)) for name in (*owner, scalar.name))
    description = _plain(scalar.description).rstrip(".")
    room = _LONGEST - len(f"What is the {label} ()?")
    if len(description) > room:
        description = description[: max(room, 0)].rpartition(" ")[0]
    return f"What is the {label} ({description})?" if description else f"What is the {label}"[: _LONGEST - 1] + "?"


def _apart(name: str) -> str:
    """`invoiceNumber`, `invoice_number` -> `invoice number`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_\-.]+", " ", name).lower()


def _plain(text: str) -> str:
    """In the characters that a query may have, accents taken off, on one line."""
    decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return " ".join(_KNOWN.sub("", decomposed).split())
