"""Web pages: what a browser shows of them, as text and tables. Nothing is run, and nothing that is named is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from quire.reading.flow import Block, Rows, Slot, Text
from quire.reading.flow_txt import decode

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_CHARSET_WITHIN = 4096
_NOT_SHOWN = frozenset(
    ("head", "script", "style", "template", "noscript", "iframe", "object", "datalist", "audio", "video", "svg", "math")
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Elements that run within a line; any other begins and ends one.
_INLINE = frozenset(
    ("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
     "kbd", "label", "mark", "nobr", "output", "q", "s", "samp", "select", "small", "span", "strike", "strong", "sub",
     "sup", "time", "tt", "u", "var", "wbr", "img", "button", "picture", "input", "textarea", "ruby", "rb", "rt", "rp",
     "-text")
)  # fmt: skip
_CELLS = ("td", "th")
_WIDEST_SPAN = 1000  # HTML Living Standard, "Algorithm for processing rows": colspan is clamped to it


def pages(path: Path) -> Iterator[Sequence[Block]]:
    """One page."""
    content = path.read_bytes()
    charset = _CHARSET.search(content[:_CHARSET_WITHIN])
    yield from paged(decode(content, charset[1].decode("ascii") if charset else None))


def paged(html: str, parted: bool = False) -> Iterator[Sequence[Block]]:
    """The blocks of this HTML; with `parted`, as of a word processor, each `hr` begins a new page and tabs stay."""
    body = LexborHTMLParser(html).body
    if body is None:
        yield []
        return
    reader = _Reader(parted)
    reader.read(body)
    yield from reader.ended()


class _Reader:
    """Walks the tree without recursion: hostile pages nest a hundred thousand deep."""

    def __init__(self, parted: bool) -> None:
        self._parted = parted
        self._pages: list[list[Block]] = [[]]
        self._text: list[str] = []
        self._kept = 0  # how many `pre` are open: their spaces stay

    def read(self, root: LexborNode) -> None:
        node: LexborNode | None = root
        while node is not None:
            down = self._enter(node)
            child = node.child if down else None
            if child is not None:
                node = child
                continue
            if down:
                self._leave(node)
            while node is not None and node.next is None:
                node = node.parent
                if node is None or node.mem_id == root.mem_id:
                    return
                self._leave(node)
            if node is None or node.mem_id == root.mem_id:
                return
            node = node.next

    def ended(self) -> list[list[Block]]:
        self._end_block()
        return self._pages

    def _enter(self, node: LexborNode) -> bool:
        """Take up what the element says itself; answers whether its children are to be read."""
        tag = node.tag or ""
        if node.is_text_node:
            self._say(node.text_content or "")
            return False
        if not is_shown(node, tag):
            return False
        if tag == "table" and not _is_layout(node):
            self._end_block()
            self._pages[-1].append(_rows(node))
            return False
        if tag == "hr" and self._parted:
            self._end_block()
            self._pages.append([])
        elif tag == "br":
            self._text.append("\n")
        elif tag == "dd" and self._text:
            self._text.append("\t")  # beside its term
        elif tag not in _INLINE:
            self._end_block()
        self._kept += tag == "pre"
        self._text.append(_of_form(node, tag))
        return tag not in ("select", "textarea")

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        self._kept -= tag == "pre"
        if tag not in _INLINE and tag not in ("br", "dt"):
            self._end_block()

    def _say(self, text: str) -> None:
        if self._kept:
            self._end_block()
            if text.strip():
                self._pages[-1].append(Text(text.replace("\r", "").strip("\n")))
        else:
            self._text.append(re.sub(r"[^\S\t]+" if self._parted else r"\s+", " ", text))

    def _end_block(self) -> None:
        text = tidy("".join(self._text))
        self._text.clear()
        if text:
            self._pages[-1].append(Text(text))


def tidy(text: str) -> str:
    """Lines without spaces at their ends or two in a row, and no empty lines around; tabs stay."""
    lines = [re.sub(r"[^\S\t]+", " ", line).strip() for line in text.split("\n")]
    return "\n".join(lines).strip("\n")


def is_shown(node: LexborNode, tag: str) -> bool:
    """What no reader of the page can see must not become a value."""
    if tag in _NOT_SHOWN or node.is_comment_node:
        return False
    attributes = node.attributes
    if "hidden" in attributes or (tag == "input" and (attributes.get("type") or "").lower() == "hidden"):
        return False
    return not _HIDDEN_STYLE.search(attributes.get("style") or "")


def _of_form(node: LexborNode, tag: str) -> str:
    """What a filled-in form shows in this element."""
    if tag == "input":
        kind = (node.attributes.get("type") or "text").lower()
        if kind in ("checkbox", "radio"):
            return "☒ " if "checked" in node.attributes else "☐ "
        return "" if kind in ("password", "image", "file") else f" {node.attributes.get('value') or ''} "
    if tag == "select":
        options = node.css("option")
        chosen = [option for option in options if "selected" in option.attributes] or options[:1]
        return " ".join(option.text(strip=True) for option in chosen)
    return node.text() if tag == "textarea" else ""


def _is_layout(table: LexborNode) -> bool:
    """Whether a table only places things: it holds other tables, or has but one column or row of no heading."""
    if any(other.mem_id != table.mem_id for other in table.css("table")):
        return True
    rows = table.css("tr")
    if len(rows) < 2:
        return True
    return not any(sum(child.tag in _CELLS for child in row.iter()) > 1 for row in rows)


def _rows(table: LexborNode) -> Rows:
    rows: list[list[Slot]] = []
    heads = 0
    for row in table.css("tr"):
        if not is_shown(row, "tr"):
            continue
        cells = [cell for cell in row.iter() if cell.tag in _CELLS and is_shown(cell, cell.tag)]
        in_head = row.parent is not None and row.parent.tag == "thead"
        if heads == len(rows) and cells and (in_head or all(cell.tag == "th" for cell in cells)):
            heads += 1
        rows.append([Slot(_said(cell), _span(cell, "colspan"), _span(cell, "rowspan")) for cell in cells])
    return Rows(rows, heads if heads < len(rows) else 0)


def _said(cell: LexborNode) -> str:
    reader = _Reader(False)
    reader.read(cell)
    (blocks,) = reader.ended()
    return "\n".join(block.text for block in blocks if isinstance(block, Text))


def _span(cell: LexborNode, name: str) -> int:
    given = (cell.attributes.get(name) or "").strip()
    return min(max(int(given), 1), _WIDEST_SPAN) if given.isascii() and given.isdigit() and len(given) < 6 else 1
