"""Amazon Textract as the port `OcrService`: what is asked, and what its errors mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
    ResponseStreamingError,
    SSLError,
)
from botocore.stub import Stubber

from quire.adapters import clients
from quire.adapters.textract import TextractOcr
from quire.domain.document import Stored
from quire.domain.ports import AnswerLost, OcrBusy, OcrFault, OcrNoObject, OcrRefused, Query
from quire.domain.refusal import Kind

TOPIC = "arn:aws:sns:eu-central-1:123456789012:notices"
ROLE = "arn:aws:iam::123456789012:role/notices"
OCR = TextractOcr("documents", TOPIC, ROLE)
SCAN = Stored("uploads/acme/scan", "v1")
OBJECT = {"S3Object": {"Bucket": "documents", "Name": "uploads/acme/scan", "Version": "v1"}}
FORMS = ("FORMS", "TABLES")
NAMED = {"token": "t" * 64, "tag": "acme:doc", "output_prefix": "working/acme/doc/textract"}

REFUSED = {
    "UnsupportedDocumentException": Kind.UNSUPPORTED_INPUT,
    "BadDocumentException": Kind.EXTRACTION_FAILED,
    "DocumentTooLargeException": Kind.DOCUMENT_TOO_LARGE,
}
BUSY = ["LimitExceededException", "ProvisionedThroughputExceededException", "ThrottlingException"]
NOT_NOW = ["InternalServerError", "ServiceUnavailable"]

CALLS: dict[str, Callable[[], object]] = {
    "detect_document_text": lambda: OCR.detect(SCAN, (), ()),
    "analyze_document": lambda: OCR.detect(SCAN, FORMS, ()),
    "start_document_text_detection": lambda: OCR.start(SCAN, (), (), **NAMED),
    "start_document_analysis": lambda: OCR.start(SCAN, FORMS, (), **NAMED),
    "get_document_text_detection": lambda: OCR.status("job-1", ()),
    "get_document_analysis": lambda: OCR.status("job-1", FORMS),
}


@pytest.fixture(autouse=True)
def _region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL_TEXTRACT", raising=False)


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """One client for all calls, which answers what a test lays ready and tries nothing again."""
    client: Any = boto3.client("textract", config=Config(retries={"total_max_attempts": 1}))
    monkeypatch.setattr(clients, "textract", lambda: client)
    monkeypatch.setattr(clients, "textract_once", lambda: client)
    with Stubber(client) as stubber:
        yield stubber
    stubber.assert_no_pending_responses()


# ---- what is asked ---------------------------------------------------------------------------------------------------


def test_text_alone_is_detected(stub: Stubber) -> None:
    blocks = [{"BlockType": "PAGE", "Page": 1}]
    stub.add_response("detect_document_text", {"Blocks": blocks}, {"Document": OBJECT})
    assert OCR.detect(SCAN, (), ()) == {"Blocks": blocks}


def test_features_are_analyzed(stub: Stubber) -> None:
    stub.add_response("analyze_document", {"Blocks": []}, {"Document": OBJECT, "FeatureTypes": ["FORMS", "TABLES"]})
    assert OCR.detect(SCAN, FORMS, ()) == {"Blocks": []}


def test_questions_are_put_to_every_page(stub: Stubber) -> None:
    asked = {"QueriesConfig": {"Queries": [{"Text": "What is the total?", "Alias": "total", "Pages": ["*"]}]}}
    features = ["FORMS", "QUERIES"]
    stub.add_response("analyze_document", {"Blocks": []}, {"Document": OBJECT, "FeatureTypes": features, **asked})
    query = Query("What is the total?", "total")
    assert OCR.detect(SCAN, features, [query]) == {"Blocks": []}


@pytest.mark.parametrize(
    ("operation", "features", "more"),
    [
        ("start_document_text_detection", (), {}),
        ("start_document_analysis", FORMS, {"FeatureTypes": ["FORMS", "TABLES"]}),
    ],
)
def test_a_job_is_started_with_its_token_and_tag(
    stub: Stubber, operation: str, features: tuple[str, ...], more: dict[str, Any]
) -> None:
    expected = {
        "DocumentLocation": OBJECT,
        "ClientRequestToken": "t" * 64,
        "JobTag": "acme:doc",
        "NotificationChannel": {"SNSTopicArn": TOPIC, "RoleArn": ROLE},
        "OutputConfig": {"S3Bucket": "documents", "S3Prefix": "working/acme/doc/textract"},
        **more,
    }
    stub.add_response(operation, {"JobId": "job-1"}, expected)
    assert OCR.start(SCAN, features, (), **NAMED) == "job-1"


@pytest.mark.parametrize(
    ("operation", "features"), [("get_document_text_detection", ()), ("get_document_analysis", FORMS)]
)
@pytest.mark.parametrize("status", ["IN_PROGRESS", "SUCCEEDED", "PARTIAL_SUCCESS", "FAILED"])
def test_a_job_s_state_is_asked_in_as_few_blocks_as_can_be(
    stub: Stubber, operation: str, features: tuple[str, ...], status: str
) -> None:
    stub.add_response(operation, {"JobStatus": status}, {"JobId": "job-1", "MaxResults": 1})
    assert OCR.status("job-1", features) == status


# ---- what its errors mean --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("code", REFUSED)
def test_a_document_that_textract_will_never_read_is_refused(stub: Stubber, operation: str, code: str) -> None:
    stub.add_client_error(operation, code, http_status_code=400)
    with pytest.raises(OcrRefused) as refused:
        CALLS[operation]()
    assert refused.value.kind == REFUSED[code].value


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("code", NOT_NOW)
def test_what_may_pass_is_a_fault_to_retry(stub: Stubber, operation: str, code: str) -> None:
    stub.add_client_error(operation, code, http_status_code=400)
    with pytest.raises(OcrFault) as fault:
        CALLS[operation]()
    assert type(fault.value) is OcrFault, "its name is what the state machine goes by"


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("code", BUSY)
def test_too_many_calls_or_jobs_are_a_reason_to_wait(stub: Stubber, operation: str, code: str) -> None:
    stub.add_client_error(operation, code, http_status_code=400)
    with pytest.raises(OcrBusy):
        CALLS[operation]()


@pytest.mark.parametrize("operation", CALLS)
def test_an_object_that_textract_cannot_get_at_is_not_yet_the_caller_s_fault(stub: Stubber, operation: str) -> None:
    """The same error stands for one that is gone and for rights or a region that are wrong."""
    stub.add_client_error(operation, "InvalidS3ObjectException", http_status_code=400)
    with pytest.raises(OcrNoObject):
        CALLS[operation]()


@pytest.mark.parametrize("operation", CALLS)
def test_an_unknown_error_of_the_server_is_a_fault_to_retry(stub: Stubber, operation: str) -> None:
    stub.add_client_error(operation, "BadGateway", http_status_code=502)
    with pytest.raises(OcrFault):
        CALLS[operation]()


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("code", ["AccessDeniedException", "InvalidParameterException"])
def test_a_mistake_of_ours_is_neither(stub: Stubber, operation: str, code: str) -> None:
    stub.add_client_error(operation, code, http_status_code=400)
    with pytest.raises(ClientError, match=code):
        CALLS[operation]()


# ---- on the way ------------------------------------------------------------------------------------------------------


def _meets(client: Any, what: Exception | AWSResponse) -> list[str]:
    """Each request of this client meets that, instead of the network. Answers the list of requests."""
    sent: list[str] = []

    def handle(request: Any, **_: object) -> AWSResponse:
        sent.append(request.headers["X-Amz-Target"])
        if isinstance(what, Exception):
            raise what
        return what

    client.meta.events.register_first("before-send.textract.*", handle)
    return sent


class _Raw:
    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self) -> Iterator[bytes]:
        yield self.body


def _throttled() -> AWSResponse:
    body = _Raw(b'{"__type": "ThrottlingException", "message": "slow down"}')
    return AWSResponse("https://textract", 400, HTTPHeaders(), body)


LOST = [
    ReadTimeoutError(endpoint_url="https://textract"),
    ConnectionClosedError(endpoint_url="https://textract"),
    ResponseStreamingError(error="cut off"),
    HTTPClientError(error="anything else"),
]
NOT_SENT = [
    ConnectTimeoutError(endpoint_url="https://textract"),
    EndpointConnectionError(endpoint_url="https://textract"),
    SSLError(endpoint_url="https://textract", error=OSError("no handshake")),
]


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The client of the synchronous calls, made as it is made in production."""
    client = clients.textract_once.__wrapped__()
    monkeypatch.setattr(clients, "textract_once", lambda: client)
    return client


@pytest.mark.parametrize("features", [(), FORMS])
@pytest.mark.parametrize("what", LOST, ids=lambda what: type(what).__name__)
def test_a_synchronous_answer_may_be_lost_and_is_not_asked_for_again_unseen(
    once: Any, features: tuple[str, ...], what: Exception
) -> None:
    sent = _meets(once, what)
    with pytest.raises(AnswerLost):
        OCR.detect(SCAN, features, ())
    assert len(sent) == 1


@pytest.mark.parametrize("features", [(), FORMS])
@pytest.mark.parametrize("what", [*NOT_SENT, _throttled()], ids=lambda what: type(what).__name__)
def test_a_synchronous_call_that_never_arrived_is_a_fault_and_sent_once(
    once: Any, features: tuple[str, ...], what: Exception | AWSResponse
) -> None:
    sent = _meets(once, what)
    with pytest.raises(OcrFault):
        OCR.detect(SCAN, features, ())
    assert len(sent) == 1


@pytest.mark.parametrize("operation", [name for name in CALLS if name.startswith(("start", "get"))])
@pytest.mark.parametrize("what", [*LOST, *NOT_SENT], ids=lambda what: type(what).__name__)
def test_a_call_that_costs_nothing_to_repeat_is_a_fault_however_it_was_lost(
    monkeypatch: pytest.MonkeyPatch, operation: str, what: Exception
) -> None:
    client: Any = boto3.client("textract", config=Config(retries={"total_max_attempts": 1}))
    monkeypatch.setattr(clients, "textract", lambda: client)
    _meets(client, what)
    with pytest.raises(OcrFault):
        CALLS[operation]()


def test_a_start_with_its_token_is_retried_by_the_client() -> None:
    client: Any = clients.textract.__wrapped__()
    assert client.meta.config.retries["total_max_attempts"] > 1
