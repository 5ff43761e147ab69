"""Publish and Fail: a document ends, once, and its slot is free for the next."""

from __future__ import annotations

import json

from quire.domain.document import Document, Ending, Source, Stored, dropped_result_key, failed, succeeded
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.service import outbox
from quire.service.held import let_pass

# The task's own time; the function's; either, or its memory (AWS Step Functions, "Handle Lambda service exceptions");
# its memory, as runtimes name it themselves, and the kill that comes of it.
_SPENT = frozenset(["States.Timeout", "Sandbox.Timedout", "Lambda.Unknown", "Runtime.OutOfMemory", "Runtime.ExitError"])


def publish(world: World, tenant: str, document_id: str, pages: int, result: Stored) -> None:
    """The document succeeds: its pages are charged, its result can be fetched. Of one that was held for review that is
    the output that a person let pass, not `result`."""
    document = world.jobs.document(tenant, document_id)
    if document is None:
        return
    if document.review and not document.status.ended:
        result = let_pass(world, document)
    end(world, document, succeeded(pages, result))


def fail(world: World, tenant: str, document_id: str, refusal: Refusal) -> None:
    """The document fails: nothing is charged."""
    document = world.jobs.document(tenant, document_id)
    if document is None:
        return
    fail_as_read(world, document, refusal)


def fail_as_read(world: World, document: Document, refusal: Refusal) -> bool:
    """The document fails, unless it went on since `document` was read; whether it did."""
    if document.source.dropped and not document.status.ended:
        write_refusal(world, document.source, refusal)
    return end(world, document, failed(refusal))


def refusal_of_fault(error: str) -> Refusal:
    """What to say of an error that retries did not mend; `error` is its name, as Step Functions gives it."""
    if error == "OcrBusy":
        return Refusal(Kind.OCR_PROVIDER_ERROR, "Textract was busy for hours: submit the document again later.")
    if error == "OcrFault":
        return Refusal(Kind.OCR_PROVIDER_ERROR, "Textract was unavailable, also when asked again: submit it again.")
    if error == "OcrNoObject":
        return Refusal(
            Kind.OCR_PROVIDER_ERROR, "Textract could not get at the document, which is there: tell the operator."
        )
    if error in _SPENT:
        return Refusal(
            Kind.EXTRACTION_FAILED,
            "The document takes more time or memory than it may: send fewer of its pages, or a smaller schema.",
        )
    return Refusal(Kind.INTERNAL_ERROR, "An unexpected error: submit the document again.")


def write_refusal(world: World, source: Source, refusal: Refusal) -> None:
    """Beside the results of the drop folder, for a caller who only looks there."""
    body = {"error": {"code": refusal.kind.value, "message": refusal.message}}
    world.blobs.put(dropped_result_key(source), json.dumps(body).encode(), "application/json")


def end(world: World, document: Document, ending: Ending) -> bool:
    """Whether it ended by this; once, and the line moves."""
    ended = outbox.end(world, document, ending)
    if ended:
        kind = ending.refusal.kind.value if ending.refusal else None
        world.log("document_ended", tenant=document.tenant, document_id=document.id, pages=ending.pages, refusal=kind)
    world.pokes.poke(document.tenant)  # also when it had ended before: the poke may be what was lost
    return ended
