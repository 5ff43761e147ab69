"""Amazon Textract. Its errors become the port's: too often, not now, never, and lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from quire.adapters import clients
from quire.domain.document import Stored
from quire.domain.ports import AnswerLost, OcrBusy, OcrFault, OcrNoObject, OcrRefused, Query
from quire.domain.refusal import Kind

_REFUSED = {
    "UnsupportedDocumentException": Kind.UNSUPPORTED_INPUT,
    "BadDocumentException": Kind.EXTRACTION_FAILED,
    "DocumentTooLargeException": Kind.DOCUMENT_TOO_LARGE,
}
_BUSY = {"LimitExceededException", "ProvisionedThroughputExceededException", "ThrottlingException"}
"""Textract guide, "Handling errors": too many calls a second, or too many jobs at once."""
_NO_OBJECT = "InvalidS3ObjectException"
_NOT_NOW = {"InternalServerError", "ServiceUnavailable"}


@dataclass(frozen=True, slots=True)
class TextractOcr:
    """`topic` gets the notices, which Textract publishes as `role` (both ARNs)."""

    bucket: str
    topic: str
    role: str

    def detect(self, stored: Stored, features: Sequence[str], queries: Sequence[Query]) -> Mapping[str, object]:
        client = clients.textract_once()
        document: Any = {"S3Object": self._object(stored)}
        if features:
            answer: Any = _asking(
                client.analyze_document,
                lost=AnswerLost,
                Document=document,
                FeatureTypes=list(features),
                **_queries(queries),
            )
        else:
            answer = _asking(client.detect_document_text, lost=AnswerLost, Document=document)
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def start(
        self,
        stored: Stored,
        features: Sequence[str],
        queries: Sequence[Query],
        *,
        token: str,
        tag: str,
        output_prefix: str,
    ) -> str:
        client = clients.textract()
        common: dict[str, Any] = {
            "DocumentLocation": {"S3Object": self._object(stored)},
            "ClientRequestToken": token,
            "JobTag": tag,
            "NotificationChannel": {"SNSTopicArn": self.topic, "RoleArn": self.role},
            "OutputConfig": {"S3Bucket": self.bucket, "S3Prefix": output_prefix},
        }
        if features:
            asked: dict[str, Any] = {"FeatureTypes": list(features), **_queries(queries), **common}
            answer: Any = _asking(client.start_document_analysis, **asked)
        else:
            answer = _asking(client.start_document_text_detection, **common)
        return str(answer["JobId"])

    def status(self, job_id: str, features: Sequence[str]) -> str:
        client = clients.textract()
        get: Callable[..., Any] = client.get_document_analysis if features else client.get_document_text_detection
        return str(_asking(get, JobId=job_id, MaxResults=1)["JobStatus"])

    def _object(self, stored: Stored) -> dict[str, str]:
        return {"Bucket": self.bucket, "Name": stored.key, "Version": stored.version}


def _queries(queries: Sequence[Query]) -> dict[str, Any]:
    """Asked of every page; where none is named Textract asks the first alone (API reference, "Query")."""
    asked = [{"Text": query.text, "Alias": query.alias, "Pages": ["*"]} for query in queries]
    return {"QueriesConfig": {"Queries": asked}} if asked else {}


def _asking(call: Callable[..., Any], *, lost: type[Exception] = OcrFault, **parameters: Any) -> Any:
    """`lost` is raised where the request may have arrived, and may have been paid, though no answer came."""
    try:
        return call(**parameters)
    except NotConnected as error:  # before anything was sent
        raise OcrFault(type(error).__name__) from error
    except HTTPClientError as error:
        raise lost(type(error).__name__) from error
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _REFUSED:
            raise OcrRefused(_REFUSED[code].value, f"Textract refused the document ({code}).") from error
        if code == _NO_OBJECT:
            raise OcrNoObject(code) from error
        if code in _BUSY:
            raise OcrBusy(code) from error
        if code in _NOT_NOW or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise OcrFault(code) from error
        raise
