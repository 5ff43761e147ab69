"""A printed label as the name of a property."""

from __future__ import annotations

import re

from quire.extraction.words import plain

MOST_CHARACTERS = 48

_NUMBERING = re.compile(r"^\W*(?:\d{1,2}[a-z]?|[a-z])[.)]\s+(?=[^\W\d])", re.IGNORECASE)
_EDGES = re.compile(r"^[\W_]+|[\s:;.,*?!=|_\-\u2013\u2014\u2026\uff1a]+$")
_SIGNS = {"#": " number ", "%": " percent ", "&": " and ", "№": " number ", "n°": " number ", "nº": " number "}


def cleaned(label: str) -> str:
    """The label without its number in the form, its colon, leaders and footnote marks."""
    text = " ".join(label.split())
    return _EDGES.sub("", _NUMBERING.sub("", text)).strip()


def property_name(label: str) -> str:
    """Snake case, ASCII, at most `MOST_CHARACTERS`; "" of a label without a letter that ASCII can write.

    `Invoice #` gives invoice_number, `Montant TTC` montant_ttc; what is too long ends with a whole word.
    """
    text = label.casefold()
    for sign, word in _SIGNS.items():
        text = text.replace(sign, word)
    text = re.sub(r"['’](?=s\b)", "", text)
    words: list[str] = re.findall(r"[a-z0-9]+", plain(text))
    if not any(word[0].isalpha() for word in words):
        return ""
    while words[0][0].isdigit():
        words = words[1:]
    name = words[0][:MOST_CHARACTERS]
    for word in words[1:]:
        if len(name) + 1 + len(word) > MOST_CHARACTERS:
            break
        name += f"_{word}"
    return name


def unique(name: str, taken: set[str] | dict[str, object]) -> str:
    """The name itself, or with the first number from 2 that makes it new."""
    number, made = 2, name
    while made in taken:
        made, number = f"{name}_{number}", number + 1
    return made
