"""Small PDFs made to hurt, each by the name that the tests know it by."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.hostile import make_files
from tests.reading.make_pdf import HELLO, by_hand

_FORM = "<</Fields[7 0 R]/NeedAppearances true>>"
_FIELD = "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Jane Roe)/Rect[120 690 300 715]/DA(/F1 12 Tf 0 g)/P 3 0 R>>"
_LETTERS = "".join(f"/g{number}" for number in range(1, 94))


def _form_without_appearance() -> bytes:
    """A field's value of which no picture was saved."""
    page = "/MediaBox[0 0 612 792]/Annots[7 0 R]"
    return by_hand(HELLO, page=page, catalog="/AcroForm 6 0 R", more=[_FORM, _FIELD])


def _letters_without_meaning() -> bytes:
    """A font whose letters have names of its own and no map to characters."""
    encoding = f"<</Type/Encoding/Differences[33{_LETTERS}]>>"
    font = f"<</Type/Font/Subtype/Type1/BaseFont/ABCDEF+Custom/FirstChar 33/LastChar 125/Encoding{encoding}>>"
    return by_hand(HELLO, font=font)


def _million_pages() -> bytes:
    """A page a million times, by six levels of ten."""
    levels = [
        f"<</Type/Pages/Parent {n - 1} 0 R/Kids[{f'{n + 1} 0 R ' * 10}]/Count {10 ** (11 - n)}>>" for n in range(6, 10)
    ]
    last = f"<</Type/Pages/Parent 9 0 R/Kids[{'3 0 R ' * 10}]/Count 10>>"
    return by_hand(HELLO, pages=f"/Kids[{'6 0 R ' * 10}]/Count 1000000", more=[*levels, last])


MADE: Mapping[str, Callable[[], bytes]] = {
    "acroform_noap": _form_without_appearance,
    "bad_startxref": lambda: re.sub(rb"startxref\n\d+", b"startxref\n999999", by_hand(HELLO)),
    "bomb_flate2_8g": make_files.nested_flate_bomb,
    "bomb_flate_1g": make_files.flate_bomb,
    "count_lies": lambda: by_hand(HELLO, pages="/Kids[3 0 R]/Count 999999"),
    "cycle": lambda: by_hand(HELLO, pages="/Kids[2 0 R 3 0 R]/Count 3"),
    "good": lambda: by_hand(HELLO),
    "huge_mediabox": lambda: by_hand(HELLO, page="/MediaBox[0 0 200000 200000]"),
    "image_30000sq": lambda: make_files.huge_image().replace(HELLO, b" " * len(HELLO)),
    "invisible_text": lambda: by_hand(b"BT 3 Tr /F1 24 Tf 72 700 Td (Hello Total: 12.34) Tj ET"),
    "junk_before": lambda: b"\x00junk\xff" * 50 + by_hand(HELLO),
    "no_tounicode": _letters_without_meaning,
    "pagetree_loop": lambda: by_hand(HELLO, pages="/Kids[3 0 R 2 0 R]/Count 2"),
    "pagetree_million": _million_pages,
    "rotate90_crop": lambda: by_hand(HELLO, page="/MediaBox[0 0 612 792]/CropBox[50 400 400 780]/Rotate 90"),
    "truncated": lambda: by_hand(HELLO)[:380],
    "xfa": make_files.xfa_form,
    "empty": lambda: b"",
    "not_pdf": lambda: b"<html>no pdf</html>",
}


def hostile_files(folder: Path, *names: str) -> list[Path]:
    """Those files (all), made in `folder`."""
    paths = []
    for name in names or MADE:
        path = folder / f"{name}.pdf"
        path.write_bytes(MADE[name]())
        paths.append(path)
    return paths
