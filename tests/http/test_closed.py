"""Configurations refuse what they do not know, by its name."""

from __future__ import annotations

import pytest
from pydantic import Field, ValidationError

from quire.http.closed import UNKNOWN, Closed


class Settings(Closed):
    schema_: str | None = Field(default=None, alias="schema")
    page_ranges: str | None = Field(default=None, alias="pageRanges")


def _why(said: object) -> str:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate(said)
    (error,) = refused.value.errors()
    assert error["type"] == UNKNOWN
    return error["msg"]


@pytest.mark.parametrize("said", [{}, {"schema": "a"}, {"schema": "a", "pageRanges": "1"}])
def test_known_members_pass(said: dict[str, str]) -> None:
    assert Settings.model_validate(said).model_dump(by_alias=True, exclude_unset=True) == said


@pytest.mark.parametrize("misspelt", ["shcema", "Schema", "schemas"])
def test_a_near_member_is_suggested(misspelt: str) -> None:
    assert _why({misspelt: "a"}) == f"There is no such member: `{misspelt}` (is `schema` meant?)"


def test_a_member_like_none_is_named_alone() -> None:
    assert _why({"schema": "a", "xyz": 1}) == "There is no such member: `xyz`"


def test_many_are_not_all_named_nor_in_full() -> None:
    assert _why({"q" * 61: 1}) == f"There is no such member: `{'q' * 60}`"
    assert _why({f"x{number}": 1 for number in range(6)}).endswith("`x4` and more")


def test_what_is_no_object_is_refused_as_ever() -> None:
    with pytest.raises(ValidationError, match="valid dictionary"):
        Settings.model_validate("schema")
