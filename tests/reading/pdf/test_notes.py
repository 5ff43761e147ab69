"""Form fields, ticks and typed text: what is put on a page is read as a person sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from quire.reading.model import Page
from tests.reading.make_pdf import by_hand

from .test_text import read, texts

LABEL = b"BT /F1 12 Tf 72 700 Td (Name:) Tj ET"
RECT = "/Rect[120 695 300 715]"
DRAWN = "<</Type/XObject/Subtype/Form/BBox[0 0 180 20]/Length 2>>\nstream\nq\nendstream"


def page_with(
    path: Path, *annotations: str, form: str | None = "", more: tuple[str, ...] = (), looks: str = "/DA(/F1 12 Tf 0 g)"
) -> Page:
    """The page with these annotations; `form`: what its form says besides its fields, None for none."""
    numbers = " ".join(f"{n} 0 R" for n in range(6, 6 + len(annotations)))
    catalog = "" if form is None else f"/AcroForm<</Fields[{numbers}]{form}/DR<</Font<</F1 5 0 R>>>>>>"
    path.write_bytes(
        by_hand(
            LABEL,
            page=f"/MediaBox[0 0 612 792]/Annots[{numbers}]",
            catalog=catalog,
            more=[f"<</Type/Annot{body}{looks}/P 3 0 R>>" for body in annotations] + list(more),
        )
    )
    [page] = read(path)
    return page


def field(kind: str, value: str, rect: str = RECT) -> str:
    return f"/Subtype/Widget/FT/{kind}/T(name){value}{rect}"


NEEDED = "/NeedAppearances true"
PRINTED_ONLY, HIDDEN = "/F 36", "/F 2"  # print and not view; hidden


@pytest.mark.parametrize("form", ["", NEEDED])
@pytest.mark.parametrize(
    ("kind", "value"), [("Tx", "/V(Jane Roe)"), ("Ch", "/Ff 131072/V(Jane Roe)/Opt[(Jane Roe)(John Doe)]")]
)
def test_a_field_without_appearance_shows_its_value(tmp_path: Path, form: str, kind: str, value: str) -> None:
    page = page_with(tmp_path / "a.pdf", field(kind, value), form=form)
    assert [word.text for word in page.words] == ["Name:", "Jane", "Roe"]


def test_a_field_without_a_form_is_read_too(tmp_path: Path) -> None:
    page = page_with(tmp_path / "a.pdf", field("Tx", "/V(Jane Roe)"), form=None)
    assert [word.text for word in page.words] == ["Name:", "Jane", "Roe"]


@pytest.mark.parametrize("flag", [PRINTED_ONLY, HIDDEN])
@pytest.mark.parametrize("form", ["", None])
def test_what_is_not_to_be_seen_is_not_read(tmp_path: Path, flag: str, form: str | None) -> None:
    typed = "/Subtype/FreeText/Contents(Jane Roe)" + RECT
    for note in (field("Tx", "/V(Jane Roe)"), typed, field("Btn", "/V/Yes/AS/Yes")):
        assert texts(page_with(tmp_path / "a.pdf", note + flag, form=form)) == ["Name:"]


BOX = "/Rect[120 696 134 710]"
LOOKS = f"/AP<</N<</Yes {7} 0 R/Off {7} 0 R>>>>"


@pytest.mark.parametrize("form", ["", NEEDED])
@pytest.mark.parametrize("kind", ["", "/Ff 32768"])
@pytest.mark.parametrize("looks", ["", LOOKS])
@pytest.mark.parametrize(("state", "ticked"), [("Yes", True), ("Off", False)])
def test_boxes_and_radios_are_ticked_or_not(
    tmp_path: Path, form: str, kind: str, looks: str, state: str, ticked: bool
) -> None:
    box = field("Btn", f"{kind}/V/{state}/AS/{state}{looks}", BOX)
    page = page_with(tmp_path / "a.pdf", box, form=form, more=(DRAWN,))
    assert [mark.selected for mark in page.marks] == [ticked]
    assert texts(page) == ["Name: ☒" if ticked else "Name: ☐"]


def test_a_push_button_is_no_box(tmp_path: Path) -> None:
    assert page_with(tmp_path / "a.pdf", field("Btn", "/Ff 65536", BOX)).marks == ()


@pytest.mark.parametrize(
    ("said", "form", "ticked"),
    [
        (f"/V/Yes{LOOKS}", "", True),
        ("/V/Yes", "", True),  # no looks tell another state
        (f"/V/Off{LOOKS}", "", False),
        (f"/V/Other{LOOKS}", "", False),
        (f"/V/Yes/AS/Off{LOOKS}", NEEDED, True),
        (f"/V/Yes/AS/Off{LOOKS}", "", False),  # as every viewer shows it
    ],
)
def test_a_box_is_ticked_by_its_field_s_value(tmp_path: Path, said: str, form: str, ticked: bool) -> None:
    """Programs that fill forms in leave the box's own state out, or as it was."""
    page = page_with(tmp_path / "a.pdf", field("Btn", said, BOX), form=form, more=(DRAWN,), looks="")
    assert [mark.selected for mark in page.marks] == [ticked]


@pytest.mark.parametrize(
    ("value", "ticked"), [("/V/B", [False, True]), ("/V/Off", [False, False]), ("", [False, False])]
)
def test_the_radio_that_the_field_s_value_names_is_on(tmp_path: Path, value: str, ticked: list[bool]) -> None:
    """A radio's value lies on the field above it, and one whose looks are not known is not on by any."""
    radios = [
        f"/Subtype/Widget/Parent 9 0 R/Rect[{x} 700 {x + 10} 710]/AP<</N<</{state} 8 0 R/Off 8 0 R>>>>"
        for x, state in ((120, "A"), (160, "B"))
    ]
    field_ = f"<</FT/Btn/Ff 32768/T(choice){value}/Kids[6 0 R 7 0 R]>>"
    page = page_with(tmp_path / "a.pdf", *radios, more=(DRAWN, field_), looks="")
    assert [mark.selected for mark in page.marks] == ticked


def test_a_field_that_is_its_own_parent_is_left_as_it_is(tmp_path: Path) -> None:
    radio = "/Subtype/Widget/Parent 6 0 R/FT/Btn/Rect[120 700 130 710]"
    assert texts(page_with(tmp_path / "a.pdf", radio, looks=""))[0].startswith("Name:")


@pytest.mark.parametrize("form", ["", None])
@pytest.mark.parametrize(
    ("content", "typed"), [("(Jane Roe)", "Jane Roe"), ("<FEFF041F0440043804320435044200210021>", "Привет!!")]
)
def test_text_typed_onto_the_page_is_read(tmp_path: Path, form: str | None, content: str, typed: str) -> None:
    """Viewers write it; also in letters that PDFium's own fonts lack."""
    page = page_with(tmp_path / "a.pdf", f"/Subtype/FreeText/Contents{content}{RECT}", form=form)
    assert (
        page.words
        == page_with(
            tmp_path / "a.pdf", f"/Subtype/FreeText/Contents{content}{RECT}", form=form, looks="/DA(/Helv 12 Tf 0 g)"
        ).words
    )
    assert " ".join(word.text for word in page.words) == f"Name: {typed}"
    box = page.words[-1].box
    assert 115 <= box.x0 < box.x1 <= 300
    assert 75 <= box.y0 < box.y1 <= 100


@pytest.mark.parametrize("form", ["", None])
def test_typed_text_over_a_label_leaves_the_label(tmp_path: Path, form: str | None) -> None:
    note = "/Subtype/FreeText/Contents<FEFF041F04400438>/Rect[60 695 300 740]"
    page = page_with(tmp_path / "a.pdf", note, form=form)
    assert sorted(word.text for word in page.words) == ["Name:", "При"]


def test_typed_text_whose_appearance_says_nothing_is_not_read(tmp_path: Path) -> None:
    typed = f"/Subtype/FreeText/Contents(Jane Roe){RECT}/AP<</N 7 0 R>>"
    assert texts(page_with(tmp_path / "a.pdf", typed, form=None, more=(DRAWN,))) == ["Name:"]


def test_a_password_is_not_read(tmp_path: Path) -> None:
    for form in ("", None):
        page = page_with(tmp_path / "a.pdf", field("Tx", "/Ff 8192/V(geheim)"), form=form)
        assert "geheim" not in " ".join(word.text for word in page.words)


def test_a_loop_of_fields_ends(tmp_path: Path) -> None:
    loop = "/Subtype/Widget/FT/Tx/T(a)/V(Jane Roe)/Parent 6 0 R/Kids[6 0 R]" + RECT
    assert texts(page_with(tmp_path / "a.pdf", loop, form=NEEDED))[0] == "Name:"


def test_typed_text_whose_appearance_names_no_font_is_read(tmp_path: Path) -> None:
    note = f"/Subtype/FreeText/Contents(Jane Roe){RECT}"
    page = page_with(tmp_path / "a.pdf", note, form=None, looks="/DA(0 0 0 rg)")
    assert [word.text for word in page.words] == ["Name:", "Jane", "Roe"]
