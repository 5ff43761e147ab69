"""Read: each page's words from the cheapest sound source, its text layer or else Textract.

What was read stays under `working/{tenant}/{job}/{position}/`: `text.jsonl` (the pages with a sound text layer, also
those of which it leaves pictures to Textract), `plan.json` (which pages went to Textract, their sizes), and Textract's
own answer. Extract joins them.

Textract takes only so many calls a second from an account. A task that finds no turn fails with OcrBusy, and the state
machine enters Read again some seconds later, for hours if need be: what was planned is not planned anew."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from quire.domain.document import MOST_PAGES, Document, Stored
from quire.domain.places import working_of
from quire.domain.ports import AnswerLost, OcrBusy, OcrCall, OcrFault, OcrNoObject, OcrRefused, Query, World
from quire.domain.refusal import Kind, Refusal
from quire.reading import sandbox
from quire.reading.media import FLOWING, Media
from quire.reading.model import PageWarning
from quire.service.config import Config, Mode, config_of
from quire.service.inspect import by_its_word, hold, refusal_of
from quire.service.tasks import ENDED_BEFORE, Outcome, go_on, refuse, running

MOST_SYNCHRONOUS_BYTES = 10 * 1024 * 1024
MOST_SYNCHRONOUS_QUERIES = 15
MOST_IMAGE_BYTES = 10 * 1024 * 1024
MOST_IMAGE_SIDE = 10_000
"""Textract's limits; those for images hold for its asynchronous calls as well (Textract guide, "Quotas")."""
ENDED = ("SUCCEEDED", "PARTIAL_SUCCESS", "FAILED")
_ATTACHED = "files that are attached to the PDF are not read: send them by themselves"
_FRAMES = "of a moving picture only the first frame is read"
_GONE = Refusal(Kind.UPLOAD_MISSING, "The uploaded bytes are gone: upload the file again.")


@dataclass(frozen=True, slots=True)
class Inspected:
    """What Inspect found."""

    media: Media
    pages: int
    encrypted: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What Textract is asked: FeatureTypes of AnalyzeDocument (none: words alone), and the questions of QUERIES."""

    features: Sequence[str] = ()
    queries: Sequence[Query] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """What Read is to do: `pages` are the numbers of those in the page range."""

    config: Config
    inspected: Inspected
    pages: Sequence[int]
    asked: Asked


@dataclass(frozen=True, slots=True)
class Plan:
    """`ocr` lists the original numbers of the pages that Textract reads, in the order in which it gets them; `sizes`
    their widths and heights in points; `answer` names its synchronous answer, or the prefix of its output parts;
    `source` is the key and version of what it reads; `warnings` are of the file as a whole, for its first page."""

    text: bool
    ocr: Sequence[int]
    sizes: Mapping[str, tuple[float, float]]
    answer: str | None
    source: Sequence[str]
    warnings: Sequence[PageWarning] = ()


def folder_of(document: Document) -> str:
    return f"{working_of(document.tenant, document.job_id)}{document.position}"


def load_plan(world: World, document: Document) -> Plan:
    said = json.loads(world.blobs.read(f"{folder_of(document)}/plan.json"))
    return Plan(**said | {"warnings": [PageWarning(**warning) for warning in said.get("warnings", ())]})


def read(world: World, tenant: str, document_id: str, inspected: Inspected, token: str) -> None:
    """Complete the task `token`, now or, where Textract works on it, when its notice comes; or fail it with OcrBusy."""
    document = running(world, tenant, document_id)
    try:
        outcome = ENDED_BEFORE if document is None else _read(world, document, inspected, token)
    except OcrBusy as busy:  # to wait is no failure of this function: its alarm stays silent
        world.log("ocr_busy", tenant=tenant, document_id=document_id, reason=str(busy))
        world.tokens.fail(token, OcrBusy.__name__)
        return
    if outcome is not None:
        world.tokens.succeed(token, outcome)


def ocr_finished(world: World, tenant: str, document_id: str, status: str) -> None:
    """Textract's notice: recorded first, then told to whatever task waits. Delivered twice, it changes nothing."""
    document = world.pipeline.ocr_ended(tenant, document_id, status)
    if document and document.ocr.token:
        world.tokens.succeed(document.ocr.token, _ended(status))


def _read(world: World, document: Document, inspected: Inspected, token: str) -> Outcome | None:
    config = config_of(world, document)
    asked = _asked(world, config)
    try:
        plan: Plan | Refusal = load_plan(world, document)  # entered again
    except KeyError:
        plan = _planned(world, document, inspected, config, asked)
    if isinstance(plan, Refusal):
        return refuse(plan)
    if not plan.ocr:
        return go_on()
    source = Stored(*plan.source)
    try:
        if str(plan.answer).endswith("/"):
            return _start(world, document, asked, source, token)
        return _detect(world, document, asked, source, str(plan.answer))
    except OcrRefused as refused:
        return refuse(Refusal(Kind(refused.kind), str(refused)))
    except OcrNoObject:
        if world.blobs.head(source) is None:
            return refuse(_GONE)
        world.log("ocr_no_object", tenant=document.tenant, document_id=document.id, metric="OcrNoObject")
        raise  # the bytes are there: rights or region are wrong, which is no fault of the caller's


def _planned(world: World, document: Document, inspected: Inspected, config: Config, asked: Asked) -> Plan | Refusal:
    with tempfile.TemporaryDirectory() as folder:
        original = Path(folder) / "document"
        try:
            world.blobs.download(document.source.stored, original)
            if by_its_word(document, inspected.media):
                counted = sandbox.inspect(original, inspected.media, config.password, MOST_PAGES)
                inspected = replace(inspected, pages=counted.pages, encrypted=counted.encrypted)
            pages = hold(world, document, config, inspected.pages)
            if isinstance(pages, Refusal):
                return pages
            return _prepare(world, document, Order(config, inspected, pages, asked), original)
        except sandbox.Broken as broken:
            return refusal_of(broken)
        except KeyError:
            return _GONE


def _asked(world: World, config: Config) -> Asked:
    if config.mode is Mode.FAST:
        return Asked()
    if config.mode is Mode.BALANCED or config.schema is None:
        return Asked(("FORMS", "TABLES", *(["LAYOUT"] if config.chunks and config.images else [])))
    from quire.extraction.queries import has_signature, queries  # only this mode pays for its import

    schema = json.loads(world.blobs.read(config.schema))
    questions = queries(schema)
    wanted = {"QUERIES": bool(questions), "SIGNATURES": has_signature(schema)}
    return Asked(("FORMS", "TABLES", *(feature for feature, there in wanted.items() if there)), questions)


def _prepare(world: World, document: Document, order: Order, original: Path) -> Plan:
    """The plan, written down last: where it is found, all that it names is there."""
    inspected = order.inspected
    has_text = inspected.media is Media.PDF or inspected.media in FLOWING
    prepare = _prepare_text if has_text else _prepare_image
    ocr, sizes, copy, warnings = prepare(world, document, order, original)
    source, size = document.source.stored, document.source.size
    if copy:
        source, size = _kept(world, f"{folder_of(document)}/{copy.name}", copy)
    single = len(ocr) == 1 and size <= MOST_SYNCHRONOUS_BYTES and len(order.asked.queries) <= MOST_SYNCHRONOUS_QUERIES
    answer = f"{folder_of(document)}/{'answer.json' if single else 'textract/'}" if ocr else None
    of_pages = {str(page): sizes[page] for page in ocr}
    plan = Plan(has_text, list(ocr), of_pages, answer, [source.key, source.version], warnings)
    world.blobs.put(f"{folder_of(document)}/plan.json", json.dumps(asdict(plan)).encode(), "application/json")
    return plan


def _kept(world: World, key: str, copy: Path) -> tuple[Stored, int]:
    """The copy as it was first written: a request token stands for one version of one object (Textract API reference,
    IdempotentParameterMismatchException), also when this step is entered again."""
    head = world.blobs.head(key)
    if head:
        return Stored(key, head.version), head.size
    return world.blobs.put_file(key, copy, "application/octet-stream"), copy.stat().st_size


Prepared = tuple[Sequence[int], Mapping[int, tuple[float, float]], Path | None, Sequence[PageWarning]]
"""The pages for Textract, sizes, the copy that Textract is to read where it cannot read the original, and what of the
file is on none of its pages."""


def _prepare_text(world: World, document: Document, order: Order, path: Path) -> Prepared:
    text = path.with_name("text.jsonl")
    media = order.inspected.media
    layer = sandbox.read_text(path, text, password=order.config.password, pages=order.pages, media=media)
    world.blobs.put_file(f"{folder_of(document)}/{text.name}", text, "application/jsonl")
    ocr = order.pages if order.config.mode.every_page and media is Media.PDF else layer.unsound
    warnings = [PageWarning("attachments", _ATTACHED, layer.attachments)] if layer.attachments else []
    if not ocr or (len(ocr) == order.inspected.pages and not order.inspected.encrypted):
        return ocr, layer.sizes, None, warnings
    return ocr, layer.sizes, _cut(order, ocr, path), warnings


def _prepare_image(_world: World, document: Document, order: Order, path: Path) -> Prepared:
    inspected = order.inspected
    found = sandbox.inspect(path, inspected.media, most_pages=inspected.pages)
    sizes = dict(enumerate(found.sizes, start=1))
    warnings = [PageWarning("frames", _FRAMES, found.left_out)] if found.left_out else []
    if len(order.pages) < inspected.pages:
        return order.pages, sizes, _cut(order, order.pages, path), warnings
    too_large = document.source.size > MOST_IMAGE_BYTES or max(found.side_px or (0,)) > MOST_IMAGE_SIDE
    if inspected.media is Media.TIFF:
        return order.pages, sizes, None if found.as_stored else _cut(order, order.pages, path), warnings
    if found.as_stored and not too_large:
        return order.pages, sizes, None, warnings
    fitted = path.with_name("fitted.jpg")
    sandbox.fit_image(path, inspected.media, fitted, most_side=MOST_IMAGE_SIDE, most_bytes=MOST_IMAGE_BYTES)
    return order.pages, sizes, fitted, warnings


def _cut(order: Order, pages: Sequence[int], path: Path) -> Path:
    cut = path.with_name("cut.pdf")
    sandbox.cut_pages(path, order.inspected.media, {cut: pages}, password=order.config.password)
    return cut


def _detect(world: World, document: Document, asked: Asked, source: Stored, key: str) -> Outcome:
    """One page, seconds sooner. The call has no token of its own: it is counted before it is made, so that one whose
    answer was lost, here or by a crash, is asked for once more and no oftener."""
    if world.blobs.head(key):
        return go_on()
    call = OcrCall.ANALYZE if asked.features else OcrCall.DETECT
    _turn(world, call)
    while world.pipeline.ocr_asked(document, 1) <= 2:
        try:
            answer = world.ocr.detect(source, asked.features, asked.queries)
        except AnswerLost:
            world.log("ocr_answer_lost", tenant=document.tenant, document_id=document.id)
            _turn(world, call)
            continue
        except (OcrFault, OcrRefused):
            world.pipeline.ocr_asked(document, -1)  # Textract said no: nothing was paid
            raise
        world.blobs.put(key, json.dumps(answer).encode(), "application/json")
        return go_on()
    world.pipeline.ocr_asked(document, -1)  # this one was not made
    return refuse(Refusal(Kind.OCR_PROVIDER_ERROR, "Textract's answer was lost twice: submit the document again."))


def _turn(world: World, call: OcrCall) -> None:
    """Before each call that is paid."""
    if not world.ocr_turns.take(call, world.clock()):
        raise OcrBusy(call.value)


def _start(world: World, document: Document, asked: Asked, source: Stored, token: str) -> Outcome | None:
    if document.ocr.status is None:
        _turn(world, OcrCall.START_ANALYSIS if asked.features else OcrCall.START_DETECTION)
    before = world.pipeline.wait_for_ocr(document, token)
    if before is None:
        return ENDED_BEFORE
    if before.ocr.status:
        return _ended(before.ocr.status)
    facts = (document.id, document.source.stored.version, *asked.features)
    job_id = world.ocr.start(
        source,
        asked.features,
        asked.queries,
        token=hashlib.sha256("\x00".join(facts).encode()).hexdigest(),
        tag=tag_of(document),
        output_prefix=f"{folder_of(document)}/textract",
    )
    if before.ocr.token is None:
        return None
    # Entered again: the notice may have come and gone, so Textract is asked, once.
    status = world.ocr.status(job_id, asked.features)
    if status not in ENDED:
        return None
    world.pipeline.ocr_ended(document.tenant, document.id, status)
    return _ended(status)


def tag_of(document: Document) -> str:
    """Textract's JobTag: leads the notice back to the document (at most 64 characters)."""
    return f"{document.tenant}:{document.id}"


def _ended(status: str) -> Outcome:
    if status == "FAILED":
        return refuse(Refusal(Kind.EXTRACTION_FAILED, "Textract could not read the document."))
    return go_on()
