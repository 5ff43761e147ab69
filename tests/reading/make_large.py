"""Large PDFs for the tests: many pages, each with a picture that need not be read to count them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Literal

Layout = Literal["table", "stream", "linearized"]
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_BEGIN, _DICTIONARY, _AHEAD = len(_HEADER), 200, 500  # of a linearized file: where, how long its first object, and all
_PER_STREAM = 100  # objects that a writer puts into one object stream
_PER_NODE = 6  # pages below one node of the tree, as TeX writes them


def large_pdf(pages: int, picture_bytes: int, layout: Layout = "table", said: int | None = None) -> bytes:
    """A sound PDF of so many pages of `picture_bytes` each, which says that it has `said` of them.

    Pages, nodes of the page tree and pictures lie in the order of the pages, so what a tree is made of lies all over
    the file. layout: a table of contents at the end (ISO 32000-1, 7.5.4); object streams with a cross-reference stream
    (7.5.7); or linearized, with the first page's table at the beginning and the others' at the end (annex F).
    """
    return _Writer(layout).write(pages, picture_bytes, pages if said is None else said)


class _Writer:
    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._out = bytearray(_HEADER)
        self._pages = 0
        self._places: dict[int, int] = {}
        self._packed: dict[int, tuple[int, int]] = {}
        self._held: list[tuple[int, bytes]] = []
        self._last = 2  # 1 is the catalog, 2 the root of the page tree

    def write(self, pages: int, picture_bytes: int, said: int) -> bytes:
        linearized = self._layout == "linearized"
        self._pages = pages
        self._out += bytes(_AHEAD if linearized else 0)
        picture = bytes(range(256)) * (picture_bytes // 256 + 1)
        nodes = []
        for first in range(0, pages, _PER_NODE):
            node = self._number()
            kids = [self._page(node, picture[:picture_bytes]) for _ in range(min(_PER_NODE, pages - first))]
            refs = " ".join(f"{kid} 0 R" for kid in kids)
            self._put(node, f"<</Type/Pages/Parent 2 0 R/Kids[{refs}]/Count {len(kids)}>>".encode())
            nodes.append(node)
        refs = " ".join(f"{node} 0 R" for node in nodes)
        self._put(2, f"<</Type/Pages/Kids[{refs}]/Count {said}>>".encode())
        self._put(1, b"<</Type/Catalog/Pages 2 0 R>>")
        if self._layout == "stream":
            self._pack()
            self._end_with_stream()
        else:
            self._end_with_table(linearized)
        return bytes(self._out)

    def _number(self) -> int:
        self._last += 1
        return self._last

    def _page(self, node: int, picture: bytes) -> int:
        page, image = self._number(), self._number()
        resources = f"/Resources<</XObject<</I {image} 0 R>>>>"
        self._put(page, f"<</Type/Page/Parent {node} 0 R/MediaBox[0 0 612 792]{resources}>>".encode())
        about = "/Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 8"
        self._place(image, f"<<{about}/Length {len(picture)}>>\nstream\n".encode() + picture + b"\nendstream")
        return page

    def _put(self, number: int, body: bytes) -> None:
        if self._layout != "stream":
            self._place(number, body)
            return
        self._held.append((number, body))
        if len(self._held) == _PER_STREAM:
            self._pack()

    def _place(self, number: int, body: bytes) -> None:
        self._places[number] = len(self._out)
        self._out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"

    def _pack(self) -> None:
        stream = self._number()
        head, bodies = "", b""
        for index, (number, body) in enumerate(self._held):
            self._packed[number] = (stream, index)
            head += f"{number} {len(bodies)} "
            bodies += body + b" "
        content = zlib.compress(head.encode() + bodies)
        about = f"/Type/ObjStm/N {len(self._held)}/First {len(head)}/Filter/FlateDecode/Length {len(content)}"
        self._place(stream, f"<<{about}>>\nstream\n".encode() + content + b"\nendstream")
        self._held.clear()

    def _end_with_stream(self) -> None:
        own = self._number()
        start = self._places[own] = len(self._out)
        entries = bytearray(b"\x00\x00\x00\x00\x00\xff\xff")
        for number in range(1, own + 1):
            kind, first, second = (2, *self._packed[number]) if number in self._packed else (1, self._places[number], 0)
            entries += bytes([kind]) + first.to_bytes(4, "big") + second.to_bytes(2, "big")
        content = zlib.compress(bytes(entries))
        about = f"/Type/XRef/Size {own + 1}/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length {len(content)}"
        self._out += f"{own} 0 obj\n<<{about}>>\nstream\n".encode() + content + b"\nendstream\nendobj\n"
        self._out += f"startxref\n{start}\n%%EOF\n".encode()

    def _end_with_table(self, linearized: bool) -> None:
        main = len(self._out)
        self._out += _table(0, [None, *(self._places[number] for number in range(1, self._last + 1))])
        if not linearized:
            self._end(f"/Size {self._last + 1}/Root 1 0 R", main)
            return
        own = self._number()
        self._end(f"/Size {own}", _BEGIN + _DICTIONARY)
        said = f"/Linearized 1/L {len(self._out)}/H[0 0]/O 4/E {_AHEAD}/N {self._pages}/T {main}"
        ahead = f"{own} 0 obj\n<<{said}>>\nendobj\n".encode().ljust(_DICTIONARY) + _table(own, [_BEGIN])
        ahead += f"trailer\n<</Size {own + 1}/Root 1 0 R/Prev {main}>>\nstartxref\n0\n%%EOF\n".encode()
        self._out[_BEGIN : _BEGIN + _AHEAD] = ahead.ljust(_AHEAD)

    def _end(self, trailer: str, start: int) -> None:
        self._out += f"trailer\n<<{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()


def _table(first: int, places: Sequence[int | None]) -> bytes:
    def entries() -> Iterator[str]:
        for place in places:
            yield "0000000000 65535 f \n" if place is None else f"{place:010d} 00000 n \n"

    return f"xref\n{first} {len(places)}\n{''.join(entries())}".encode()
