"""Plain text: its encoding, and its pages."""

from __future__ import annotations

from pathlib import Path

from tests.reading.flowing import kind_of, only, pages, said


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


def test_a_word_without_end_is_read(tmp_path: Path) -> None:
    page = only(write(tmp_path, "Start " + "x" * 1_000_000))
    assert page.words[0].text == "Start"
    assert sum(len(word.text) for word in page.words) == 1_000_005
