"""A page that was read both ways."""

from __future__ import annotations

from typing import Any

from quire.reading import joined, textract
from quire.reading.frame import Frame
from quire.reading.layout import compose
from quire.reading.model import Box, Cell, Line, Page, PageWarning, Table, Unread

from .build import grid, line, text_line

PICTURE = Box(50, 200, 560, 600)
SIZE = (600.0, 800.0)


def page(*lines: Line, unread: bool = True, number: int = 1) -> Page:
    whole = compose(number, SIZE, "text", [(Frame(0.0), lines)])
    left = Unread((PICTURE,), (), ((0, len(lines)),)) if unread else None
    return Page(number, *SIZE, "text", whole.lines, unread=left, warnings=(PageWarning("hidden_text", "hidden", 2),))


def ocr(*rows: tuple[str, float], number: int = 1, more: list[dict[str, Any]] | None = None) -> list[textract.Contents]:
    """What Textract answers: texts, each at a height as a share of the page, from a tenth of its width."""
    blocks = [block for n, (text, top) in enumerate(rows) for block in text_line(text, n, top, page=1)]
    return list(textract.contents([{"Blocks": [*blocks, *(more or ())]}], {number: SIZE}, {1: number}))


CAPTION = line("Purchase Order Example", 60, 40)


def texts(read: Page) -> list[str]:
    return [found.text for found in read.lines]


def test_words_in_pictures_are_added_to_those_of_the_layer() -> None:
    [answer] = ocr(("Purchase Order Examp1e", 0.05), ("BUYER Markway", 0.3), ("Total 1,150.80", 0.5))
    read = joined.joined(page(CAPTION, line("page 22", 60, 780)), answer)
    assert texts(read) == ["Purchase Order Example", "BUYER Markway", "Total 1,150.80", "page 22"]
    assert [word.confidence is None for word in read.words] == [True] * 3 + [False] * 4 + [True] * 2
    assert (read.source, read.unread) == ("text", None)
    assert read.warnings == (PageWarning("hidden_text", "hidden", 2),)


def test_where_the_layer_has_a_word_in_a_picture_it_stands() -> None:
    stamped = line("1023456789-0", 120, 240)
    [answer] = ocr(("Account 1O23456789-O", 0.3))
    read = joined.joined(page(CAPTION, stamped), answer)
    assert texts(read) == ["Purchase Order Example", "Account", "1023456789-0"]


def test_key_values_and_tables_are_worked_out_anew() -> None:
    items = grid(
        [["Item", "Qty", "Price"], ["Rope", "4", "12.50"], ["Hook", "11", "3.25"], ["Net", "2", "88.00"]],
        (60, 300, 450),
        300,
    )
    layer = page(CAPTION, line("Order number:", 60, 230))
    made = compose(1, SIZE, "ocr", [(Frame(0.0), items)])
    answer = textract.Contents(1, SIZE, [(Frame(0.0), [*items, line("4711-A", 140, 230)])])
    read = joined.joined(layer, answer)
    assert [(pair.key, pair.value) for pair in read.key_values] == [("Order number:", "4711-A")]
    assert [[cell.text for cell in table.cells] for table in read.tables] == [
        [cell.text for cell in made.tables[0].cells]
    ]


def test_turned_text_keeps_its_direction() -> None:
    note = compose(1, SIZE, "text", [(Frame(90.0), [line("copy for the customer", 300, -590)])]).lines
    main = page(CAPTION)
    both = Page(1, *SIZE, "text", (*main.lines, *note), unread=Unread((PICTURE,), (), ((0, 1), (1, 1))))
    [answer] = ocr(("BUYER Markway", 0.3))
    read = joined.joined(both, answer)
    assert texts(read) == ["Purchase Order Example", "BUYER Markway", "copy for the customer"]
    assert read.lines[-1].words == note[0].words


def test_a_layer_that_is_all_takes_no_words() -> None:
    [answer] = ocr(("Purchase Order Examp1e", 0.05), ("BUYER Markway", 0.3))
    assert texts(joined.joined(page(CAPTION, unread=False), answer)) == ["Purchase Order Example"]


def test_tables_of_a_layer_that_is_all_stand_where_textract_has_none() -> None:
    table = Table(PICTURE, None, 1, 1, (Cell("x", 1, 1, 1, 1, PICTURE, None),))
    [answer] = ocr(("BUYER Markway", 0.3))
    whole = Page(1, *SIZE, "text", (CAPTION,), (table,))
    assert joined.joined(whole, answer).tables == (table,)


def test_pages_come_in_the_order_of_their_numbers() -> None:
    answers = [*ocr(("BUYER Markway", 0.3), number=2), *ocr(("Scanned", 0.3), number=3)]
    layer = [
        page(line("one", 60, 40), unread=False),
        page(CAPTION, number=2),
        page(line("four", 60, 40), unread=False, number=4),
    ]
    read = list(joined.pages(layer, answers))
    assert [(each.number, each.text) for each in read] == [
        (1, "one"),
        (2, "Purchase Order Example\nBUYER Markway"),
        (3, "Scanned"),
        (4, "four"),
    ]
