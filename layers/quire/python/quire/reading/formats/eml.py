"""Mails: their heads and bodies, decoded; what is attached is named, not read. Nothing that is named is fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, MIMEPart
from pathlib import Path

from quire.reading.broken import Broken, is_ours
from quire.reading.formats.encodings import decode
from quire.reading.formats.flow import Block, Text
from quire.reading.formats.html import paged
from quire.reading.formats.txt import parted
from quire.reading.model import PageWarning

_HEADS = ("From", "To", "Cc", "Date", "Subject")
_ATTACHED = "attached files are not read: send each as a file of its own"
# What proves who wrote it is no document (RFC 8551, RFC 3156), and what is enciphered is not to be read.
_SIGNATURES = frozenset(("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"))
_ENCRYPTED = frozenset(("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"))


def pages(path: Path) -> Iterator[Sequence[Block]]:
    """As plain text, or one page of HTML where the mail has no other body.

    Raises:
        Broken: unsupported_input, the mail is encrypted, or its encoding is not sure.
    """
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    parts = [part for part in mail.walk() if not part.is_multipart()]
    if mail.get_content_type() in _ENCRYPTED:
        raise Broken("unsupported_input", "the mail is encrypted: send what is in it")
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    text = _text(plain) if plain is not None else ""
    names = [_name(part) for part in _attached(mail, parts)]
    head = "\n".join([f"{name}: {said}" for name in _HEADS if (said := _head(mail, name))])
    notes: list[Block] = [PageWarning("attachments", _ATTACHED, len(names))] if names else []
    named = "\n\nAttachments: " + ", ".join(names) if names else ""
    if text.strip() or html is None:
        whole = [list(blocks) for blocks in parted(f"{head}\n\n{text.rstrip()}{named}")]
    else:
        body = [list(blocks) for blocks in paged(_text(html))]
        whole = [[Text(head), *body[0]], *body[1:]]
        whole[-1] += [Text(named.strip())] if named else []
    whole[0] += notes
    yield from whole


def _head(mail: EmailMessage, name: str) -> str:
    """A head's text in one line; as it stands where it is not as heads are to be."""
    try:
        return " ".join(str(mail.get(name, "")).split())
    except Exception as error:  # the library's parsers raise anything on malformed heads
        if is_ours(error):
            raise
    raw = next((value for key, value in mail.raw_items() if key.lower() == name.lower()), "")
    try:
        return " ".join(str(make_header(decode_header(raw))).split())
    except (LookupError, ValueError):
        return " ".join(str(raw).split())


def _text(part: MIMEPart) -> str:
    content = part.get_payload(decode=True)
    return decode(content, part.get_content_charset()) if isinstance(content, bytes) else ""


def _attached(mail: EmailMessage, parts: Sequence[MIMEPart]) -> Iterator[MIMEPart]:
    """The files that come with it: no body, no signature, no picture that the HTML shows."""
    bodies = [mail.get_body((kind,)) for kind in ("plain", "html")]
    for part in parts:
        shown = part.get_content_maintype() == "image" and part["Content-ID"] and not part.is_attachment()
        text = part.get_content_maintype() == "text" and not part.is_attachment() and not part.get_filename()
        signature = part.get_content_type() in _SIGNATURES
        if not (shown or text or signature or any(part is body for body in bodies)):
            yield part


def _name(part: MIMEPart) -> str:
    return " ".join((part.get_filename() or part.get_content_type()).split())
