"""The journey of documents that were submitted before their bytes were there."""

from __future__ import annotations

from pathlib import Path

import pytest

from quire.adapters.addresses import networks
from quire.adapters.aws import Aws
from quire.adapters.outbound import Outbound
from quire.domain.document import Document, DocumentStatus
from quire.domain.file import File
from quire.domain.job import Job, JobStatus
from quire.domain.refusal import Kind
from quire.domain.tenant import Tenant
from quire.service import uploads
from quire.service.config import Config, to_options
from quire.service.submit import Submission, Submitted, submit
from tests.adapters.servers import answers, serving
from tests.journey.conftest import Account
from tests.journey.test_document import digital_pdf

ACME = Tenant("acme")


def submitted(account: Account, *files: File) -> Job:
    """A job whose documents have their rows; as any contract but extract.page may make it."""
    sources = uploads.sources(account.world, ACME, [file.id for file in files])
    assert isinstance(sources, list)
    outcome = submit(account.world, ACME, Submission("extend", "text", sources, "f1", to_options(Config())))
    assert isinstance(outcome, Submitted)
    account.written("tenant#acme", f"expand#{outcome.job.id}")
    account.poked()
    return outcome.job


def announced(account: Account, content: bytes) -> File:
    upload = uploads.announce(account.world, ACME, len(content), "a.pdf", None)
    assert isinstance(upload, uploads.Upload)
    return upload.file


def named(account: Account, url: str) -> File:
    file = uploads.announce_url(account.world, ACME, url, "a.pdf")
    assert isinstance(file, File)
    return file


def told(account: Account, file: File) -> None:
    """The table's stream tells of what is to be fetched."""
    account.written(f"tenant#acme#file#{file.id}", f"fetch#{file.id}")


def statuses(account: Account, job: Job) -> list[DocumentStatus]:
    return [document.status for document in account.world.jobs.documents("acme", job.id)]


def ended(account: Account, job: Job) -> tuple[Job, Document]:
    """A job of one document once its execution is over."""
    account.ended(f"batch_{job.id.replace('-', '')}")
    stands = account.world.jobs.get("acme", job.id)
    assert stands
    return stands, account.world.jobs.documents("acme", job.id)[0]


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack's parameter allows this machine, as on a laptop."""
    monkeypatch.setattr(Aws, "web", Outbound(networks("127.0.0.1/32")))


def test_a_document_that_was_submitted_before_its_upload_succeeds(account: Account) -> None:
    content = digital_pdf(pages=2)
    file = announced(account, content)
    job = submitted(account, file)
    assert statuses(account, job) == [DocumentStatus.PENDING]
    assert account.invoked == []
    account.put(file, content)
    account.put(file, content)
    account.poked()
    job, document = ended(account, job)
    assert (job.status, document.status, document.pages) == (JobStatus.COMPLETED, DocumentStatus.SUCCEEDED, 2)
    assert account.invoked == ["inspect", "read", "extract", "publish"]
    assert account.world.tenants.balance("acme").spent == 2


def test_a_document_behind_a_url_succeeds(account: Account, local: None) -> None:
    with serving(answers(body=digital_pdf())) as server:
        file = named(account, f"http://127.0.0.1:{server.port}/a.pdf?signature=secret")
        job = submitted(account, file)
        told(account, file)
        told(account, file)
    account.poked()
    job, document = ended(account, job)
    assert (job.status, document.status) == (JobStatus.COMPLETED, DocumentStatus.SUCCEEDED)
    assert len(server.heads) == 1
    assert account.world.fetches.all("acme") == []


def test_a_url_that_the_server_refuses_ends_the_document(account: Account, local: None) -> None:
    with serving(answers(status="404 Not Found")) as server:
        file = named(account, f"http://127.0.0.1:{server.port}/a.pdf?signature=secret")
        job = submitted(account, file)
        told(account, file)
    (document,) = account.world.jobs.documents("acme", job.id)
    assert document.refusal
    assert (document.status, document.refusal.kind) == (DocumentStatus.FAILED, Kind.FETCH_FAILED)
    assert "404" in document.refusal.message
    assert "secret" not in document.refusal.message
    assert account.world.tenants.balance("acme").available == 100
    assert account.invoked == []


def test_a_url_into_our_own_network_ends_the_document(account: Account, tmp_path: Path) -> None:
    """The stack's parameter is empty, as it is unless its owner says otherwise."""
    with serving(answers(body=digital_pdf())) as server:
        file = named(account, f"http://127.0.0.1:{server.port}/")
        job = submitted(account, file)
        told(account, file)
    assert statuses(account, job) == [DocumentStatus.FAILED]
    assert server.heads == []


def test_what_the_stream_did_not_tell_is_taken_up_by_the_sweep(account: Account, local: None) -> None:
    content = digital_pdf()
    file = announced(account, content)
    job = submitted(account, file)
    stored = account.world.blobs.put(file.key, content, "application/octet-stream")
    assert account.world.files.arrive(file, stored.version, len(content), account.world.clock())  # and then it died
    account.handlers["sweep"]({}, None)
    account.poked()
    _, document = ended(account, job)
    assert document.status is DocumentStatus.SUCCEEDED


@pytest.mark.parametrize(
    "key", ["uploads/", "uploads/acme", "uploads/acme/a/b", "inbox/", "inbox/acme", "inbox/acme/a.pdf"]
)
def test_what_lies_where_no_file_does_is_left(account: Account, key: str) -> None:
    """Such as the folders that a person makes in AWS's console."""
    stored = account.world.blobs.put(key, b"", "application/x-directory")
    event = {"detail": {"object": {"key": key, "version-id": stored.version, "size": 0}}}
    assert account.handlers["accept"](event, None) is None
    assert account.invoked == []
