"""extract.page's contract: every status, field, code and limit."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from functions.api_extract_page import contract, handler
from functions.api_extract_page.contract import say_refusal
from quire.domain.job import JobStatus
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.http.ids import plain_id
from quire.testing.world import World
from tests.contracts.conftest import Caller, Said, tenant_key


@pytest.fixture
def call(world: World) -> Caller:
    key = tenant_key(world, Tenant("acme", rate_factor=10))
    return Caller(handler.EXTRACT_PAGE, world, "acme", {"x-api-key": key})


@pytest.fixture
def stranger(world: World) -> Caller:
    return Caller(handler.EXTRACT_PAGE, world, "other", {"x-api-key": tenant_key(world, Tenant("other"))})


def uploaded(call: Caller, number: int = 1, content: bytes = b"%PDF-1.7") -> list[str]:
    said = []
    for _ in range(number):
        file = call("POST", "/v1/files", {"size_bytes": len(content)}).body
        plain = plain_id("file", file["id"])
        call.world.blobs.put(f"uploads/{call.tenant}/{plain}", content, "")
        said.append(str(file["id"]))
    return said


def submit(call: Caller, files: list[str], idempotency_key: str | None = None) -> Said:
    headers = {} if idempotency_key is None else {"idempotency_key": idempotency_key}
    return call("POST", "/v1/batches", {"source": {"type": "files", "file_ids": files}}, None, **headers)


def begun(call: Caller, number: int = 1) -> tuple[str, str]:
    """A batch whose documents run: its id as said, and ours."""
    said = submit(call, uploaded(call, number)).body["id"]
    plain = plain_id("batch", said)
    assert plain
    call.start(plain)
    return said, plain


# ---- files -----------------------------------------------------------------------------------------------------------


def test_a_file_has_every_documented_field(call: Caller) -> None:
    answer = call("POST", "/v1/files", {"size_bytes": 7, "filename": "a.pdf", "content_type": "application/pdf"})
    assert answer.status == 200
    file = answer.body
    assert file["id"].startswith("file_")
    assert (file["object"], file["status"], file["customer_id"]) == ("file", "pending", "acme")
    assert (file["filename"], file["content_type"], file["size_bytes"], file["sha256"]) == (
        "a.pdf", "application/pdf", 7, None,
    )  # fmt: skip
    assert file["upload"]["method"] == "PUT"
    assert file["created_at"] < file["upload"]["expires_at"] < file["expires_at"]


def test_a_file_that_waits_gives_a_fresh_url_until_its_window_ends(call: Caller) -> None:
    file = call("POST", "/v1/files", {"size_bytes": 7}).body
    call.world.clock.advance(3 * 3600 * 1000)
    later = call("GET", f"/v1/files/{file['id']}").body
    assert later["upload"]["expires_at"] > file["upload"]["expires_at"]
    call.world.clock.advance(21 * 3600 * 1000)
    ended = call("GET", f"/v1/files/{file['id']}").body
    assert (ended["status"], ended["upload"]) == ("expired", None)


@pytest.mark.parametrize(
    "body",
    [
        {}, {"size_bytes": -1}, {"size_bytes": 0}, {"size_bytes": "9"}, {"size_bytes": True}, {"size_bytes": 9.0},
        {"size_bytes": 9, "filename": "x" * 513}, {"size_bytes": 9, "content_type": "x" * 129}, [], "x", None,
    ],
)  # fmt: skip
def test_a_file_that_is_not_well_described(call: Caller, body: Any) -> None:
    answer = call("POST", "/v1/files", body)
    assert answer.status == 422
    assert answer.body["detail"][0]["loc"][0] == "body"


def test_both_sides_of_the_limits_of_a_description(call: Caller) -> None:
    most = 150 * 2**20
    fits = {"size_bytes": most, "filename": "x" * 512, "content_type": "x" * 128}
    assert call("POST", "/v1/files", fits).status == 200
    assert call("POST", "/v1/files", {"size_bytes": most + 1}).body["error"] == "document_too_large"


# ---- batches ---------------------------------------------------------------------------------------------------------


def test_a_batch_has_every_documented_field(call: Caller) -> None:
    body = {
        "source": {"type": "files", "file_ids": uploaded(call, 2)},
        "engine": "balanced", "options": {"extract_tables": False, "password": "open"}, "metadata": {"run": 7},
    }  # fmt: skip
    answer = call("POST", "/v1/batches", body)
    assert answer.status == 200
    batch = answer.body
    assert batch.keys() == contract.BatchResource.model_fields.keys()
    assert (batch["object"], batch["status"], batch["total_items"], batch["engine"]) == (
        "batch",
        "pending",
        2,
        "balanced",
    )
    assert batch["counts"] == {"pending": 2, "running": 0, "succeeded": 0, "failed": 0, "cancelled": 0}
    assert batch["options"] == {"extract_text": True, "extract_tables": False, "extract_images": False}
    assert (batch["metadata"], batch["started_at"], batch["completed_at"]) == ({"run": 7}, None, None)


def test_items_have_every_documented_field_through_their_lives(call: Caller) -> None:
    said, plain = begun(call, 3)
    call.succeed(plain, 0)
    call.fail(plain, 1, Refusal(Kind.EXTRACTION_FAILED, "Cannot be read."))
    page = call("GET", f"/v1/batches/{said}").body
    items = {item["position"]: item for item in page["items"]}
    assert all(item.keys() == contract.BatchItem.model_fields.keys() for item in items.values())
    done, broken, running = items[0], items[1], items[2]
    assert (done["status"], done["page_count"], done["error"]) == ("succeeded", 1, None)
    assert done["result_url"] == f"/v1/batches/{said}/items/{done['id']}/result"
    assert (broken["status"], broken["result_url"]) == ("failed", None)
    assert broken["error"] == {"code": "extraction_failed", "message": "Cannot be read."}
    assert (running["status"], running["attempts"], running["completed_at"]) == ("running", 1, None)
    assert page["status"] == "running"
    assert page["counts"] == {"pending": 0, "running": 1, "succeeded": 1, "failed": 1, "cancelled": 0}
    order = [(item["updated_at"], item["id"]) for item in page["items"]]
    assert order == sorted(order)


def test_documents_are_pending_before_their_rows_are_written(call: Caller) -> None:
    said = submit(call, uploaded(call, 3)).body["id"]
    page = call("GET", f"/v1/batches/{said}").body
    assert [item["status"] for item in page["items"]] == ["pending"] * 3
    result = call("GET", f"/v1/batches/{said}/items/{page['items'][0]['id']}/result")
    assert (result.status, result.body["status"]) == (409, "pending")


def test_at_most_eight_run(call: Caller) -> None:
    said, _ = begun(call, 12)
    assert call("GET", f"/v1/batches/{said}").body["counts"]["running"] == 8


def test_files_that_are_not_there_are_named(call: Caller, stranger: Caller) -> None:
    (mine,), (theirs,) = uploaded(call), uploaded(stranger)
    never = f"file_{uuid.uuid4().hex}"
    answer = submit(call, [mine, theirs, never])
    assert (answer.status, answer.body["error"], answer.body["file_ids"]) == (404, "file_not_found", [theirs, never])
    waiting = call("POST", "/v1/files", {"size_bytes": 5}).body["id"]
    answer = submit(call, [mine, waiting])
    assert (answer.status, answer.body["error"], answer.body["file_ids"]) == (409, "file_not_uploaded", [waiting])


def test_files_past_their_retention_must_be_uploaded_again(call: Caller) -> None:
    files = uploaded(call)
    assert submit(call, files).status == 200
    call.world.clock.advance(DAY_MS)
    assert submit(call, files).body["error"] == "file_not_uploaded"


def test_no_credits_no_batch(world: World) -> None:
    poor = Caller(handler.EXTRACT_PAGE, world, "poor", {"x-api-key": tenant_key(world, Tenant("poor"), credits=0)})
    files = uploaded(poor, 3)
    assert (submit(poor, files).status, submit(poor, files).body["error"]) == (402, "payment_required")
    assert submit(poor, files[:1]).status == 402
    world.tenants.grant("poor", 1)
    assert submit(poor, files).status == 200, "its first document can be paid"


@pytest.mark.parametrize(
    "body",
    [
        {}, {"source": {"type": "urls", "file_ids": ["x"]}}, {"source": {"type": "files"}},
        {"source": {"type": "files", "file_ids": []}}, {"source": {"type": "files", "file_ids": [7]}},
        {"source": {"type": "files", "file_ids": ["x" * 65]}}, {"source": {"type": "files", "file_ids": "x"}},
        {"source": {"type": "files", "file_ids": ["x"]}, "engine": "warp"},
        {"source": {"type": "files", "file_ids": ["x"]}, "metadata": "x"},
    ],
)  # fmt: skip
def test_a_batch_that_is_not_well_described(call: Caller, body: Any) -> None:
    assert call("POST", "/v1/batches", body).status == 422


def test_ten_thousand_files_and_not_one_more(call: Caller) -> None:
    names = [f"file_{number:032x}" for number in range(10_001)]
    assert submit(call, names[:-1]).status == 404  # understood, but there are no such files
    answer = submit(call, names)
    assert (answer.status, answer.body["detail"][0]["type"]) == (422, "too_long")


def test_an_idempotency_key_is_one_batch(call: Caller) -> None:
    files = uploaded(call, 2)
    first, again = (submit(call, files, idempotency_key="k") for _ in range(2))
    assert first.body["id"] == again.body["id"]
    assert submit(call, files, idempotency_key="other").body["id"] != first.body["id"]
    conflict = submit(call, files[:1], idempotency_key="k")
    assert (conflict.status, conflict.body["error"]) == (409, "idempotency_key_reused")
    call.world.clock.advance(DAY_MS - 1)
    assert submit(call, files, idempotency_key="k").body["id"] == first.body["id"]
    for key in ("", "x" * 256):
        assert submit(call, files, idempotency_key=key).status == 422


def test_a_cancelled_batch(call: Caller) -> None:
    said, plain = begun(call, 10)
    answer = call("POST", f"/v1/batches/{said}/cancel")
    assert answer.status == 200
    assert answer.body["counts"] == {"pending": 0, "running": 8, "succeeded": 0, "failed": 0, "cancelled": 2}
    assert answer.body["status"] == "running"
    for position in range(8):
        call.succeed(plain, position)
    page = call("GET", f"/v1/batches/{said}").body
    assert (page["status"], page["counts"]["cancelled"]) == ("completed", 2)


def test_a_batch_cancelled_before_anything_ran(call: Caller) -> None:
    before = call.world.tenants.balance("acme")
    said = submit(call, uploaded(call, 3)).body["id"]
    assert call("POST", f"/v1/batches/{said}/cancel").body["status"] == "cancelled"
    assert call("GET", f"/v1/batches/{said}").body["counts"]["cancelled"] == 3
    assert call.world.tenants.balance("acme") == before


# ---- results ---------------------------------------------------------------------------------------------------------


def test_a_result_is_a_link_that_ends_with_the_retention(call: Caller) -> None:
    said, plain = begun(call)
    (item,) = call("GET", f"/v1/batches/{said}").body["items"]
    url = f"/v1/batches/{said}/items/{item['id']}/result"
    early = call("GET", url)
    assert (early.status, early.body["error"], early.body["status"]) == (409, "result_not_ready", "running")
    call.succeed(plain, 0)
    link = call("GET", url)
    assert (link.status, link.body) == (302, None)
    assert "location" in link.headers
    call.world.clock.advance(DAY_MS - 1)
    assert call("GET", url).status == 302
    call.world.clock.advance(1)
    late = call("GET", url)
    assert (late.status, late.body["error"]) == (410, "result_expired")


def test_nothing_of_another_tenant_is_there(call: Caller, stranger: Caller) -> None:
    said, plain = begun(call)
    call.succeed(plain, 0)
    (item,) = call("GET", f"/v1/batches/{said}").body["items"]
    (file,) = uploaded(call)
    never = {"batch": f"batch_{uuid.uuid4().hex[:-4]}0000", "file": f"file_{uuid.uuid4().hex}"}
    paths = [
        ("GET", "/v1/batches/{batch}"), ("POST", "/v1/batches/{batch}/cancel"), ("GET", "/v1/files/{file}"),
        ("GET", "/v1/batches/{batch}/items/{item}/result"),
    ]  # fmt: skip
    for method, path in paths:
        theirs = stranger(method, path.format(batch=said, file=file, item=item["id"]))
        absent = stranger(method, path.format(item=item["id"], **never))
        assert theirs.status == absent.status == 404, path
        assert theirs.body.keys() == absent.body.keys()
        assert theirs.body["error"] == absent.body["error"]


# ---- paging ----------------------------------------------------------------------------------------------------------


def test_a_walk_by_cursor_sees_every_last_change_and_then_ends(call: Caller) -> None:
    said, plain = begun(call, 8)
    seen: dict[str, str] = {}
    cursor, rounds = None, 0
    while rounds < 100:
        rounds += 1
        page = call("GET", f"/v1/batches/{said}?limit=3" + (f"&cursor={cursor}" if cursor else "")).body
        seen |= {item["id"]: item["status"] for item in page["items"]}
        if rounds <= 8:
            call.succeed(plain, rounds - 1)
        call.world.clock.advance(700)
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert cursor is None
    assert list(seen.values()) == ["succeeded"] * 8
    assert rounds < 40


def test_a_job_at_rest_has_no_next_page(call: Caller) -> None:
    said, plain = begun(call)
    call.succeed(plain, 0)
    page = call("GET", f"/v1/batches/{said}").body
    assert (page["status"], page["next_cursor"]) == (JobStatus.COMPLETED, None)


def test_a_walk_after_the_end_has_each_item_once(call: Caller) -> None:
    said, plain = begun(call, 5)
    for position in range(5):
        call.succeed(plain, position)
    items: list[dict[str, Any]] = []
    cursor, calls = "", 0
    while cursor is not None:
        page = call("GET", f"/v1/batches/{said}?limit=2" + (f"&cursor={cursor}" if cursor else "")).body
        assert page["counts"]["succeeded"] == page["total_items"] == 5
        items, cursor, calls = items + page["items"], page["next_cursor"], calls + 1
    assert sorted(item["position"] for item in items) == list(range(5))
    assert calls == 3


# ---- the list --------------------------------------------------------------------------------------------------------


def batches(call: Caller, query: str = "") -> tuple[list[str], str | None]:
    said = call("GET", f"/v1/batches{query}")
    assert (said.status, said.body["object"]) == (200, "list")
    return [batch["id"] for batch in said.body["data"]], said.body["next_cursor"]


def made(call: Caller, number: int) -> list[str]:
    found = []
    for _ in range(number):
        call.world.clock.advance(10)
        found.append(submit(call, uploaded(call)).body["id"])
    return found


def test_batches_are_listed_the_newest_in_front(call: Caller) -> None:
    one, two, three = made(call, 3)
    assert batches(call) == ([three, two, one], None)
    page, cursor = batches(call, "?limit=2")
    assert page == [three, two] and cursor
    assert batches(call, f"?limit=2&cursor={cursor}") == ([one], None)


def test_a_listed_batch_is_as_it_is_read(call: Caller) -> None:
    (said,) = made(call, 1)
    (listed,) = call("GET", "/v1/batches").body["data"]
    read = call("GET", f"/v1/batches/{said}").body
    assert listed == {name: value for name, value in read.items() if name not in ("items", "next_cursor")}


def test_batches_are_listed_by_status(call: Caller) -> None:
    waiting, cancelled = made(call, 2)
    call("POST", f"/v1/batches/{cancelled}/cancel")
    assert batches(call, "?status=cancelled") == ([cancelled], None)
    assert batches(call, "?status=pending") == ([waiting], None)
    assert batches(call, "?status=completed") == ([], None)


def test_a_stranger_s_batches_are_not_listed(call: Caller, stranger: Caller) -> None:
    mine = made(call, 2)
    _, cursor = batches(call, "?limit=1")
    assert batches(stranger) == ([], None)
    assert batches(stranger, f"?cursor={cursor}") == ([], None), "nor do they say what lies behind a place of mine"
    assert set(batches(call)[0]) == set(mine)


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=!!", "status=done", "status="])
def test_a_list_that_is_not_well_asked_for(call: Caller, query: str) -> None:
    said = call("GET", f"/v1/batches?{query}")
    assert said.status == 422 and said.body["detail"]


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=", "cursor=", "cursor=!!", "cursor=AAAA"])
def test_a_query_that_is_not_one(call: Caller, query: str) -> None:
    said, _ = begun(call)
    assert call("GET", f"/v1/batches/{said}?{query}").status == 422


# ---- the edge --------------------------------------------------------------------------------------------------------


def test_the_documented_rate_is_sixty_a_minute_and_key(world: World) -> None:
    caller = Caller(handler.EXTRACT_PAGE, world, "plain", {"x-api-key": tenant_key(world, Tenant("plain"))})
    answers = [caller("POST", "/v1/files", {"size_bytes": 1}) for _ in range(61)]
    assert [answer.status for answer in answers] == [200] * 60 + [429]
    assert (answers[0].headers["x-ratelimit-limit"], answers[0].headers["x-ratelimit-remaining"]) == ("60", "59")
    assert (answers[-1].body["error"], answers[-1].headers["retry-after"]) == ("rate_limited", "1")
    world.clock.advance(1000)
    assert caller("POST", "/v1/files", {"size_bytes": 1}).status == 200
    assert caller("GET", "/v1/files/x").status == 404  # reading is not limited


@pytest.mark.parametrize("kind", list(Kind))
def test_every_refusal_has_the_documented_shape(kind: Kind) -> None:
    answer = say_refusal(Refusal(kind, "Why.", {"status": "running"}))
    assert 400 <= answer.status < 600
    if isinstance(answer.body, contract.ErrorBody):
        body = answer.body.model_dump()
        assert (body["message"], body["status"]) == ("Why.", "running")
        assert body["error"] == body["error"].lower()
    else:
        assert kind is Kind.INVALID_REQUEST
        assert isinstance(answer.body, contract.Invalid)
        assert answer.body.model_dump() == {"detail": [{"loc": ["body"], "msg": "Why.", "type": "value_error"}]}


def test_answers_carry_the_request_id_and_are_not_kept(call: Caller) -> None:
    headers = call("GET", "/v1/nowhere").headers
    assert (headers["x-request-id"], headers["cache-control"]) == ("r-1", "no-store")


def test_an_unexpected_fault_is_said_without_its_message(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("text of a document")

    monkeypatch.setattr(type(call.world.files), "put", broken)
    answer = call("POST", "/v1/files", {"size_bytes": 1})
    assert (answer.status, answer.body["error"]) == (500, "internal_error")
    assert "document" not in str(answer.body).replace("submit the document", "")
