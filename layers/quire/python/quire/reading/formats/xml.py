"""XML: elements that hold text as `label: value` lines, elements that repeat as tables. One page.

Names are said as words (`invoiceNumber` -> Invoice Number), for they are the labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from quire.reading.broken import Broken
from quire.reading.formats.flow import MOST_PARTS, Block, Rows, Slot, Text

_DEEPEST = 100
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_\-.]+")
_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"


def pages(path: Path) -> Iterator[Sequence[Block]]:
    """One page.

    Raises:
        Broken: document_too_complex, extraction_failed (not well-formed).
        DefusedXmlException: it declares entities.
    """
    yield list(_blocks(_root(path), ""))


def _root(path: Path) -> Element:
    root: Element | None = None
    depth = count = 0
    try:
        for event, element in iterparse(path, events=("start", "end")):
            if event == "end":
                depth -= 1
                continue
            root = element if root is None else root
            depth, count = depth + 1, count + 1 + len(element.attrib)
            if depth > _DEEPEST or count > MOST_PARTS:
                raise Broken("document_too_complex", f"XML of more than {MOST_PARTS} parts, or {_DEEPEST} levels")
    except DefusedXmlException:
        raise
    except (ParseError, ValueError, LookupError):
        raise Broken("extraction_failed", "the XML is not well-formed") from None
    if root is None:
        raise Broken("extraction_failed", "the XML has no element")
    return root


def _blocks(element: Element, above: str) -> Iterator[Block]:
    """What an element with children says: lines for its values, tables for what repeats, a heading for each group."""
    name = words(element.tag)
    lines = [f"{_label(words(key), name)}: {value}" for key, value in _attributes(element)]
    if element.text and element.text.strip():
        lines.append(_one_line(element.text))
    children = list(element)
    n = 0
    while n < len(children):
        child = children[n]
        alike = 1
        while n + alike < len(children) and children[n + alike].tag == child.tag:
            alike += 1
        group = children[n : n + alike]
        n += alike
        if len(child) == 0 and (alike == 1 or not child.attrib):
            for one in group:
                lines += _leaf(one, name if above else "")
        elif alike > 1 or _is_list(name, child):
            if lines:
                yield Text("\n".join(lines))
                lines = []
            yield Text(words(child.tag))
            yield _table(group)
        else:
            if lines:
                yield Text("\n".join(lines))
                lines = []
            yield Text(words(child.tag))
            yield from _blocks(child, name)
        tail = (group[-1].tail or "").strip()
        if tail:
            lines.append(_one_line(tail))
    if lines:
        yield Text("\n".join(lines))


def _leaf(element: Element, above: str) -> list[str]:
    name = words(element.tag)
    label = _label(name, above)
    text = _one_line(element.text or "")
    lines = [f"{label}: {text}"] if text or not element.attrib else []
    return lines + [f"{label} {words(key)}: {value}" for key, value in _attributes(element)]


def _label(name: str, above: str) -> str:
    """A name of one word (`Name`, `ID`) says little without that of the element above it."""
    return f"{above} {name}" if above and " " not in name and name not in above.split() else name


def _is_list(name: str, child: Element) -> bool:
    """`Lines` with one `Line` in it: a list that happens to have one item."""
    return len(child) > 0 and words(child.tag).lower() in name.lower() and words(child.tag) != name


def _table(items: list[Element]) -> Rows:
    """A row for each item, a column for each path of names under it, in the order in which they first come."""
    rows = [dict(_cells(item, ())) for item in items]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    if len(columns) * len(rows) > MOST_PARTS:
        raise Broken("document_too_complex", f"a table of more than {MOST_PARTS} cells")
    last = [column[-1] if column else "" for column in columns]
    heads = [
        name if name and last.count(name) == 1 else " ".join(column) for name, column in zip(last, columns, strict=True)
    ]
    body = [[Slot(row.get(column, "")) for column in columns] for row in rows]
    return Rows([[Slot(head) for head in heads], *body], heads=1)


def _cells(element: Element, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    seen: dict[str, int] = {}
    for key, value in _attributes(element):
        yield (*path, words(key)), value
    text = _one_line(element.text or "")
    if text:
        yield path, text
    for child in element:
        name = words(child.tag)
        seen[name] = seen.get(name, 0) + 1
        yield from _cells(child, (*path, name if seen[name] == 1 else f"{name} {seen[name]}"))


def _attributes(element: Element) -> Iterator[tuple[str, str]]:
    for key, value in element.attrib.items():
        if value.strip() and not key.startswith(_SCHEMA):
            yield key, _one_line(value)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def words(name: str) -> str:
    """`{namespace}invoiceNumber` -> `Invoice Number`."""
    parts = [part for part in _CAMEL.split(name.rpartition("}")[2]) if part]
    return " ".join(part[:1].upper() + part[1:] for part in parts)
