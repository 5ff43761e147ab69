"""Pictures of pages, for the console. A function of its own, for drawing takes what the console may do without: a
document's bytes, and memory."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from functions.api_console import contract
from quire.adapters.aws import Aws
from quire.domain.refusal import Kind, Refusal
from quire.http import edge
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.http.telemetry import discreet, log
from quire.http.times import say_time
from quire.service.page_images import WIDTHS, page_image


class Wanted(BaseModel):
    """`thumbnail`: small, to find one's way."""

    thumbnail: bool = False


class PageShown(BaseModel):
    """A JPEG at `url`, which can be followed until `expires_at`."""

    url: str
    expires_at: str


def get_page(call: Call) -> Answer | Refusal:
    """Show a page of a document."""
    asked = call.query_as(Wanted)
    number, width = call.path["number"], WIDTHS[0] if asked.thumbnail else WIDTHS[1]
    document_id = contract.known_id(call.path["document_id"], Kind.NOT_FOUND, "document")
    if isinstance(document_id, Refusal):
        return document_id
    if not (number.isdecimal() and number.isascii() and len(number) <= 4):
        return Refusal(Kind.NOT_FOUND, "The document has no such page.")
    image = page_image(call.world, call.tenant, document_id, int(number), width)
    if isinstance(image, Refusal):
        return image
    return Answer(200, PageShown(url=image.url, expires_at=say_time(image.expires_at)))


class Pages(contract.Words):
    """`quire.http.edge.Contract`: the console's words, for its pictures."""

    routes = (
        Route(
            "GET", "/console/api/documents/<document_id>/pages/<number>", get_page, query=Wanted, says={200: PageShown}
        ),
    )


PAGES = Pages()
world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """API Gateway, HTTP API, payload format 2.0."""
    return edge.answer(PAGES, world, event)
