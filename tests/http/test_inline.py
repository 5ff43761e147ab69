"""Files inside a JSON body."""

from __future__ import annotations

import pytest

from quire.domain.refusal import Kind, Refusal
from quire.http.call import Sent
from quire.http.inline import inline_file


@pytest.mark.parametrize(
    ("text", "name", "sent"),
    [
        ("QUJD", "a.pdf", Sent("a.pdf", None, b"ABC")),
        ("QUJD", None, Sent("document", None, b"ABC")),
        ("QU\r\nJD\n", None, Sent("document", None, b"ABC")),
        ("", None, Sent("document", None, b"")),
        ("data:application/pdf;base64,QUJD", None, Sent("document.pdf", "application/pdf", b"ABC")),
        ("DATA:Application/PDF;BASE64,QUJD", "b", Sent("b", "application/pdf", b"ABC")),
        ("data:text/plain;charset=utf-8;base64,QUJD", None, Sent("document.txt", "text/plain", b"ABC")),
        # RFC 2397: text/plain where none is said.
        ("data:;base64,QUJD", None, Sent("document.txt", "text/plain", b"ABC")),
        ("data:x/unheard-of;base64,QUJD", None, Sent("document", "x/unheard-of", b"ABC")),
    ],
)  # fmt: skip
def test_the_bytes_and_their_name(text: str, name: str | None, sent: Sent) -> None:
    assert inline_file(text, name, "file") == sent


@pytest.mark.parametrize(
    "text",
    ["QUJ", "QU-_", "%PDF-1.7", "data:,QUJD", "data:text/plain,ABC", "data:a;base64;QUJD", "é", "http://a/b.pdf"],
)
def test_what_is_no_base64_is_refused_under_its_field(text: str) -> None:
    refused = inline_file(text, None, "file")
    assert isinstance(refused, Refusal) and refused.kind is Kind.INVALID_REQUEST
    assert refused.details["errors"] == [{"loc": ["body", "file"], "msg": refused.message, "type": "base64_expected"}]
    assert text not in refused.message
