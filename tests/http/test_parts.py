"""The parts of a multipart body: names, and what is wrong where they cannot be told apart."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from quire.domain.tenant import Tenant
from quire.http.call import Call, Sent, Unparsable
from quire.testing.world import World

END = b"--limit--\r\n"


class Fields(BaseModel):
    note: str | None = None


def part(disposition: str, content: bytes = b"x") -> bytes:
    return b"--limit\r\nContent-Disposition: form-data; " + disposition.encode() + b"\r\n\r\n" + content + b"\r\n"


def parsed(body: bytes) -> tuple[Fields, dict[str, list[Sent]]]:
    headers = {"content-type": "multipart/form-data; boundary=limit"}
    return Call(World(), Tenant("acme"), None, {}, {}, headers, body, 0).form(Fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ('filename="a.pdf"', "a.pdf"),
        ("filename*=UTF-8''na%C3%AFve%20plan.pdf", "naïve plan.pdf"),
        ("filename*=utf-8'en'a%E2%82%AC.pdf", "a€.pdf"),
        ("filename*=ISO-8859-1''%E9t%E9.pdf", "été.pdf"),
        ("filename*=\"UTF-8''quoted.pdf\"", "quoted.pdf"),
        ("filename=\"plain.pdf\"; filename*=UTF-8''b%C3%A9.pdf", "bé.pdf"),
        ("filename*=UTF-8''b%C3%A9.pdf; filename=\"plain.pdf\"", "bé.pdf"),
        ("filename=\"plain.pdf\"; filename*=UTF-16''b.pdf", "plain.pdf"),
        ('filename="../../etc/a.pdf"', "a.pdf"),
        ("filename*=UTF-8''..%2F..%2Fa.pdf", "a.pdf"),
        ("filename*=UTF-8''a%00b%0D%0A.pdf", "ab.pdf"),
        ('filename="C:\\docs\\a.pdf"', "a.pdf"),
        ('filename="a%0D%0AX: y.pdf"', "aX: y.pdf"),
        ('filename=""', None),
        ('filename=".."', None),
    ],
)
def test_a_file_s_name(said: str, name: str | None) -> None:
    _, files = parsed(part(f'name="file"; {said}') + END)
    assert [(sent.name, sent.body) for sent in files["file"]] == [(name, b"x")]


def test_a_part_without_a_name_of_a_file_is_a_field() -> None:
    fields, files = parsed(part('name="note"', b"hello") + END)
    assert (fields.note, files) == ("hello", {})


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (part('name="file"; filename="a"'), "the final boundary is missing"),
        (part('name="file"; filename="a"')[:-2], "the final boundary is missing"),
        ((part('name="file"; filename="a"') + END).replace(b"\r\n", b"\n"), "end with LF alone"),
        (part('name="file"; filename="a"')[:-2] + b"\n" + END, "end with LF alone"),
        (part('name="file"; filename="a"').replace(b"limit", b"other"), "is not in it"),
        (b"", "is not in it"),
        (part('name="file"\r\nno header') + END, "malformed."),
    ],
)
def test_a_body_that_cannot_be_taken_apart_says_what_is_wrong(body: bytes, why: str) -> None:
    with pytest.raises(Unparsable) as refused:
        parsed(body)
    assert why in refused.value.refusal.message
    assert refused.value.refusal.details["errors"][0]["type"] == "multipart_malformed"  # type: ignore[index]


def test_a_content_type_that_lost_its_boundary_says_so() -> None:
    headers = {"content-type": "multipart/form-data"}
    with pytest.raises(Unparsable, match="without its boundary"):
        Call(World(), Tenant("acme"), None, {}, {}, headers, part('name="file"') + END, 0).form(Fields)  # type: ignore[arg-type]


def test_line_ends_inside_a_file_are_the_file_s_own() -> None:
    _, files = parsed(part('name="file"; filename="a.txt"', b"one\ntwo\r\n\n--limits\n") + END)
    assert files["file"][0].body == b"one\ntwo\r\n\n--limits\n"
