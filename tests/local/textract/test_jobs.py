"""Asynchronous operations as boto3 sees them: jobs, paging, tokens, notices, output to S3."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from local.textract.model import service_model
from tests.local.textract.conftest import BUCKET, REGION, Twin, client_of, running
from tests.local.textract.documents import blank, pdf, png, tiff
from tests.local.textract.test_server import ask, code_of

Put = Callable[[str, bytes], dict[str, Any]]
WIDE = (2_880.0, 360.0)  # points; so wide a page gives FakeEngine several hundred words


def ended(twin: Twin, job: str, operation: str = "text_detection", seconds: float = 20) -> dict[str, Any]:
    """The job's first answer page once it has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer: dict[str, Any] = getattr(twin.client, f"get_document_{operation}")(JobId=job)
        if answer["JobStatus"] != "IN_PROGRESS":
            return answer
        time.sleep(0.02)
    raise AssertionError("the job did not end")


def start(twin: Twin, item: dict[str, Any], **more: Any) -> str:
    answer = twin.client.start_document_text_detection(DocumentLocation={"S3Object": item}, **more)
    return str(answer["JobId"])


def pages_read(twin: Twin, account: str) -> int:
    return int(ask(f"{twin.url}/_twin/calls")[1]["pages"].get(account, 0))


@dataclass
class Topic:
    arn: str
    queue: str
    sqs: Any

    def notices(self, count: int, seconds: float = 10) -> list[dict[str, Any]]:
        """So many notices, as Textract publishes them."""
        found: list[dict[str, Any]] = []
        deadline = time.monotonic() + seconds
        while len(found) < count and time.monotonic() < deadline:
            for message in self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", []):
                found.append(json.loads(json.loads(message["Body"])["Message"]))
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
            time.sleep(0.02)
        return found

    @property
    def channel(self) -> dict[str, str]:
        return {"SNSTopicArn": self.arn, "RoleArn": "arn:aws:iam::123456789012:role/textract"}


@pytest.fixture
def topic(aws_endpoint: str, request: pytest.FixtureRequest) -> Iterator[Topic]:
    sns = client_of("sns", aws_endpoint)
    sqs = client_of("sqs", aws_endpoint)
    arn = sns.create_topic(Name="notices")["TopicArn"]
    queue = sqs.create_queue(QueueName="notices")["QueueUrl"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:123456789012:notices")
    yield Topic(arn, queue, sqs)
    sns.delete_topic(TopicArn=arn)
    sqs.delete_queue(QueueUrl=queue)


def test_reads_every_page_in_order(twin: Twin, put: Put) -> None:
    job = start(twin, put("in/report.pdf", pdf([["page"]] * 7)))

    answer = ended(twin, job)

    assert answer["JobStatus"] == "SUCCEEDED"
    assert answer["DocumentMetadata"] == {"Pages": 7}
    assert answer["DetectDocumentTextModelVersion"] == "1.0"
    blocks = list(answer["Blocks"])
    while token := answer.get("NextToken"):
        answer = twin.client.get_document_text_detection(JobId=job, NextToken=token)
        blocks += answer["Blocks"]
    assert [b["Page"] for b in blocks if b["BlockType"] == "PAGE"] == [1, 2, 3, 4, 5, 6, 7]
    assert [b["Page"] for b in blocks] == sorted(b["Page"] for b in blocks)


def test_reads_a_tiff_page_by_page_and_an_image_as_one(twin: Twin, put: Put) -> None:
    scan = ended(twin, start(twin, put("in/scan.tif", tiff([blank(100), blank(200), blank(300)]))))
    photo = ended(twin, start(twin, put("in/photo.png", png(width=50))))

    words = [block["Page"] for block in scan["Blocks"] if block["BlockType"] == "WORD"]
    assert words == [1] * 10 + [2] * 20 + [3] * 30
    assert {block["Page"] for block in photo["Blocks"]} == {1}


def test_pages_its_answer_by_at_most_a_thousand_blocks(twin: Twin, put: Put) -> None:
    job = start(twin, put("in/wide.pdf", pdf([["wide"]] * 3, size=WIDE)))
    first = ended(twin, job)
    get = twin.client.get_document_text_detection

    second = get(JobId=job, NextToken=first["NextToken"])
    ids = [block["Id"] for block in first["Blocks"] + second["Blocks"]]

    assert len(first["Blocks"]) == 1000
    assert "NextToken" not in second
    assert len(get(JobId=job, MaxResults=5_000)["Blocks"]) == 1000, "more than 1,000 gives 1,000"
    few: list[str] = []
    page: dict[str, Any] = {"NextToken": None}
    while "NextToken" in page:
        token = {"NextToken": page["NextToken"]} if page["NextToken"] else {}
        page = get(JobId=job, MaxResults=300, **token)
        few += [block["Id"] for block in page["Blocks"]]
    assert few == ids
    other = ended(twin, start(twin, put("in/wider.pdf", pdf([["wide"]] * 3, size=WIDE))))
    for wrong in ("nonsense", "====", other["NextToken"]):
        with pytest.raises(ClientError) as error:
            get(JobId=job, NextToken=wrong)
        assert code_of(error) == "InvalidParameterException"


def test_the_same_token_is_the_same_job_read_once(twin: Twin, put: Put) -> None:
    item = put("in/once.pdf", pdf([["one"], ["two"]]))

    with ThreadPoolExecutor(8) as threads:
        jobs = set(threads.map(lambda _: start(twin, item, ClientRequestToken="token-once"), range(8)))
    (job,) = jobs
    ended(twin, job)

    assert start(twin, item, ClientRequestToken="token-once") == job, "after the end too"
    assert pages_read(twin, "token-once") == 2


def test_the_same_token_for_another_request_is_refused(twin: Twin, put: Put) -> None:
    item = put("in/token.png", png())
    start(twin, item, ClientRequestToken="token-other", JobTag="a")

    with pytest.raises(ClientError) as error:
        start(twin, item, ClientRequestToken="token-other", JobTag="b")

    assert code_of(error) == "IdempotentParameterMismatchException"


def test_a_refused_start_does_not_spend_its_token(twin: Twin, put: Put) -> None:
    item = put("in/later.png", png())
    with pytest.raises(ClientError):
        start(twin, {**item, "Version": "0" * 32}, ClientRequestToken="token-later")

    assert ended(twin, start(twin, item, ClientRequestToken="token-later"))["JobStatus"] == "SUCCEEDED"


def test_tells_the_topic_when_a_job_ends(twin: Twin, put: Put, topic: Topic) -> None:
    item = put("in/noticed.pdf", pdf([["one"], ["two"]]))
    began = time.time() * 1000

    job = start(twin, item, NotificationChannel=topic.channel, JobTag="document-7")

    (notice,) = topic.notices(1)
    assert began <= notice.pop("Timestamp") <= time.time() * 1000
    assert notice == {
        "JobId": job,
        "Status": "SUCCEEDED",
        "API": "StartDocumentTextDetection",
        "JobTag": "document-7",
        "DocumentLocation": {"S3ObjectName": "in/noticed.pdf", "S3Bucket": BUCKET},
    }
    assert twin.client.get_document_text_detection(JobId=job)["JobStatus"] == "SUCCEEDED", "told only when it is so"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"<html>", "UnsupportedDocumentException"),
        (pdf([["secret"]], encrypt="password"), "UnsupportedDocumentException"),
        (png()[:100], "BadDocumentException"),
        (png() + bytes(10 * 1024 * 1024), "DocumentTooLargeException"),
        (tiff([blank(), blank(10_001, 5)]), "BadDocumentException"),
    ],
    ids=["html", "encrypted", "cut", "PNG of 10 MB", "wide second page"],
)
def test_a_bad_document_fails_its_job(twin: Twin, put: Put, topic: Topic, document: bytes, code: str) -> None:
    job = twin.client.start_document_analysis(
        DocumentLocation={"S3Object": put("in/bad", document)},
        FeatureTypes=["TABLES"],
        NotificationChannel=topic.channel,
    )["JobId"]

    answer = ended(twin, job, "analysis")

    assert answer["JobStatus"] == "FAILED"
    assert answer["StatusMessage"].startswith(code)
    assert "Blocks" not in answer
    assert [notice["Status"] for notice in topic.notices(1)] == ["FAILED"]


def test_writes_its_answer_to_the_bucket_as_textract_does(twin: Twin, put: Put, s3: Any) -> None:
    job = twin.client.start_document_analysis(
        DocumentLocation={"S3Object": put("in/output.pdf", pdf([["wide"]] * 3, size=WIDE))},
        FeatureTypes=["TABLES", "FORMS"],
        OutputConfig={"S3Bucket": BUCKET, "S3Prefix": "working/tenant/document/"},
    )["JobId"]
    prefix = f"working/tenant/document/{job}"
    assert s3.get_object(Bucket=BUCKET, Key=f"{prefix}/.s3_access_check")["ContentLength"] == 0
    first = ended(twin, job, "analysis")

    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["Contents"]]
    assert keys == [f"{prefix}/{name}" for name in (".s3_access_check", "1", "2")]
    part = json.loads(s3.get_object(Bucket=BUCKET, Key=f"{prefix}/1")["Body"].read())
    assert part["JobStatus"] == "SUCCEEDED"
    assert part["DocumentMetadata"] == {"Pages": 3}
    assert part["Warnings"] is None, "members without a value are written, as null"
    (page, *_) = part["Blocks"]
    assert page["Text"] is None
    assert [block["Id"] for block in part["Blocks"]] == [block["Id"] for block in first["Blocks"]]
    assert not any(value is None for block in first["Blocks"] for value in block.values())
    s3.delete_object(Bucket=BUCKET, Key=f"{prefix}/1")
    with pytest.raises(ClientError) as error:
        twin.client.get_document_analysis(JobId=job)
    assert code_of(error) == "InvalidS3ObjectException", "the answer was kept in the bucket only"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"DocumentLocation": {"S3Object": {"Bucket": BUCKET, "Name": "absent"}}}, "InvalidS3ObjectException"),
        ({"DocumentLocation": {}}, "InvalidParameterException"),
        ({"OutputConfig": {"S3Bucket": "absent-bucket"}}, "InvalidS3ObjectException"),
        ({"ClientRequestToken": "spaces are not taken"}, "InvalidParameterException"),
        ({"ClientRequestToken": "x" * 65}, "InvalidParameterException"),
        ({"JobTag": "a/b?"}, "InvalidParameterException"),
        ({"NotificationChannel": {"SNSTopicArn": "x" * 20, "RoleArn": "x" * 20}}, "InvalidParameterException"),
    ],
)
def test_refuses_to_start_what_cannot_work(twin: Twin, put: Put, change: dict[str, Any], code: str) -> None:
    request = {"DocumentLocation": {"S3Object": put("in/fine.png", png())}, **change}

    with pytest.raises(ClientError) as error:
        twin.client.start_document_text_detection(**request)

    assert code_of(error) == code


def test_knows_a_job_only_by_its_id_and_kind(twin: Twin, put: Put) -> None:
    job = start(twin, put("in/kind.png", png()))

    for get, name in ((twin.client.get_document_analysis, job), (twin.client.get_document_text_detection, "a" * 64)):
        with pytest.raises(ClientError) as error:
            get(JobId=name)
        assert code_of(error) == "InvalidJobIdException"


def test_every_answer_is_of_the_shape_that_botocore_knows(twin: Twin, put: Put) -> None:
    item = put("in/shape.pdf", pdf([["Total: 9"]]))
    requests: dict[str, Any] = {
        "DetectDocumentText": {"Document": {"S3Object": item}},
        "AnalyzeDocument": {
            "Document": {"S3Object": item},
            "FeatureTypes": ["TABLES", "FORMS", "QUERIES"],
            "QueriesConfig": {"Queries": [{"Text": "Total?"}]},
        },
        "StartDocumentTextDetection": {"DocumentLocation": {"S3Object": item}},
    }
    job = start(twin, item)
    ended(twin, job)
    requests["GetDocumentTextDetection"] = {"JobId": job}
    for operation, request in requests.items():
        _, answer, _ = ask(twin.url, request, {"X-Amz-Target": f"Textract.{operation}"})
        report = ParamValidator().validate(answer, service_model().shape_for(f"{operation}Response"))
        assert not report.has_errors(), report.generate_report()


def test_runs_jobs_in_order_of_arrival_and_lets_a_synchronous_call_pass(aws_endpoint: str, put: Put) -> None:
    with running(aws_endpoint, "SlowEngine", workers=1) as twin:
        item = put("in/slow.pdf", pdf([["page"]] * 3))
        jobs = [start(twin, item) for _ in range(2)]
        twin.client.detect_document_text(Document={"Bytes": png()})

        assert [twin.client.get_document_text_detection(JobId=job)["JobStatus"] for job in jobs] == ["IN_PROGRESS"] * 2
        ended(twin, jobs[0])
        assert twin.client.get_document_text_detection(JobId=jobs[1])["JobStatus"] == "IN_PROGRESS"
        assert ended(twin, jobs[1])["JobStatus"] == "SUCCEEDED"


def test_stops_at_once_with_a_job_under_way(aws_endpoint: str, put: Put) -> None:
    with running(aws_endpoint, "BlackPagesHang", workers=1) as twin:
        start(twin, put("in/hang.png", png(color="black")))
        time.sleep(1.0)
        asked = time.monotonic()
        twin.process.terminate()
        twin.process.wait(5)

    assert time.monotonic() - asked < 3
