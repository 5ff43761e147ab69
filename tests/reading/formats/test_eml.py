"""Mails: what a mail program shows of them."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.reading.flowing import cells, kind_of, only, pages, said


def mail(tmp_path: Path, message: EmailMessage | bytes) -> Path:
    path = tmp_path / "a.eml"
    path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    return path


def invoice(text: str | None = "Kunde: Müller GmbH\n\nSumme: 12,50 €\n") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Änne Groß <anne@example.com>"
    message["To"] = "bob@example.com"
    message["Subject"] = "Rechnung März"
    message["Date"] = "Tue, 03 Mar 2026 10:00:00 +0100"
    message["X-Spam"] = "no"
    if text is not None:
        message.set_content(text)
    return message


HEADS = [
    "From: Änne Groß <anne@example.com>",
    "To: bob@example.com",
    "Date: Tue, 03 Mar 2026 10:00:00 +0100",
    "Subject: Rechnung März",
]


def test_heads_and_body_are_decoded(tmp_path: Path) -> None:
    page = only(mail(tmp_path, invoice()))
    assert said(page) == [*HEADS, "Kunde: Müller GmbH", "Summe: 12,50 €"]
    assert page.warnings == ()


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "koi8-r"])
def test_every_transfer_encoding_and_charset(tmp_path: Path, encoding: str, charset: str) -> None:
    text = "Счёт" if charset == "koi8-r" else "Müller"
    message = invoice(None)
    message.set_content(f"Name: {text}\n", charset=charset, cte=encoding)
    assert said(only(mail(tmp_path, message)))[-1] == f"Name: {text}"


def test_the_plain_body_is_read_where_there_are_two(tmp_path: Path) -> None:
    message = invoice()
    message.add_alternative("<p>as HTML</p>", subtype="html")
    assert said(only(mail(tmp_path, message)))[-1] == "Summe: 12,50 €"


@pytest.mark.parametrize("plain", [None, " \n"])
def test_a_body_of_html_alone_is_read_as_a_page(tmp_path: Path, plain: str | None) -> None:
    message = invoice(plain)
    html = "<p hidden>secret<p>Hello<table><tr><th>Item<th>Qty<tr><td>Pipe<td>3</table>"
    if plain is None:
        message.set_content(html, subtype="html")
    else:
        message.add_alternative(html, subtype="html")
    page = only(mail(tmp_path, message))
    assert said(page)[:5] == [*HEADS, "Hello"]
    assert cells(page.tables[0]) == [["Item", "Qty"], ["Pipe", "3"]]
    assert [warning.kind for warning in page.warnings] == ["hidden_text"]


def test_attachments_are_named_and_not_read(tmp_path: Path) -> None:
    message = invoice()
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Rechnung März.pdf")
    message.add_attachment("secret", filename="notes.txt")
    page = only(mail(tmp_path, message))
    assert said(page)[-1] == "Attachments: Rechnung März.pdf, notes.txt"
    assert [(warning.kind, warning.count) for warning in page.warnings] == [("attachments", 2)]


def test_pictures_that_a_page_shows_are_no_attachments(tmp_path: Path) -> None:
    message = invoice(None)
    message.set_content("<p>Hello<img src=cid:1>", subtype="html")
    message.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<1>")
    assert [(warning.kind, warning.count) for warning in only(mail(tmp_path, message)).warnings] == [("pictures", 1)]


def test_a_mail_that_is_all_attachment_says_so(tmp_path: Path) -> None:
    message = invoice(None)
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="a.pdf")
    page = only(mail(tmp_path, message))
    assert said(page) == [*HEADS, "Attachments: a.pdf"]


def test_a_long_mail_has_pages(tmp_path: Path) -> None:
    assert len(pages(mail(tmp_path, invoice("line\n" * 130)))) == 3


def test_an_encrypted_mail_is_refused(tmp_path: Path) -> None:
    head = b"From: a@example.com\nMIME-Version: 1.0\nContent-Type: application/pkcs7-mime; name=smime.p7m\n\nMIAG"
    assert kind_of(mail(tmp_path, head)) == "unsupported_input"


def test_heads_that_are_not_as_they_are_to_be(tmp_path: Path) -> None:
    content = (
        b"From: @<>(((\nSubject: =?no-such?B?////?= x\nDate: never\nMIME-Version: 1.0\nContent-Type: ;;;\n\nTotal: 5\n"
    )
    page = only(mail(tmp_path, content))
    assert said(page)[-1] == "Total: 5"


def test_nesting_without_end_is_bounded(tmp_path: Path) -> None:
    content = "From: a@example.com\nMIME-Version: 1.0\n"
    for n in range(3000):
        content += f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"
    assert kind_of(mail(tmp_path, content.encode())) in (
        "document_too_complex",
        "unsupported_input",
        "extraction_failed",
    )
