"""The twin as boto3 sees it: protocol, synchronous operations, refusals, faults."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.textract.conftest import BUCKET, Twin
from tests.local.textract.documents import blank, image_bytes, pdf, png, tiff

Put = Callable[[str, bytes], dict[str, Any]]


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def ask(url: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, Any, dict[str, str]]:
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, data, headers or {})) as response:  # noqa: S310
            return response.status, json.load(response), {k.lower(): v for k, v in response.headers.items()}
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error), {k.lower(): v for k, v in error.headers.items()}


def test_detects_the_text_of_a_document_sent_along(twin: Twin) -> None:
    answer = twin.client.detect_document_text(Document={"Bytes": png(width=200)})

    assert answer["DocumentMetadata"] == {"Pages": 1}
    assert answer["DetectDocumentTextModelVersion"] == "1.0"
    words = [block["Text"] for block in answer["Blocks"] if block["BlockType"] == "WORD"]
    assert words == [f"w{i}" for i in range(20)]
    assert not any("Page" in block for block in answer["Blocks"]), "only asynchronous answers number pages"
    assert answer["ResponseMetadata"]["RequestId"] == answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]


def test_reads_the_named_version_of_a_document_in_s3(twin: Twin, put: Put) -> None:
    first = put("in/räksmörgås + 100%.png", png(width=100))
    put("in/räksmörgås + 100%.png", png(width=200))

    answer = twin.client.analyze_document(Document={"S3Object": first}, FeatureTypes=["TABLES", "FORMS"])

    assert answer["AnalyzeDocumentModelVersion"] == "1.0"
    assert sum(block["BlockType"] == "WORD" for block in answer["Blocks"]) == 10


def test_returns_each_query_unanswered(twin: Twin) -> None:
    query = {"Text": "What is the total?", "Alias": "total"}

    answer = twin.client.analyze_document(
        Document={"Bytes": png()}, FeatureTypes=["QUERIES", "LAYOUT", "SIGNATURES"], QueriesConfig={"Queries": [query]}
    )

    (block,) = [block for block in answer["Blocks"] if block["BlockType"] == "QUERY"]
    assert block["Query"] == query
    assert "Relationships" not in block


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"PK\x03\x04 a zip", "UnsupportedDocumentException"),
        (b"%PDF-1.7\nnothing more", "UnsupportedDocumentException"),
        (pdf([["secret"]], encrypt="password"), "UnsupportedDocumentException"),
        (pdf([["one"], ["two"]]), "UnsupportedDocumentException"),
        (pdf([["wide"]], size=(200_000, 200_000)), "UnsupportedDocumentException"),
        (tiff([blank(), blank()]), "UnsupportedDocumentException"),
        (png()[:100], "BadDocumentException"),
        (b"\x89PNG\r\n\x1a\n", "BadDocumentException"),
        (image_bytes(blank(10_001, 5)), "BadDocumentException"),
        (png() + bytes(10 * 1024 * 1024), "DocumentTooLargeException"),
    ],
    ids=["zip", "broken", "encrypted", "two pages", "200,000 points", "two-page TIFF", "cut", "head", "wide", "10 MB"],
)
def test_refuses_a_document_as_textract_does(twin: Twin, document: bytes, code: str) -> None:
    with pytest.raises(ClientError) as error:
        twin.client.detect_document_text(Document={"Bytes": document})

    assert code_of(error) == code
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize("absent", [{"Name": "absent.png"}, {"Bucket": "absent"}, {"Version": "0" * 32}])
def test_refuses_an_object_that_is_not_there(twin: Twin, put: Put, absent: dict[str, str]) -> None:
    document = put("in/there.png", png())

    with pytest.raises(ClientError) as error:
        twin.client.detect_document_text(Document={"S3Object": {**document, **absent}})

    assert code_of(error) == "InvalidS3ObjectException"


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"Document": {}},
        {"Document": {"Bytes": "not base64!"}},
        {"Document": {"Bytes": "aGk=", "S3Object": {"Bucket": BUCKET, "Name": "a"}}},
        {"Document": {"S3Object": {"Bucket": BUCKET}}},
        {"Document": {"S3Object": {"Bucket": "no spaces ", "Name": "\n"}}},
        [],
    ],
)
def test_refuses_a_request_out_of_shape(twin: Twin, request_: Any) -> None:
    status, answer, headers = ask(twin.url, request_, {"X-Amz-Target": "Textract.DetectDocumentText"})

    assert status == 400
    assert answer["__type"] == "InvalidParameterException"
    assert headers["x-amzn-requestid"]
    assert headers["content-type"] == "application/x-amz-json-1.1"


@pytest.mark.parametrize(
    "asked",
    [
        {"FeatureTypes": []},
        {"FeatureTypes": ["TEXT"]},
        {"FeatureTypes": ["QUERIES"]},
        {"FeatureTypes": ["TABLES"], "QueriesConfig": {"Queries": [{"Text": "Who?"}]}},
        {"FeatureTypes": ["QUERIES"], "QueriesConfig": {"Queries": [{"Text": f"{i}?"} for i in range(16)]}},
        {"FeatureTypes": ["QUERIES"], "QueriesConfig": {"Queries": [{"Text": "x" * 201}]}},
    ],
)
def test_refuses_features_that_do_not_go_together(twin: Twin, asked: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as error:
        twin.client.analyze_document(Document={"Bytes": png()}, **asked)

    assert code_of(error) == "InvalidParameterException"


def test_knows_no_other_operation_or_path(twin: Twin) -> None:
    assert ask(twin.url, {}, {"X-Amz-Target": "Textract.AnalyzeID"})[:2][1]["__type"] == "UnknownOperationException"
    assert ask(twin.url, b"{", {"X-Amz-Target": "Textract.AnalyzeDocument"})[1]["__type"] == "SerializationException"
    assert ask(f"{twin.url}/elsewhere")[0] == 404


def test_a_body_beyond_any_document_is_too_large(twin: Twin) -> None:
    _, answer, _ = ask(twin.url, bytes(15 * 1024 * 1024), {"X-Amz-Target": "Textract.DetectDocumentText"})

    assert answer["__type"] == "DocumentTooLargeException"


def test_throws_the_error_that_a_test_asked_for_so_many_times(twin: Twin, put: Put) -> None:
    document = {"S3Object": put("in/faults.png", png())}
    fault = {"operation": "DetectDocumentText", "error": "ThrottlingException", "times": 2}
    before = ask(f"{twin.url}/_twin/calls")[1]
    assert ask(f"{twin.url}/_twin/faults", fault)[0] == 200

    for _ in range(2):
        with pytest.raises(twin.client.exceptions.ThrottlingException):
            twin.client.detect_document_text(Document=document)
    twin.client.detect_document_text(Document=document)

    after = ask(f"{twin.url}/_twin/calls")[1]
    assert after["calls"]["DetectDocumentText"] - before["calls"].get("DetectDocumentText", 0) == 3
    assert after["refused"]["DetectDocumentText"] - before["refused"].get("DetectDocumentText", 0) == 2
    item = document["S3Object"]
    assert after["pages"][f"s3://{item['Bucket']}/{item['Name']}?versionId={item['Version']}"] == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"operation": "AnalyzeID", "error": "ThrottlingException", "times": 1},
        {"operation": "AnalyzeDocument", "error": "Oops", "times": 1},
        {"operation": "AnalyzeDocument", "error": "ThrottlingException", "times": -1},
        {"operation": "AnalyzeDocument"},
        b"{",
    ],
)
def test_refuses_a_fault_that_makes_no_sense(twin: Twin, fault: Any) -> None:
    assert ask(f"{twin.url}/_twin/faults", fault)[0] == 400
