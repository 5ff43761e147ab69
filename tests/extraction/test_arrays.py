"""Arrays: lists of values, tables, blocks that repeat their labels, lists of lines without headings."""

from __future__ import annotations

from typing import Any

import pytest

from quire.extraction import values
from quire.extraction.engine import Extraction, extract
from quire.extraction.grid import Reason
from quire.reading.model import Page
from tests.extraction.pages import text

TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["number", "null"]}


def filled(page: Page, **properties: Any) -> Extraction:
    return extract([page], {"type": "object", "properties": properties})


def listed(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def objects(**properties: Any) -> dict[str, Any]:
    return listed({"type": "object", "properties": properties})


def test_telephone_numbers_are_found_by_their_shape_without_the_fax() -> None:
    page = text("Acme Inc", "Tel: 020 7946 0101    Fax: 020 7946 0999", "Mobile: 07700 900123")
    assert filled(page, phone_numbers=listed(TEXT)).data == {"phone_numbers": ["020 7946 0101", "07700 900123"]}


def test_a_list_behind_a_label_is_parted() -> None:
    page = text("Colours: red, green and blue", "Size: L")
    found = filled(page, colours=listed(TEXT))
    assert found.data == {"colours": ["red", "green", "blue"]}
    assert [(leaf.path, leaf.citations[0].text) for leaf in found.leaves] == [
        ("colours[0]", "red,"), ("colours[1]", "green"), ("colours[2]", "blue"),
    ]  # fmt: skip


def test_bullets_below_a_label_are_values_up_to_the_next_label() -> None:
    page = text("Skills:", "- Python", "- Go", "Hobbies: none")
    assert filled(page, skills=listed(TEXT)).data == {"skills": ["Python", "Go"]}


def test_a_column_is_a_list_of_its_cells() -> None:
    page = text("Serial number    Model", "A100             X", "A200             Y")
    assert filled(page, serial_numbers=listed(TEXT)).data == {"serial_numbers": ["A100", "A200"]}


def test_several_values_of_an_enumeration_are_those_ticked() -> None:
    page = text("Allergies: ☒ Nuts ☐ Milk ☒ Eggs")
    assert filled(page, allergies=listed({"enum": ["Nuts", "Milk", "Eggs"]})).data == {"allergies": ["Nuts", "Eggs"]}


def test_the_parties_of_a_contract_are_those_it_is_between() -> None:
    page = text("This Agreement is made between Acme Holdings Ltd and Jane Doe, dated 3 March 2024.")
    assert filled(page, parties=listed(TEXT)).data == {"parties": ["Acme Holdings Ltd", "Jane Doe"]}


def test_repeated_labels_make_an_object_each() -> None:
    page = text("Patient name: Jane Doe", "Amount: 12.50", "", "Patient name: Bob Ray", "Amount: 3.00")
    assert filled(page, patients=objects(name=TEXT, amount=NUMBER)).data == {
        "patients": [{"name": "Jane Doe", "amount": 12.5}, {"name": "Bob Ray", "amount": 3.0}]
    }


def test_a_table_within_each_block_fills_the_inner_array() -> None:
    page = text(
        "Department: Sales",
        "Employee        Salary",
        "Ann             100.00",
        "Bob             200.00",
        "",
        "Department: Tech",
        "Employee        Salary",
        "Cid             300.00",
    )
    found = filled(page, departments=objects(department=TEXT, employees=objects(employee=TEXT, salary=NUMBER)))
    first, second = found.data["departments"]
    assert first["employees"] == [{"employee": "Ann", "salary": 100.0}, {"employee": "Bob", "salary": 200.0}]
    assert second == {"department": "Tech", "employees": [{"employee": "Cid", "salary": 300.0}]}
    assert "departments[1].employees[0].salary" in {leaf.path for leaf in found.leaves}


def test_lines_of_a_receipt_need_no_headings() -> None:
    page = text("Corner Shop", "Bread    1.20", "Tea", "  3 @ 2.00    6.00", "Total    7.20")
    assert filled(page, items=objects(name=TEXT, quantity=NUMBER, price=NUMBER)).data["items"] == [
        {"name": "Bread", "quantity": None, "price": 1.2},
        {"name": "Tea", "quantity": 3.0, "price": 6.0},
    ]


def test_a_quantity_may_stand_in_a_line_below() -> None:
    page = text("Linen cover    £119.00", "King", "Qty 1", "Mug    £46.00", "Qty 4", "Total    £165.00")
    found = filled(page, items=objects(name=TEXT, quantity={"type": "integer"}, price=NUMBER))
    assert [(item["name"], item["quantity"]) for item in found.data["items"]] == [("Linen cover", 1), ("Mug", 4)]


def test_the_row_that_sums_up_a_table_is_no_item() -> None:
    page = text(
        "Zone            People          Samples",
        "North           100             10",
        "South           200             20",
        "West            300             30",
        "All zones       600             60",
    )
    rows = filled(page, zones=objects(zone=TEXT, people=NUMBER, samples=NUMBER)).data["zones"]
    assert [row["zone"] for row in rows] == ["North", "South", "West"]


def test_cells_left_null_are_listed() -> None:
    page = text("Description     Amount", "Tea             1.00", "Cake            2.00")
    found = filled(page, lines=objects(description=TEXT, amount=NUMBER, colour=TEXT))
    assert found.data["lines"][0] == {"description": "Tea", "amount": 1.0, "colour": None}
    assert found.ungrounded == ("lines[0].colour", "lines[1].colour")


@pytest.mark.parametrize(
    "items", [TEXT, listed(TEXT), {"type": "object", "properties": {"b": TEXT, "c": listed(TEXT)}}]
)
def test_what_a_document_does_not_list_is_an_empty_list(items: Any) -> None:
    found = filled(text("Nothing of the kind here"), wanted=listed(items))
    assert (found.data, found.leaves) == ({"wanted": []}, ())


def test_a_column_of_values_says_what_became_of_its_rows() -> None:
    page = text("Serial number    Model", "A100             X", "A200             Y", "A100             Z")
    [count] = filled(page, serial_numbers=listed(TEXT)).lists
    assert (count.path, count.shown, count.returned, count.short) == ("serial_numbers", 4, 2, False)
    assert [(one.reason, one.page, one.row) for one in count.left_out] == [
        (Reason.HEADER, 1, 1), (Reason.REPEATED, 1, 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "page", [text("Codes", "A100", "A200", "A300", "A400"), text("Codes: A100, A200, A300, A400", "Size: L")]
)
def test_values_beyond_the_most_are_missed(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "_MOST_LISTED", 3)
    found = filled(page, codes=listed(TEXT))
    assert found.data == {"codes": ["A100", "A200", "A300"]}
    [count] = found.lists
    assert count.short
    assert [one.reason for one in count.left_out if one.reason is not Reason.HEADER] == [Reason.UNEXPLAINED]


def test_a_list_of_hundreds_of_values_is_whole() -> None:
    codes = [f"A{n}" for n in range(300)]
    assert filled(text("Codes", *codes), codes=listed(TEXT)).data == {"codes": codes}


def test_blocks_are_counted() -> None:
    page = text("Name: Ann Lee", "Age: 31", "Name: Bob Ray", "Age: 45")
    [count] = filled(page, people=objects(name=TEXT, age=NUMBER)).lists
    assert (count.path, count.shown, count.returned, count.left_out) == ("people", 2, 2, ())
