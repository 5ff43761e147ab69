"""The client against a service on a real port: what it sends, and what comes back."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from quire_client import AsyncClient, Citation, Client, Error, Mode, Outcome, Page, Progress, Refused, Stage, Target
from quire_client.models import Contradiction
from tests.client.conftest import Make
from tests.client.service import AGENT, KEY, Refusal, Service, total_of

SCHEMA = {"type": "object", "properties": {"total": {"type": "string"}}}


def by_name(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    return {outcome.path.name: outcome for outcome in outcomes}


def total(content: bytes) -> str:
    return total_of(hashlib.sha256(content).hexdigest())


# ---- what comes back -------------------------------------------------------------------------------------------------


def test_fields_of_a_schema_each_with_confidence_and_place(client: Client, make: Make) -> None:
    (outcome,) = client.extract(make(b"one"), schema=SCHEMA)
    assert (outcome.status, outcome.error) == (Stage.SUCCEEDED, None)
    assert outcome.result is not None
    assert outcome.result.data == {"total": total(b"one"), "lines": [{"amount": 1}, {"amount": None}]}
    first, second, absent = outcome.result.fields
    assert (first.path, first.value, first.confidence) == ("total", total(b"one"), 0.9)
    assert first.citations == (Citation(2, "Total", (10.0, 20.0, 40.0, 25.0)),)
    assert (second.path, second.citations) == ("lines[0].amount", (Citation(2, "Total", None),))
    assert (absent.path, absent.value, absent.confidence, absent.citations) == ("lines[1].amount", None, None, ())
    assert outcome.result.pages == (Page(2, 595.0, 842.0),)


def test_fields_of_a_saved_extractor(client: Client, service: Service, make: Make) -> None:
    outcomes = by_name(client.extract(make(b"one", b"two"), extractor="invoice"))
    assert {name: outcome.result and outcome.result.data["total"] for name, outcome in outcomes.items()} == {
        "a.pdf": total(b"one"),
        "b.pdf": total(b"two"),
    }
    assert len(service.asked("GET", ".*/by-name/.*")) == 1
    sent = service.asked("POST", "/api/v1/extraction/jobs")[0].body
    assert sent["extraction_agent_id"] == AGENT
    assert sent["config_override"] == {"own": True, "cite_sources": True, "confidence_scores": True}


def test_a_password_opens_documents_under_a_schema(client: Client, service: Service, make: Make) -> None:
    """By the one contract whose runs take both; the result is said as without a password."""
    properties = {"total": {"type": "string"}, "lines": {"type": "array", "items": {"type": "object"}}}
    schema = {"type": "object", "properties": properties}
    (outcome,) = client.extract(make(b"one"), schema=schema, password="secret", pages="1-3,7", mode=Mode.BALANCED)
    assert outcome.result is not None and outcome.result.data["total"] == total(b"one")
    assert [(field.path, field.confidence) for field in outcome.result.fields] == [
        ("total", 0.9), ("lines[0].amount", 0.5), ("lines[1].amount", None),
    ]  # fmt: skip
    assert outcome.result.fields[0].citations == (Citation(2, "Total", (10.0, 20.0, 40.0, 25.0)),)
    assert outcome.result.pages == (Page(2, 595.0, 842.0),)
    (sent,) = service.asked("POST", "/extract_runs")
    assert sent.body["file"]["settings"] == {"password": "secret"}
    assert sent.body["config"]["schema"]["properties"]["total"] == {"type": ["string", "null"]}
    assert sent.body["config"]["baseProcessor"] == "extraction_performance"
    assert sent.body["config"]["advancedOptions"]["pageRanges"] == [{"start": 1, "end": 3}, {"start": 7, "end": 7}]


def test_a_password_opens_documents_under_an_extractor_and_for_text(
    client: Client, service: Service, make: Make
) -> None:
    assert [one.status for one in client.extract(make(b"one"), extractor="invoice", password="secret")] == ["succeeded"]
    (sent,) = service.asked("POST", "/extract_runs")
    assert sent.body["extractor"] == {"id": f"ex_{AGENT.replace('-', '')}"}
    assert [one.status for one in client.extract(make(b"one"), password="secret")] == ["succeeded"]
    (sent,) = service.asked("POST", "/v1/batches")
    assert sent.body["options"] == {"password": "secret"}


def test_what_no_contract_takes_with_a_password_is_refused_at_once(client: Client, make: Make) -> None:
    with pytest.raises(Contradiction):
        list(client.extract(make(b"one"), schema=SCHEMA, password="secret", target=Target.ROW))
    with pytest.raises(Contradiction):
        list(client.extract(make(b"one"), schema=SCHEMA, password="secret", pages="4-"))


def test_text_and_tables_without_either(client: Client, service: Service, make: Make) -> None:
    outcomes = by_name(client.extract(make(b"one", b"two")))
    digests = {name: outcome.result and outcome.result.data["chunks"] for name, outcome in outcomes.items()}
    assert digests["b.pdf"] == [{"page_no": 1, "page_content": hashlib.sha256(b"two").hexdigest()}]
    assert len(service.asked("POST", "/v1/batches")) == 1, "many files are one batch"


def test_a_list_of_results_has_paths_that_begin_with_a_place() -> None:
    from quire_client.llamacloud import result_of

    entry = {"total": {"confidence": 0.5, "citation": []}}
    result = result_of([{"total": 1}, {"total": 2}], {"field_metadata": {"page_metadata": [entry, entry]}})
    assert [(field.path, field.value, field.confidence) for field in result.fields] == [
        ("[0].total", 1, 0.5),
        ("[1].total", 2, 0.5),
    ]


def test_a_document_that_fails_is_an_outcome_beside_the_others(client: Client, make: Make) -> None:
    for asked in ({"schema": SCHEMA}, {"extractor": "invoice"}, {}):
        outcomes = by_name(client.extract(make(b"bad", b"two"), **asked))
        assert (outcomes["a.pdf"].status, outcomes["a.pdf"].result) == (Stage.FAILED, None)
        error = outcomes["a.pdf"].error
        assert error and error.message == "No."
        assert outcomes["b.pdf"].status is Stage.SUCCEEDED


def test_outcomes_come_as_documents_end(client: Client, service: Service, make: Make) -> None:
    service.may_end = 1
    outcomes = client.extract(make(b"one", b"two"), schema=SCHEMA)
    first = next(iter(outcomes))
    assert first.status is Stage.SUCCEEDED, "the other has not ended"
    service.may_end = 2
    assert {first.path.name, next(outcomes).path.name} == {"a.pdf", "b.pdf"}


def test_every_stage_is_told(client: Client, make: Make) -> None:
    told: list[Progress] = []
    paths = make(b"one", b"bad")
    list(client.extract(paths, schema=SCHEMA, on_progress=told.append))
    stages = {path: [progress.stage for progress in told if progress.path == path] for path in paths}
    assert stages[paths[0]] == [Stage.UPLOADED, Stage.RUNNING, Stage.SUCCEEDED]
    assert stages[paths[1]] == [Stage.UPLOADED, Stage.RUNNING, Stage.FAILED]


def test_asynchronously_and_two_at_once(service: Service, make: Make) -> None:
    one, two = make(b"one", b"two")

    async def both() -> list[list[Outcome]]:
        async with AsyncClient(service.base_url, KEY) as client:

            async def collected(path: Path, schema: Mapping[str, object] | None) -> list[Outcome]:
                return [outcome async for outcome in client.extract([path], schema=schema)]

            return list(await asyncio.gather(collected(one, SCHEMA), collected(two, None)))

    ((fields,), (text,)) = asyncio.run(both())
    assert fields.result and fields.result.fields and text.result and text.result.data["chunks"]


def test_a_client_that_is_left_early_asks_no_more(client: Client, service: Service, make: Make) -> None:
    service.may_end = 1
    outcomes = client.extract(make(b"one", b"two"), schema=SCHEMA)
    assert next(outcomes).status is Stage.SUCCEEDED
    outcomes.close()
    asked = len(service.requests)
    service.may_end = 2
    assert len(list(client.extract(make(b"three"), schema=SCHEMA))) == 1
    ours = {request.path for request in service.requests[asked:] if request.method == "GET"}
    assert ours == {"/api/v2/extract/job-3"}, "nobody looks at the other two any more"


def test_no_work_outlives_the_client_when_the_caller_s_own_code_fails(service: Service, make: Make) -> None:
    service.may_end = 1

    async def left() -> set[asyncio.Task[object]]:
        with suppress(ZeroDivisionError):
            async with AsyncClient(service.base_url, KEY) as client:
                async for _ in client.extract(make(b"one", b"two", b"three"), schema=SCHEMA):
                    raise ZeroDivisionError
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(left()) == set()


# ---- what it sends ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [{}, {"schema": SCHEMA}], ids=["text", "fields"])
def test_a_large_file_goes_to_the_store_in_pieces_and_without_the_key(
    client: Client, service: Service, tmp_path: Path, asked: dict[str, dict[str, object]]
) -> None:
    path, size = tmp_path / "large.pdf", 96 * 2**20
    path.touch()
    os.truncate(path, size)
    tracemalloc.start()
    (outcome,) = client.extract([path], **asked)  # type: ignore[arg-type]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcome.status is Stage.SUCCEEDED
    (sent,) = service.asked("PUT", "/store/.*")
    assert sent.headers["content-length"] == str(size) and "transfer-encoding" not in sent.headers
    assert KEY not in str(sent.headers)
    assert most < size / 4
    with path.open("rb") as file:
        assert service.files["file-1"] == hashlib.file_digest(file, "sha256").hexdigest()


def test_a_small_file_goes_in_the_request(client: Client, service: Service, make: Make) -> None:
    assert len(list(client.extract(make(b"one"), schema=SCHEMA))) == 1
    assert not service.asked("PUT", ".*")
    assert len(service.asked("POST", "/api/v1/files")) == 1


def test_options_are_said_in_each_contract_s_words(client: Client, service: Service, make: Make) -> None:
    options = {"pages": "1-3,7", "mode": Mode.BALANCED, "target": Target.PAGE}
    list(client.extract(make(b"one"), schema=SCHEMA, **options))  # type: ignore[arg-type]
    said = service.asked("POST", "/api/v2/extract")[0].body["configuration"]
    assert said["data_schema"] == SCHEMA
    assert (said["target_pages"], said["tier"], said["extraction_target"]) == ("1-3,7", "agentic", "per_page")
    list(client.extract(make(b"one"), extractor="invoice", **options))  # type: ignore[arg-type]
    said = service.asked("POST", "/api/v1/extraction/jobs")[0].body["config_override"]
    assert (said["page_range"], said["extraction_mode"], said["extraction_target"]) == ("1-3,7", "BALANCED", "PER_PAGE")
    list(client.extract(make(b"one"), mode=Mode.BALANCED))
    assert service.asked("POST", "/v1/batches")[0].body["engine"] == "balanced"


@pytest.mark.parametrize(
    "asked", [{"schema": SCHEMA, "extractor": "invoice"}, {"pages": "1"}, {"target": Target.PAGE}], ids=str
)
def test_what_does_not_go_together_is_refused_at_once(client: Client, asked: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="schema"):
        client.extract([], **asked)  # type: ignore[arg-type]


def test_many_files_in_batches_of_a_hundred(client: Client, service: Service, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.pdf" for number in range(230)]
    for path in paths:
        path.write_bytes(path.name.encode())
    outcomes = by_name(client.extract(paths))
    assert Counter(outcome.status for outcome in outcomes.values()) == {Stage.SUCCEEDED: 230}
    assert sorted(map(len, service.jobs.values())) == [30, 100, 100]
    for path in paths:
        result = outcomes[path.name].result
        assert result and result.data["chunks"][0]["page_content"] == hashlib.sha256(path.name.encode()).hexdigest()


# ---- when the service says no ----------------------------------------------------------------------------------------


def test_a_busy_service_is_asked_again(client: Client, service: Service, make: Make) -> None:
    busy = Refusal(429, {"error": "rate_limited", "message": "Later."}, {"Retry-After": "1"})
    service.refuse("POST", "/api/v2/extract", busy)
    service.refuse("POST", "/api/v1/files", Refusal(429, {}), times=7)
    service.refuse("GET", "/api/v2/extract/.*", Refusal(503, {}))
    (outcome,) = client.extract(make(b"one"), schema=SCHEMA)
    assert outcome.status is Stage.SUCCEEDED
    first, second = service.asked("POST", "/api/v2/extract")
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert len(service.jobs) == 1


def test_a_store_that_fails_gets_the_whole_file_again(client: Client, service: Service, make: Make) -> None:
    service.refuse("PUT", "/store/.*", Refusal(503, {}))
    (outcome,) = client.extract(make(b"one"))
    assert outcome.result and outcome.result.data["chunks"][0]["page_content"] == hashlib.sha256(b"one").hexdigest()
    assert len(service.asked("PUT", "/store/.*")) == 2


def test_a_wrong_key_ends_it(service: Service, make: Make) -> None:
    with Client(service.base_url, "wrong") as client, pytest.raises(Refused) as refused:
        list(client.extract(make(b"one", b"two"), schema=SCHEMA))
    assert (refused.value.status, refused.value.code) == (401, "invalid_api_key")


def test_an_extractor_that_is_not_there_ends_it_before_any_upload(client: Client, service: Service, make: Make) -> None:
    with pytest.raises(Refused, match="404"):
        list(client.extract(make(b"one"), extractor="nothing"))
    assert service.files == {}


def test_a_schema_that_is_none_ends_it(client: Client, service: Service, make: Make) -> None:
    service.refuse("POST", "/api/v2/extract", Refusal(422, {"detail": "No schema."}))
    with pytest.raises(Refused, match="No schema"):
        list(client.extract(make(b"one", b"two"), schema=SCHEMA))


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/v1/files"), ("POST", "/api/v2/extract"), ("GET", "/api/v2/extract/.*")],
    ids=["upload", "submit", "follow"],
)
def test_one_document_refused_is_its_outcome(
    client: Client, service: Service, make: Make, method: str, path: str
) -> None:
    service.refuse(method, path, Refusal(413, {"detail": "Too large.", "code": "too_large"}))
    outcomes = list(client.extract(make(b"one", b"two"), schema=SCHEMA))
    assert sorted(outcome.status for outcome in outcomes) == [Stage.FAILED, Stage.SUCCEEDED]
    assert [outcome.error for outcome in outcomes if outcome.error] == [Error("too_large", "Too large.")]


def test_a_store_that_says_no_is_that_document_s_outcome(client: Client, service: Service, make: Make) -> None:
    service.refuse("PUT", "/store/.*", Refusal(403, {}))
    outcomes = list(client.extract(make(b"one", b"two")))
    assert [outcome.error and outcome.error.code for outcome in outcomes if outcome.error] == ["upload_failed"]
    assert len(outcomes) == 2


def test_a_file_that_cannot_be_read_raises(client: Client, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(client.extract([tmp_path / "nothing.pdf"], schema=SCHEMA))


def test_what_became_of_rows_and_pages_is_kept_beside_the_values() -> None:
    from quire_client.llamacloud import result_of

    lists = [{"path": "lines", "shown": 2, "returned": 1, "left_out": [{"reason": "header", "page": 1, "row": 1}]}]
    result = result_of({"total": 1}, {"field_metadata": {}, "lists": lists})
    assert (list(result.lists), result.warnings) == (lists, ())
