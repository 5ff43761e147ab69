"""`quire extract` as a process: what it writes, how it ends, and how it goes on after it was interrupted."""

from __future__ import annotations

import codecs
import csv
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from httpx_retries import Retry

from quire.reading.media import PDF_AND_IMAGES, Media
from quire_client.command import main
from quire_client.connection import Refused
from quire_client.documents import KINDS, PICTURED
from quire_client.models import Outcome, Result, Stage
from quire_client.written import write, write_table
from tests.client.service import KEY, Refusal, Service

ROOT = Path(__file__).parents[2]
SCHEMA = {"type": "object", "properties": {"total": {"type": "string"}}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a schema, and six documents in `in`."""
    (tmp_path / "s.json").write_text(json.dumps(SCHEMA))
    (tmp_path / "in").mkdir()
    for number in range(6):
        (tmp_path / "in" / f"{number}.pdf").write_bytes(f"document {number}".encode())
    return tmp_path


def started(service: Service, folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    settings = {**os.environ, "BASE_URL": service.base_url, "API_KEY": KEY, **environment}
    command = [sys.executable, "-m", "quire_client.command", *arguments]
    return subprocess.Popen(command, cwd=folder, env=settings, stdout=-1, stderr=-1, text=True)


def quire(service: Service, folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """The exit status and standard error."""
    status, _, error = spoken(service, folder, *arguments, **environment)
    return status, error


def spoken(service: Service, folder: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    """The exit status, standard output and standard error."""
    process = started(service, folder, *arguments, **environment)
    output, error = process.communicate(timeout=60)
    assert "Traceback" not in error
    return process.returncode, output, error


def eventually(reached: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while not reached():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def written(folder: Path) -> dict[str, Any]:
    return {path.relative_to(folder).as_posix(): json.loads(path.read_text()) for path in folder.rglob("*.json")}


EXTRACT = ("extract", "in", "--schema", "s.json", "--out", "out")


# ---- results ---------------------------------------------------------------------------------------------------------


def test_each_document_has_its_result(service: Service, folder: Path) -> None:
    assert quire(service, folder, *EXTRACT)[0] == 0
    found = written(folder / "out")
    assert sorted(found) == [f"{number}.pdf.json" for number in range(6)]
    assert found["0.pdf.json"]["data"]["lines"] == [{"amount": 1}, {"amount": None}]
    metadata = found["0.pdf.json"]["metadata"]
    assert (metadata["status"], metadata["error"]) == ("succeeded", None)
    assert metadata["fields"]["total"]["confidence"] == 0.9
    assert metadata["fields"]["total"]["citation"][0]["page"] == 2


def test_an_extractor_by_its_name(service: Service, folder: Path) -> None:
    status, _ = quire(service, folder, "extract", "in/0.pdf", "--extractor", "invoice", "--out", "out")
    assert status == 0
    assert written(folder / "out")["0.pdf.json"]["metadata"]["fields"]["total"]["confidence"] == 0.9


def test_options_reach_the_service(service: Service, folder: Path) -> None:
    options = ("--pages", "2-", "--mode", "premium", "--target", "row")
    assert quire(service, folder, "extract", "in/0.pdf", "--schema", "s.json", "--out", "out", *options)[0] == 0
    said = service.asked("POST", "/api/v2/extract")[0].body["configuration"]
    assert (said["target_pages"], said["tier"], said["extraction_target"]) == ("2-", "agentic_plus", "per_table_row")


def test_folders_keep_their_folders_and_patterns_are_matched(service: Service, folder: Path) -> None:
    (folder / "in" / "deep").mkdir()
    (folder / "in" / "deep" / "0.pdf").write_bytes(b"deep")
    (folder / "in" / "notes.log").write_text("no document")
    (folder / "more").mkdir()
    (folder / "more" / "scan 1.tif").write_bytes(b"scan")
    assert quire(service, folder, "extract", "in", "mor*/*.tif", "--out", "out")[0] == 0
    names = [f"{number}.pdf.json" for number in range(6)]
    assert sorted(written(folder / "out")) == sorted([*names, "deep/0.pdf.json", "scan 1.tif.json"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing.pdf",), "nothing.pdf"),
        (("in/0.pdf", "other"), "in/0.pdf and other/0.pdf"),
        (("in", "--schema", "s.json", "--extractor", "invoice"), "not both"),
        (("in", "--pages", "1"), "need a schema or an extractor"),
        (("in", "--mode", "best"), "best"),
        (("in", "--schema", "s.json", "--pages", "0"), "counted from 1"),
        (("in", "--schema", "s.json", "--pages", "1,,2"), "counted from 1"),
        (("in", "--schema", "broken.json"), "broken.json is not JSON"),
        (("in", "--schema", "list.json"), "list.json holds no JSON Schema"),
        (("in", "--base-url", "127.0.0.1:8420"), "BASE_URL begins with https:// or http://"),
        (("empty",), "the folder holds no documents"),
        (("unfit",), "Left out are 2 files: .log is not read; a name without an ending is not read"),
    ],
)
def test_what_is_not_clear_is_a_usage_error(
    service: Service, folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    (folder / "other").mkdir()
    (folder / "other" / "0.pdf").write_bytes(b"other")
    (folder / "broken.json").write_text("{nope")
    (folder / "list.json").write_text("[1]")
    (folder / "empty").mkdir()
    (folder / "unfit").mkdir()
    (folder / "unfit" / "a.log").write_bytes(b"x")
    (folder / "unfit" / "README").write_bytes(b"x")
    status, error = quire(service, folder, "extract", *arguments, "--out", "out")
    assert status == 2 and said in error
    assert service.requests == [] and not (folder / "out").exists()


def test_a_failed_document_is_written_and_tried_again(service: Service, folder: Path) -> None:
    (folder / "in" / "0.pdf").write_bytes(b"bad")
    assert quire(service, folder, *EXTRACT)[0] == 1
    said = written(folder / "out")["0.pdf.json"]
    assert said == {"data": None, "metadata": {"status": "failed", "error": {"code": "failed", "message": "No."}}}
    assert quire(service, folder, *EXTRACT)[0] == 1
    assert len(service.jobs) == 7, "the others have their results"


def test_a_wrong_key_says_so(service: Service, folder: Path) -> None:
    status, error = quire(service, folder, *EXTRACT, API_KEY="wrong")
    assert status == 1 and "401 invalid_api_key" in error and f"a key of {service.base_url}?" in error


def test_a_folder_that_cannot_be_written_says_which_and_why(service: Service, folder: Path) -> None:
    status, error = quire(service, folder, "extract", "in", "--out", "s.json/out")
    assert status == 1 and "Error: s.json/out: Not a directory" in error
    assert service.requests == []


def test_what_a_field_is_refused_for_is_said_in_words() -> None:
    detail = [{"loc": ["body", "data_schema", "$"], "msg": "unknown type 'strng'", "type": "schema_refused"}]
    assert str(Refused(422, {"detail": detail})) == "422 invalid_request: body.data_schema.$: unknown type 'strng'"


def test_a_service_that_is_not_there_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quire_client.connection._RETRY", Retry(total=1))
    monkeypatch.chdir(folder)
    arguments = [*EXTRACT, "--base-url", "http://127.0.0.1:9", "--api-key", KEY]
    ran = CliRunner().invoke(main, arguments)
    assert ran.exit_code == 1 and "http://127.0.0.1:9 cannot be reached" in ran.stderr


def test_the_local_stack_of_the_folder_needs_no_settings(
    service: Service, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".local").mkdir()
    (folder / ".local" / "env").write_text(f"export BASE_URL={service.base_url}\nexport API_KEY='{KEY}'\n")
    environment = {name: value for name, value in os.environ.items() if name not in ("BASE_URL", "API_KEY")}
    command = [sys.executable, "-m", "quire_client.command", *EXTRACT]
    assert subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode == 0
    assert len(written(folder / "out")) == 6


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, ["BASE_URL", "API_KEY"]),
        ({"BASE_URL": "http://127.0.0.1:9"}, ["API_KEY"]),
        ({"API_KEY": KEY}, ["BASE_URL"]),
    ],
)
def test_what_is_not_set_is_named_and_how(folder: Path, environment: dict[str, str], named: list[str]) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in ("BASE_URL", "API_KEY")}
    command = [sys.executable, "-m", "quire_client.command", *EXTRACT]
    ran = subprocess.run(command, cwd=folder, env=kept | environment, capture_output=True, text=True, check=False)
    lines = ran.stderr.splitlines()
    assert (ran.returncode, len(lines)) == (2, len(named))
    assert all(f"export {name}=" in line for name, line in zip(named, lines, strict=True))


@pytest.mark.parametrize("options", [("--base-url", "http://[::1"), ("--api-key", "schlüssel")])
def test_a_setting_that_is_none_is_no_traceback(service: Service, folder: Path, options: tuple[str, ...]) -> None:
    assert quire(service, folder, *EXTRACT, *options)[0] in (1, 2)


def test_the_version_is_told(service: Service, folder: Path) -> None:
    status, output, _ = spoken(service, folder, "--version")
    assert status == 0 and output.endswith(f" {version('quire')}\n")


# ---- which files -----------------------------------------------------------------------------------------------------


def test_a_folder_gives_every_kind_that_the_service_reads_and_tells_the_rest(service: Service, folder: Path) -> None:
    for suffix in (ending for endings in KINDS.values() for ending in endings):
        (folder / "in" / f"a{suffix.upper()}").write_bytes(f"of {suffix}".encode())
    for name, content in (
        ("notes.log", b"x"),
        ("b.log", b"x"),
        ("void.pdf", b""),
        (".hidden.pdf", b"x"),
        ("README", b"x"),
    ):
        (folder / "in" / name).write_bytes(content)
    status, output, _ = spoken(service, folder, *EXTRACT)
    assert status == 0
    expected = {f"a{ending.upper()}.json" for endings in KINDS.values() for ending in endings}
    assert set(written(folder / "out")) == expected | {f"{number}.pdf.json" for number in range(6)}
    assert "Left out, .log is not read: in/b.log, in/notes.log" in output
    assert "Left out, empty: in/void.pdf" in output
    assert "Left out, hidden: in/.hidden.pdf" in output
    assert "Left out, a name without an ending is not read: in/README" in output


def test_text_and_tables_come_of_pages_with_places_only(service: Service, folder: Path) -> None:
    (folder / "in" / "sheet.xlsx").write_bytes(b"sheet")
    status, output, _ = spoken(service, folder, "extract", "in", "--out", "out")
    assert status == 0 and "Left out, .xlsx needs a schema or an extractor: in/sheet.xlsx" in output
    assert "sheet.xlsx.json" not in written(folder / "out")


def test_the_kinds_of_a_folder_are_those_of_the_service() -> None:
    offered = {media.name for media in Media} - {Media.LOCKED.name}
    assert offered <= set(KINDS)
    assert set(KINDS) - offered <= {"WEBP", "HEIC", "GIF", "BMP", "EML"}
    assert {media.name for media in PDF_AND_IMAGES} <= set(PICTURED)


def test_results_in_the_folder_itself_are_no_documents(service: Service, folder: Path) -> None:
    arguments = ("extract", "in", "--schema", "s.json", "--out", "in/results", "--table")
    for _ in range(2):
        status, output, _ = spoken(service, folder, *arguments)
        assert status == 0 and "Left out" not in output
    assert len(service.jobs) == 6


# ---- long names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a" * 247 + ".txt", "请" * 83 + ".pdf", "b" * 255])
def test_a_name_that_leaves_no_room_for_the_result_s_is_cut(service: Service, folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"long")
    for _ in range(2):
        assert quire(service, folder, "extract", name, "--schema", "s.json", "--out", "out")[0] == 0
        (result,) = (folder / "out").glob("*.json")
        assert len(os.fsencode(result.name)) <= 255 and result.name.startswith(name[:40])
        assert result.name.endswith((".txt.json", ".pdf.json", "b.json")) or "~" in result.name
        assert len(service.jobs) == 1, "the next run knows it by its cut name"


def test_names_that_differ_only_at_their_end_have_results_of_their_own(service: Service, folder: Path) -> None:
    for end in "xyz":
        (folder / "in" / f"{'a' * 250}{end}.pdf"[-255:]).write_bytes(end.encode())
    assert quire(service, folder, *EXTRACT)[0] == 0
    assert len(written(folder / "out")) == 9


def test_a_path_that_is_too_long_is_refused_before_anything_is_sent(service: Service, folder: Path) -> None:
    deep = "/".join(["d" * 200] * 20)
    status, error = quire(service, folder, "extract", "in", "--schema", "s.json", "--out", deep + "/" + "e" * 100)
    assert status == 2 and "too long" in error and service.requests == []


def test_a_name_that_is_no_utf8_is_sent_and_written(service: Service, folder: Path) -> None:
    (folder / os.fsdecode(b"caf\xe9 [x].pdf")).write_bytes(b"latin")
    status, output, _ = spoken(service, folder, "extract", ".", "--schema", "s.json", "--out", "out")
    assert status == 0 and "7 succeeded" in output


# ---- what is told ----------------------------------------------------------------------------------------------------


def test_the_end_says_how_many_succeeded_and_why_others_did_not(service: Service, folder: Path) -> None:
    (folder / "in" / "0.pdf").write_bytes(b"bad")
    status, output, _ = spoken(service, folder, *EXTRACT)
    assert status == 1
    assert output.splitlines() == ["5 succeeded, 1 failed. Results are in out.", "  in/0.pdf: No."]
    _, output, _ = spoken(service, folder, *EXTRACT)
    assert output.startswith("5 succeeded (5 in an earlier run), 1 failed.")
    _, output, _ = spoken(service, folder, "extract", "in", "--out", "text")
    assert "  in/0.pdf: No. (unsupported_input)" in output


def test_scripts_are_told_in_json(service: Service, folder: Path) -> None:
    (folder / "in" / "0.pdf").write_bytes(b"bad")
    (folder / "in" / "notes.log").write_bytes(b"x")
    status, output, _ = spoken(service, folder, *EXTRACT, "--json", "--table")
    said = json.loads(output)
    assert (status, said["succeeded"], said["failed"], said["cancelled"]) == (1, 5, 1, 0)
    assert said["documents"][0] == {
        "file": "in/0.pdf", "status": "failed", "result": "out/0.pdf.json",
        "error": {"code": "failed", "message": "No."},
    }  # fmt: skip
    assert said["left_out"] == [{"file": "in/notes.log", "reason": ".log is not read"}]
    assert said["table"] == "out/results.csv"


def test_all_results_are_one_table(service: Service, folder: Path) -> None:
    (folder / "in" / "0.pdf").write_bytes(b"bad")
    assert quire(service, folder, *EXTRACT)[0] == 1
    assert quire(service, folder, *EXTRACT, "--table")[0] == 1, "also those of an earlier run"
    content = (folder / "out" / "results.csv").read_bytes()
    assert content.startswith(codecs.BOM_UTF8)
    head, first, second, *_ = rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert head == ["file", "status", "error", "total", "lines"] and len(rows) == 7
    assert first == ["in/0.pdf", "failed", "failed: No.", "", ""]
    assert second[:3] == ["in/1.pdf", "succeeded", ""]
    assert json.loads(second[4]) == [{"amount": 1}, {"amount": None}]


def test_a_table_shows_what_a_document_says_and_runs_nothing(tmp_path: Path) -> None:
    data = {"total": '=HYPERLINK("x")', "amount": -5, "file": "theirs", "payer": {"name": "A; B"}, "absent": None}
    outcome = Outcome(tmp_path / "a.pdf", Stage.SUCCEEDED, Result(data, metadata={}), None)
    write(tmp_path / "a.json", outcome)
    write_table(tmp_path / "t.csv", {outcome.path: tmp_path / "a.json"})
    head, row = list(csv.reader((tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert head == ["file", "status", "error", "total", "amount", "data.file", "payer.name", "absent"]
    assert row[3:] == ['\'=HYPERLINK("x")', "-5", "theirs", "A; B", ""]


def test_a_password_reaches_the_service(service: Service, folder: Path) -> None:
    assert (
        quire(service, folder, "extract", "in/0.pdf", "--schema", "s.json", "--out", "out", "--password", "pw")[0] == 0
    )
    assert service.asked("POST", "/extract_runs")[0].body["file"]["settings"] == {"password": "pw"}
    assert "pw" not in (folder / "out" / ".quire-state.jsonl").read_text()


# ---- the README ------------------------------------------------------------------------------------------------------


def test_the_command_that_the_readme_shows_runs_as_it_stands(service: Service, tmp_path: Path) -> None:
    (line,) = (line for line in (ROOT / "README.md").read_text().splitlines() if "/quire extract" in line)
    command, *arguments = shlex.split(line, comments=True)
    assert command == ".venv/bin/quire"
    at = arguments.index("--out") + 1
    assert not Path(arguments[at]).is_absolute()
    arguments[at] = str(tmp_path)
    assert quire(service, ROOT, *arguments)[0] == 0
    assert list(tmp_path.glob("*.json"))


# ---- interrupted -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [EXTRACT, ("extract", "in", "--out", "out")], ids=["fields", "text"])
def test_a_killed_run_is_gone_on_with(service: Service, folder: Path, arguments: tuple[str, ...]) -> None:
    service.may_end = 3
    process = started(service, folder, *arguments)
    eventually(lambda: len(written(folder / "out")) == 3, process)
    process.kill()
    process.communicate()
    jobs, files = len(service.jobs), len(service.files)
    service.may_end = 6
    assert quire(service, folder, *arguments)[0] == 0
    assert len(written(folder / "out")) == 6
    assert (len(service.jobs), len(service.files)) == (jobs, files), "nothing was sent again"


def test_ctrl_c_says_that_it_can_be_gone_on_with(service: Service, folder: Path) -> None:
    service.may_end = 2
    process = started(service, folder, *EXTRACT)
    eventually(lambda: len(written(folder / "out")) == 2, process)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Interrupted" in error and "Traceback" not in error
    service.may_end = 6
    assert quire(service, folder, *EXTRACT)[0] == 0
    assert len(service.jobs) == 6 and len(written(folder / "out")) == 6


def test_the_same_command_twice_at_once_pays_once(service: Service, folder: Path) -> None:
    service.may_end = 2
    process = started(service, folder, *EXTRACT)
    eventually(lambda: len(written(folder / "out")) == 2, process)
    status, error = quire(service, folder, *EXTRACT)
    assert status == 1 and "Error: out: another run writes to this folder" in error
    service.may_end = 6
    process.communicate(timeout=60)
    assert (process.returncode, len(service.jobs), len(service.files)) == (0, 6, 6)


def test_a_submission_whose_answer_was_never_heard_is_the_same_job(service: Service, folder: Path) -> None:
    arguments = ("extract", "in/0.pdf", "--schema", "s.json", "--out", "out")

    service.silent = "/api/v2/extract"
    process = started(service, folder, *arguments)
    eventually(lambda: bool(service.jobs), process)
    process.kill()
    process.communicate()
    service.silent = None
    assert quire(service, folder, *arguments)[0] == 0
    assert len(service.asked("POST", "/api/v2/extract")) == 2
    assert len(service.jobs) == 1 and len(service.files) == 1


def test_what_is_done_is_not_asked_for_again(service: Service, folder: Path) -> None:
    assert quire(service, folder, *EXTRACT)[0] == 0
    asked = len(service.requests)
    assert quire(service, folder, *EXTRACT)[0] == 0
    assert len(service.requests) == asked


def test_a_result_that_was_removed_is_fetched_without_another_job(service: Service, folder: Path) -> None:
    assert quire(service, folder, *EXTRACT)[0] == 0
    (folder / "out" / "3.pdf.json").unlink()
    assert quire(service, folder, *EXTRACT)[0] == 0
    assert len(written(folder / "out")) == 6 and len(service.jobs) == 6


def test_what_the_service_has_forgotten_is_begun_anew(service: Service, folder: Path) -> None:
    assert quire(service, folder, *EXTRACT)[0] == 0
    (folder / "out" / "3.pdf.json").unlink()
    service.refuse("GET", "/api/v2/extract/job-.*", Refusal(410, {"detail": "Gone."}))
    assert quire(service, folder, *EXTRACT)[0] == 0
    assert len(written(folder / "out")) == 6 and len(service.jobs) == 7


def test_a_changed_file_and_another_schema_are_begun_anew(service: Service, folder: Path) -> None:
    assert quire(service, folder, *EXTRACT)[0] == 0
    before = written(folder / "out")
    (folder / "in" / "3.pdf").write_bytes(b"changed")
    assert quire(service, folder, *EXTRACT)[0] == 0
    after = written(folder / "out")
    assert [name for name in before if before[name] != after[name]] == ["3.pdf.json"] and len(service.jobs) == 7
    (folder / "s.json").write_text(json.dumps({"type": "object", "properties": {"other": {"type": "string"}}}))
    assert quire(service, folder, *EXTRACT)[0] == 0
    assert len(service.jobs) == 13


def test_two_files_of_the_same_bytes_are_two_documents(service: Service, folder: Path) -> None:
    (folder / "in" / "1.pdf").write_bytes((folder / "in" / "0.pdf").read_bytes())
    service.may_end = 0
    process = started(service, folder, "extract", "in", "--out", "out")
    eventually(lambda: service.looks.total() > 1, process)
    process.kill()
    process.communicate()
    service.may_end = 6
    assert quire(service, folder, "extract", "in", "--out", "out")[0] == 0
    assert len(written(folder / "out")) == 6 and len(service.jobs) == 1


def test_a_state_that_was_cut_off_is_read_as_far_as_it_goes(service: Service, folder: Path) -> None:
    assert quire(service, folder, *EXTRACT)[0] == 0
    state = folder / "out" / ".quire-state.jsonl"
    assert state.stat().st_mode & 0o777 == 0o600
    state.write_bytes(state.read_bytes()[:-9])
    (folder / "in" / "9.pdf").write_bytes(b"one more")
    assert quire(service, folder, *EXTRACT)[0] == 0
    jobs = len(service.jobs)
    assert quire(service, folder, *EXTRACT)[0] == 0
    assert len(service.jobs) == jobs == 7
