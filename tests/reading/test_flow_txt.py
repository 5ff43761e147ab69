"""Plain text: its encoding, and its pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from quire.reading.flow_txt import decode

from .flowing import kind_of, only, pages, said


def write(tmp_path: Path, content: bytes | str) -> Path:
    path = tmp_path / "given.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_letter_is_one_page(tmp_path: Path) -> None:
    page = only(write(tmp_path, "INVOICE\n\nInvoice number: INV-4\n\nTotal: 12.00\n"))
    assert said(page) == ["INVOICE", "Invoice number: INV-4", "Total: 12.00"]
    assert [(pair.key, pair.value) for pair in page.key_values] == [("Invoice number:", "INV-4"), ("Total:", "12.00")]


def test_form_feeds_end_pages(tmp_path: Path) -> None:
    made = pages(write(tmp_path, "one\n\ftwo\n" + "line\n" * 80 + "\fthree\n\f"))
    assert [said(page)[0] for page in made] == ["one", "two", "three"]
    assert len(made[1].lines) == 81


def test_without_form_feeds_sixty_rows_fill_a_page(tmp_path: Path) -> None:
    made = pages(write(tmp_path, "\n".join(f"line {n}" for n in range(121))))
    assert [len(page.lines) for page in made] == [60, 60, 1]
    assert said(made[2]) == ["line 120"]


def test_a_paragraph_in_one_line_takes_as_many_rows_as_it_needs(tmp_path: Path) -> None:
    made = pages(write(tmp_path, "\n".join(["word " * 180] * 12)))
    assert [len(page.words) for page in made] == [180 * 6, 180 * 6]


def test_more_pages_than_a_document_may_have(tmp_path: Path) -> None:
    assert kind_of(write(tmp_path, "line\n" * 60_001)) == "page_limit_exceeded"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Müller, Straße 5, 12 €", "utf-8"),
        ("Müller, Straße 5, 12 €", "utf-8-sig"),
        ("Müller, Straße 5, 12 €", "utf-16"),
        ("Müller, Straße 5, 12 €", "utf-32"),
        ("Voilà très bientôt la fête; règlement à réception: 12 €", "cp1252"),
        ("Señor Muñoz, año 2024", "cp1252"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy", "cp1250"),
        ("Счёт № 12 от 3 мая", "cp1251"),
        ("請求書 番号 12 合計 1,200円", "cp932"),
        ("发票号码 12 合计 1,200元 购买方名称 北京某某科技有限公司", "gb18030"),
    ],
)
def test_the_usual_encodings_are_told_apart(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_declared_encoding_is_believed_where_it_fits() -> None:
    assert decode("łódź".encode("iso-8859-2"), "iso-8859-2") == "łódź"
    assert decode("łódź".encode(), "iso-8859-2") == "łódź"
    assert decode("Müller".encode("cp1252"), "no-such-encoding") == "Müller"


def test_damage_costs_a_character_not_the_document() -> None:
    assert decode(b"\xff\xfea\x00b\x00c") == "ab\ufffd"
    assert decode(b"Total \x81\x8d 12").startswith("Total ")


def test_line_ends_of_every_system() -> None:
    assert decode(b"a\r\nb\rc\n") == "a\nb\nc\n"


def test_a_word_without_end_is_read(tmp_path: Path) -> None:
    page = only(write(tmp_path, "Start " + "x" * 1_000_000))
    assert page.words[0].text == "Start"
    assert sum(len(word.text) for word in page.words) == 1_000_005
