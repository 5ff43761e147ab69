"""Ids as contracts write them: ours lead back, all others are none."""

from __future__ import annotations

import pytest

from quire.http.ids import plain_id, plain_uuid, say_id

PLAIN = "0197712f-8a00-7abc-8def-0123456789ab"


def test_an_id_leads_back_to_ours() -> None:
    said = say_id("doc", PLAIN)
    assert said == "doc_0197712f8a007abc8def0123456789ab"
    assert plain_id("doc", said) == PLAIN


@pytest.mark.parametrize(
    "said",
    [
        "", "doc_", "doc_123", PLAIN, PLAIN.replace("-", ""), f"doc_{PLAIN}", f"ext_{PLAIN.replace('-', '')}",
        f"doc_{PLAIN.replace('-', '').upper()}", f"doc_{PLAIN.replace('-', '')} ",
        "doc_{0197712f8a007abc8def0123456789ab}",
    ],
)  # fmt: skip
def test_what_we_did_not_write_is_none(said: str) -> None:
    assert plain_id("doc", said) is None


def test_a_plain_uuid_is_ours_only_as_we_write_it() -> None:
    plain = "01977420-dc00-7fed-b639-92cddcf30000"
    assert plain_uuid(plain) == plain
    for said in (plain.upper(), plain.replace("-", ""), f"{{{plain}}}", f"urn:uuid:{plain}", "x", "", plain + "0"):
        assert plain_uuid(said) is None, said
