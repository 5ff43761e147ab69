"""A file of several documents is parted where one ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from quire.domain.document_kind import DocumentKind
from quire.extraction.splitting import Part, split
from quire.extraction.splitting_evidence import AGAINST, evidence, opened, weights
from quire.extraction.splitting_kinds import title_of
from quire.extraction.splitting_traits import Counter, counter_of, traits_of
from quire.reading.model import Page
from tests.extraction.pages import text

BLANK = Page(1, 600.0, 800.0, "text")
PROSE = ("The parties have agreed on what follows,", "and each keeps one copy of it with its papers.")


def file(*pages: Page) -> list[Page]:
    return [replace(page, number=n) for n, page in enumerate(pages, 1)]


def ranges(pages: Sequence[Page]) -> list[tuple[int, ...]]:
    return [part.pages for part in split(pages)]


def invoice(number: str, *more: str, sender: str = "Northwind Traders Ltd") -> Page:
    return text(
        sender,
        "12 Harbour Road, Bristol",
        "",
        "INVOICE",
        f"Invoice number: {number}",
        *more,
        "",
        "",
        "Blue widget    37.50",
        "Total due:    93.00",
    )


def numbered(title: str, number: int, total: int) -> Page:
    return text(title, "", *PROSE, "", f"Page {number} of {total}")


def test_one_document_stays_whole() -> None:
    assert ranges(file(*(numbered("Services agreement", n, 3) for n in (1, 2, 3)))) == [(1, 2, 3)]


def test_a_page_number_that_begins_anew_begins_a_document() -> None:
    pages = [numbered("Services agreement", n, 2) for n in (1, 2)] + [numbered("Lease", n, 3) for n in (1, 2, 3)]
    assert ranges(file(*pages)) == [(1, 2), (3, 4, 5)]


def test_pages_that_a_number_still_promises_belong_to_it_though_they_have_none() -> None:
    annex = text("Annex with a list of all the premises", "Harbour Road", "Mill Lane", "Quay Street")
    assert ranges(file(numbered("Services agreement", 1, 2), annex, numbered("Lease", 1, 1))) == [(1, 2), (3,)]


def test_invoices_of_one_sender_are_told_apart_by_their_numbers() -> None:
    assert ranges(file(invoice("INV-20411"), invoice("INV-20412"), invoice("INV-20413"))) == [(1,), (2,), (3,)]


def test_a_page_that_names_the_same_number_goes_on() -> None:
    more = text(
        "Northwind Traders Ltd", "", "Invoice number: INV-20411", "", "Red widget    40.00", "Green widget    2.00"
    )
    first = text("Northwind Traders Ltd", "", "INVOICE", "Invoice number: INV-20411", "", "Blue widget    37.50")
    assert ranges(file(first, more)) == [(1, 2)]


def test_another_size_and_another_sender_begin_a_document() -> None:
    till = replace(text("CORNER SHOP", "Receipt 771203", "Tea    4.00"), width=250.0, height=500.0)
    assert ranges(file(invoice("INV-20411"), till)) == [(1,), (2,)]


def test_a_sentence_that_runs_over_the_end_of_a_page_holds_it_together() -> None:
    first = text(
        "", "", "", "", "", "", "A report on the harbour", "", "The harbour was dredged again in spring and the"
    )
    second = text("", "", "", "", "", "", "new quay was opened before the summer came.", "Nothing else was built.")
    assert ranges(file(first, second)) == [(1, 2)]


def test_a_table_that_goes_on_holds_pages_together() -> None:
    head = "".join(one.ljust(22) for one in ("Name", "Town", "Amount"))

    def page(*names: str) -> Page:
        return text(head, *("".join(one.ljust(22) for one in (name, "Bristol", "12.50")) for name in names))

    pages = file(page(*"ABCDEFGH"), page(*"IJKLMNOP"))
    assert traits_of(pages[0]).blank is False
    assert ranges(pages) == [(1, 2)]


def test_a_blank_page_belongs_to_the_document_before_it() -> None:
    assert ranges(file(invoice("INV-20411"), BLANK, invoice("INV-20412"))) == [(1, 2), (3,)]


@pytest.mark.parametrize(("pages", "found"), [([], []), ([BLANK], [(1,)]), ([BLANK, invoice("INV-20411")], [(1, 2)])])
def test_files_of_next_to_nothing(pages: list[Page], found: list[tuple[int, ...]]) -> None:
    assert ranges(file(*pages)) == found


def test_pages_keep_their_numbers() -> None:
    pages = [replace(invoice("INV-20411"), number=7), replace(invoice("INV-20412"), number=9)]
    assert ranges(pages) == [(7,), (9,)]


def test_parts_are_named_by_their_titles_and_never_alike() -> None:
    note = text("Tarn Haulage", "40 Mill Road", "", "DELIVERY NOTE", "Delivery note no.: DN-88214", "", "Brick    960")
    other = replace(text("Greetings from the seaside", "Wish you were here"), width=400.0)
    parts = split(file(invoice("INV-20411"), invoice("INV-20412"), note, other))
    assert [part.name for part in parts] == ["invoice", "invoice_2", "delivery_note", "document_4"]
    assert [part.kind for part in parts] == ["invoice", "invoice", "delivery_note", ""]


def test_confidence_is_a_share_and_is_lower_where_less_is_known() -> None:
    lease = text("Lease", "", "The rooms are let from spring on.", "", "Page 1 of 1")
    clear = split(file(numbered("Services agreement", 1, 1), lease))
    open_ = split(file(text("Dear Ann", *PROSE), text("Dear Bob", "I shall come on Tuesday next.")))
    assert all(0.0 <= part.confidence <= 1.0 for part in (*clear, *open_))
    assert min(part.confidence for part in clear) > min(part.confidence for part in open_)


def test_a_caller_names_the_kinds() -> None:
    kinds = [
        DocumentKind("Bill", "An invoice of a supplier, with an invoice number and a total due"),
        DocumentKind("Shipping paper", "Delivery note of a carrier"),
    ]
    note = text("Tarn Haulage", "", "DELIVERY NOTE", "Delivery note no.: DN-88214", "", "Brick    960")
    card = replace(text("Greetings from the seaside", "Wish you were here"), width=400.0)
    parts = split(file(invoice("INV-20411"), note, card), kinds)
    assert [part.kind for part in parts] == ["Bill", "Shipping paper", "other"]


def test_kinds_that_share_their_words_are_told_by_the_others() -> None:
    kinds = [DocumentKind("purchase_order"), DocumentKind("order_confirmation"), DocumentKind("invoice")]
    (part,) = split([text("Fernbank Home", "", "ORDER CONFIRMATION", "Order number: FB-7740")], kinds)
    assert part == Part("order_confirmation", (1,), 1.0, "order_confirmation")


@pytest.mark.parametrize(
    ("line", "counter"),
    [
        ("Page 2 of 3", Counter(2, 3)),
        ("Seite 2 von 3", Counter(2, 3)),
        ("Página 2 de 3", Counter(2, 3)),
        ("P.002/003", Counter(2, 3)),
        ("2 of 3", Counter(2, 3)),
        ("2/3", Counter(2, 3)),
        ("Page: 2", Counter(2)),
        ("- 2 -", Counter(2, loose=True)),
        ("Page 4 of 3", None),
        ("Room 2", None),
    ],
)
def test_a_page_says_its_number_in_many_ways(line: str, counter: Counter | None) -> None:
    assert counter_of(text(line, "Some text", "and more of it")) == counter


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("INVOICE", "invoice"),
        ("Facture FA05/2016/018216", "invoice"),
        ("Bon de livraison", "delivery_note"),
        ("FACILITIES SERVICES AGREEMENT", "agreement"),
        ("Invoice number: 12", None),
        ("Invoice date", None),
        ("Please pay this invoice by the end of the month", None),
    ],
)
def test_a_title_names_a_kind_and_a_label_does_not(line: str, kind: str | None) -> None:
    title = title_of(text(line, "Some text", "and more of it"))
    assert (title.kind if title else None) == kind


def test_pages_are_read_one_at_a_time() -> None:
    given: list[int] = []

    def pages() -> Iterator[Page]:
        for n in range(1, 51):
            given.append(n)
            yield replace(numbered("Services agreement", n, 50), number=n)

    assert [part.pages for part in split(pages())] == [tuple(range(1, 51))]
    assert given == list(range(1, 51))


def test_every_evidence_has_a_weight_of_its_sign() -> None:
    page = traits_of(invoice("INV-20411"))
    names = set(evidence(opened(page), page, table_continued=False))
    weighed = dict(weights())
    weighed.pop("bias")
    assert set(weighed) == names
    assert all(weight <= 0 if name in AGAINST else weight >= 0 for name, weight in weighed.items())
