"""DynamoDB streams: a slow handler holds up its own stream, nothing else; read records are dropped.

Stock MiniStack runs a stream's handler on the one thread that also polls every queue, tries a failing batch again
without end, ignores ``ReportBatchItemFailures`` and keeps every record for 24 hours.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import request_scope
from ministack.services import dynamodb, lambda_svc

from local.emulator.emulator import Emulator
from local.emulator.seams import seam

KEPT_RECORDS = 200  # behind the slowest reader, for whoever reads the stream through its API
RETRY_SECONDS = 1.0


@dataclass
class _Batch:
    mapping: dict[str, Any]
    func: dict[str, Any]
    position: int
    records: list[dict[str, Any]]
    matching: list[dict[str, Any]]
    scope: tuple[str, str]


def install(_: Emulator) -> None:
    """Dispatch each stream batch to a thread of its own, one at a time per mapping."""
    seam(lambda_svc, "_poll_dynamodb_streams", "2b2460e933a9")
    seam(lambda_svc, "_dispatch_esm_batch", "b91ab76fad0b")
    seam(lambda_svc, "_apply_filter_criteria", "d8d7d5c8f77e")
    seam(lambda_svc, "_send_ddb_stream_failure_record", "0efd5f5ffe2d")
    seam(dynamodb, "_live_stream_records", "4ea24b3bea74")
    tries: dict[tuple[str, int], int] = {}
    lambda_svc._poll_dynamodb_streams = lambda: _poll(tries)


def _poll(tries: dict[tuple[str, int], int]) -> bool:
    """Start every batch that is due; say whether there was one. Runs on the poll thread."""
    started = False
    slowest: dict[tuple[str, str, str], int] = {}
    for scope, mapping, table in _mappings():
        with request_scope(*scope):
            batch = _next_batch(scope, mapping, table)
            position = lambda_svc._dynamodb_stream_positions.get(mapping["UUID"], 0)
            slowest[*scope, table] = min(position, slowest.get((*scope, table), position))
            if batch is not None:
                lambda_svc._dispatch_esm_batch(mapping["UUID"], _run, batch, tries)
                started = True
    for (account, region, table), position in slowest.items():
        with request_scope(account, region):
            _forget(table, position)
    return started


def _mappings() -> Iterator[tuple[tuple[str, str], dict[str, Any], str]]:
    for account, region, mapping in lambda_svc._iter_all_esms():
        try:
            source = parse_arn(mapping.get("EventSourceArn", ""))
        except ArnParseError:
            continue
        found = lambda_svc._dynamodb_stream_table_from_arn_spec(source) if source.service == "dynamodb" else None
        if found and mapping.get("Enabled", True):
            yield (account, region), mapping, found[0]


def _next_batch(scope: tuple[str, str], mapping: dict[str, Any], table: str) -> _Batch | None:
    key = mapping["UUID"]
    func, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    live = (dynamodb._tables.get(table) or {}).get("LatestStreamArn") == mapping["EventSourceArn"]
    resting = lambda_svc._esm_backoff_until.get(key, 0) > time.time()
    if func is None or not live or resting or lambda_svc._esm_inflight.get(key):
        return None
    if key not in lambda_svc._dynamodb_stream_positions:
        lambda_svc._init_stream_position(key, mapping["EventSourceArn"], mapping.get("StartingPosition", "LATEST"))
    position = max(lambda_svc._dynamodb_stream_positions[key], dynamodb.stream_start_position(table))
    records = dynamodb.stream_records_since(table, position, mapping.get("BatchSize", 100))
    if not records:
        return None
    return _Batch(mapping, func, position, records, lambda_svc._apply_filter_criteria(records, mapping), scope)


def _run(batch: _Batch, tries: dict[tuple[str, int], int]) -> None:
    """Invoke the function with a batch and move on, or leave the position for another try."""
    mapping = batch.mapping
    key = mapping["UUID"]
    if batch.matching:
        result = lambda_svc._execute_function(batch.func, {"Records": batch.matching})
        failure = _first_failure(batch, result)
        if failure is not None:
            attempt = (key, batch.position)
            tries[attempt] = tries.get(attempt, 0) + 1
            if not _exhausted(batch, tries[attempt]):
                passed = batch.position + failure
                if passed > batch.position:
                    tries.pop(attempt)
                lambda_svc._dynamodb_stream_positions[key] = passed
                lambda_svc._esm_backoff_until[key] = time.time() + RETRY_SECONDS
                return
            with request_scope(*batch.scope):
                lambda_svc._send_ddb_stream_failure_record(
                    mapping, batch.func, batch.matching, mapping["EventSourceArn"], result, "RetryAttemptsExhausted"
                )
    tries.pop((key, batch.position), None)
    lambda_svc._dynamodb_stream_positions[key] = batch.position + len(batch.records)


def _first_failure(batch: _Batch, result: dict[str, Any]) -> int | None:
    """Where in the batch to start again: 0 when the function failed, the first item that it reports, None if all is
    well (Lambda developer guide, "Reporting batch item failures for DynamoDB")."""
    if result.get("error"):
        return 0
    body = result.get("body")
    if "ReportBatchItemFailures" not in (batch.mapping.get("FunctionResponseTypes") or []) or not isinstance(
        body, dict
    ):
        return None
    failed = {item.get("itemIdentifier") for item in body.get("batchItemFailures") or []}
    if not failed:
        return None
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch.records]
    return min((numbers.index(number) for number in failed if number in numbers), default=0)


def _exhausted(batch: _Batch, tries: int) -> bool:
    retries = batch.mapping.get("MaximumRetryAttempts")
    age = batch.mapping.get("MaximumRecordAgeInSeconds")
    oldest = batch.records[0]["dynamodb"]["ApproximateCreationDateTime"]
    spent = retries is not None and 0 <= int(retries) < tries
    return spent or (age is not None and 0 < int(age) < time.time() - oldest)


def _forget(table: str, position: int) -> None:
    """Drop the records that every mapping has read. Only the poll thread reads positions, so it may move them."""
    records = dynamodb._live_stream_records(table)
    surplus = min(len(records), position - dynamodb.stream_start_position(table) - KEPT_RECORDS)
    if surplus > 0:
        del records[:surplus]
        dynamodb._stream_trimmed[table] = dynamodb._stream_trimmed.get(table, 0) + surplus
