"""Web pages: what a browser shows of them, as text and tables. Nothing is run, and nothing that is named is fetched."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from quire.reading.formats.encodings import decode
from quire.reading.formats.flow import Block, Rows, Slot, Text
from quire.reading.model import PageWarning

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_CHARSET_WITHIN = 4096
_NOT_SHOWN = frozenset(
    ("head", "script", "style", "template", "noscript", "iframe", "object", "datalist", "audio", "video", "svg", "math")
)
# `style` attributes that leave nothing to see: not drawn, without colour or height, or far outside the page.
_HIDDEN_STYLE = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0*(?:\.0*)?\s*(?:[;!]|$)"
    r"|color\s*:\s*transparent|(?:left|top|text-indent)\s*:\s*-\d{4,}(?:\.\d*)?px)",
    re.IGNORECASE,
)
_NO_HEIGHT = re.compile(r"(?<![\w-])(?:max-)?height\s*:\s*0(?:\.0*)?(?:px|em|pt)?\s*(?:[;!]|$)", re.IGNORECASE)
_CUT_OFF = re.compile(r"overflow\s*:\s*(?:hidden|clip)", re.IGNORECASE)
_FONT_SIZE = re.compile(
    r"(?<![\w-])font(?:-size)?\s*:\s*(?:[^;]*\s)?(?P<size>[\d.]+)(?:px|pt|em|rem|%)?", re.IGNORECASE
)
_MESSAGES = {
    "hidden_text": "words that the page hides are left out",
    "pictures": "pictures in the file are not read: if they say something, save it as a PDF",
}
_LEAST_SIDE = 8  # pixels of a picture that may say something: counters of readers have one, rules a few
# Elements that run within a line; any other begins and ends one.
_INLINE = frozenset(
    ("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
     "kbd", "label", "mark", "nobr", "output", "q", "s", "samp", "select", "small", "span", "strike", "strong", "sub",
     "sup", "time", "tt", "u", "var", "wbr", "img", "button", "picture", "input", "textarea", "ruby", "rb", "rt", "rp",
     "-text")
)  # fmt: skip
_CELLS = ("td", "th")
_GROUPS = ("thead", "tbody", "tfoot")
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
        self._no_size: list[bool] = []  # of the open elements that set a font's size, whether they set it to nothing
        self._left_out: Counter[str] = Counter()  # of the page, by kind of warning

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
        self._end_page()
        return self._pages

    def _enter(self, node: LexborNode) -> bool:
        """Take up what the element says itself; answers whether its children are to be read."""
        tag = node.tag or ""
        if node.is_text_node:
            if self._no_size and self._no_size[-1]:
                self._left_out["hidden_text"] += len((node.text_content or "").split())
            else:
                self._say(node.text_content or "")
            return False
        if not is_shown(node, tag):
            self._left_out["hidden_text"] += hidden_words(node, tag)
            return False
        self._left_out["pictures"] += _may_say(node, tag)
        if tag == "table" and not _is_layout(node):
            self._end_block()
            rows, left_out = _rows(node)
            self._pages[-1].append(rows)
            self._left_out += left_out
            return False
        size = _font_size(node)
        if size is not None:
            self._no_size.append(size == 0)
        if tag == "hr" and self._parted:
            self._end_page()
            self._pages.append([])
        elif tag == "br":
            self._text.append("\n")
        elif tag == "dd" and self._text:
            self._text.append("\t")  # beside its term
        elif tag not in _INLINE:
            self._end_block()
        self._kept += tag == "pre"
        self._text.append(_of_form(node, tag))
        if tag in ("select", "textarea"):
            self._leave(node)
            return False
        return True

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        self._kept -= tag == "pre"
        if _font_size(node) is not None:
            self._no_size.pop()
        if tag not in _INLINE and tag not in ("br", "dt"):
            self._end_block()

    def _say(self, text: str) -> None:
        if self._kept:
            self._end_block()
            if text.strip():
                self._pages[-1].append(Text(text.replace("\r", "").strip("\n")))
        else:
            self._text.append(re.sub(r"[^\S\t]+" if self._parted else r"\s+", " ", text))

    def _end_page(self) -> None:
        self._end_block()
        self._pages[-1] += [PageWarning(kind, _MESSAGES[kind], n) for kind, n in self._left_out.items() if n]
        self._left_out.clear()

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
    style = attributes.get("style") or ""
    return not (_HIDDEN_STYLE.search(style) or (_CUT_OFF.search(style) and _NO_HEIGHT.search(style)))


def hidden_words(node: LexborNode, tag: str) -> int:
    """How many words an element that is not shown would have said, had it not been hidden."""
    return 0 if tag in _NOT_SHOWN or node.is_comment_node else len(node.text(separator=" ").split())


def _may_say(node: LexborNode, tag: str) -> bool:
    """Whether it is a picture that is not known to be too small to say anything."""
    sides = [(node.attributes.get(side) or "").strip().removesuffix("px") for side in ("width", "height")]
    return tag == "img" and not any(side.isdecimal() and int(side[:6]) < _LEAST_SIDE for side in sides)


def _font_size(node: LexborNode) -> float | None:
    """The number of the size that the element's own style sets; None where it sets none."""
    style = node.attributes.get("style") or ""
    if "font" not in style.lower():
        return None
    sizes = [match["size"] for match in _FONT_SIZE.finditer(style)]
    try:
        return float(sizes[-1]) if sizes else None
    except ValueError:
        return None


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


def _rows(table: LexborNode) -> tuple[Rows, Counter[str]]:
    """The table, and what of it is left out, by kind of warning."""
    rows: list[list[Slot]] = []
    heads = 0
    left_out: Counter[str] = Counter()
    for row in table.css("tr"):
        group = row.parent if row.parent is not None and row.parent.tag in _GROUPS else row
        if not is_shown(group, group.tag or "") or not is_shown(row, "tr"):
            left_out["hidden_text"] += hidden_words(row, "tr")
            continue
        cells = []
        for cell in row.iter():
            if cell.tag in _CELLS and is_shown(cell, cell.tag):
                cells.append(cell)
            elif cell.tag in _CELLS:
                left_out["hidden_text"] += hidden_words(cell, cell.tag)
        if heads == len(rows) and cells and (group.tag == "thead" or all(cell.tag == "th" for cell in cells)):
            heads += 1
        rows.append([])
        for cell in cells:
            text, count = _said(cell)
            left_out += count
            rows[-1].append(Slot(text, _span(cell, "colspan"), _span(cell, "rowspan")))
    return Rows(rows, heads if heads < len(rows) else 0), left_out


def _said(cell: LexborNode) -> tuple[str, Counter[str]]:
    """What a cell says, and what of it is left out, by kind of warning."""
    reader = _Reader(False)
    reader.read(cell)
    (blocks,) = reader.ended()
    text = "\n".join(block.text for block in blocks if isinstance(block, Text))
    return text, Counter({block.kind: block.count for block in blocks if isinstance(block, PageWarning)})


def _span(cell: LexborNode, name: str) -> int:
    given = (cell.attributes.get(name) or "").strip()
    return min(max(int(given), 1), _WIDEST_SPAN) if given.isascii() and given.isdigit() and len(given) < 6 else 1
