"""Data in its own shape, with something else in the place of each scalar."""

from __future__ import annotations

from quire.service.shaped import shaped


def test_each_scalar_is_told_by_its_path() -> None:
    data = {"total": 7, "seller": {"name": None}, "lines": [{"text": "Tea", "tags": ["a", "b"]}], "none": [], "no": {}}
    assert shaped(data, lambda path, value: (path, value)) == {
        "total": ("total", 7),
        "seller": {"name": ("seller.name", None)},
        "lines": [{"text": ("lines[0].text", "Tea"), "tags": [("lines[0].tags[0]", "a"), ("lines[0].tags[1]", "b")]}],
        "none": [],
        "no": {},
    }
