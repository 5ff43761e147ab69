"""The `quire` command, as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.stack import Stack


def quire(stack: Stack, *arguments: object, key: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BASE_URL": stack.base_url, "API_KEY": key or stack.api_key}
    command = [sys.executable, "-m", "quire_client.command", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_fields_of_a_schema_with_confidence_and_place(stack: Stack, samples: Path, tmp_path: Path) -> None:
    files = [samples / "invoice.pdf", samples / "receipt.jpg"]
    for file in files:
        schema = samples / "schemas" / f"{file.stem}.json"
        run = quire(stack, "extract", file, "--schema", schema, "--out", tmp_path)
        assert run.returncode == 0, run.stderr
        assert f"{file.name}: succeeded" in run.stderr
    invoice = json.loads((tmp_path / "invoice.pdf.json").read_text())
    expected = json.loads((samples / "expected" / "invoice.json").read_text())
    assert invoice["data"]["invoice_number"] == expected["invoice_number"]
    assert invoice["data"]["total_amount"] == expected["total_amount"]
    entry = invoice["metadata"]["fields"]["total_amount"]
    assert 0.5 < entry["confidence"] <= 1
    (citation,) = entry["citation"]
    assert citation["page"] == 1 and citation["bounding_boxes"][0]["w"] > 0
    receipt = json.loads((tmp_path / "receipt.jpg.json").read_text())
    assert receipt["data"]["total"] == json.loads((samples / "expected" / "receipt.json").read_text())["total"]


def test_without_a_schema_chunks(stack: Stack, samples: Path, tmp_path: Path) -> None:
    run = quire(stack, "extract", samples / "invoice.pdf", "--out", tmp_path)
    assert run.returncode == 0, run.stderr
    written = json.loads((tmp_path / "invoice.pdf.json").read_text())
    assert written["data"]["chunks"] and written["metadata"] == {"status": "succeeded", "error": None}


def test_a_wrong_key_says_so(stack: Stack, samples: Path, tmp_path: Path) -> None:
    run = quire(stack, "extract", samples / "invoice.pdf", "--out", tmp_path, key="wrong")
    assert run.returncode == 1
    assert "401 invalid_api_key" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("text", ["not json", "[]"])
def test_a_schema_that_is_not_one_says_so(stack: Stack, samples: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "s.json").write_text(text)
    run = quire(stack, "extract", samples / "invoice.pdf", "--schema", tmp_path / "s.json", "--out", tmp_path)
    assert run.returncode == 2 and "s.json" in run.stderr and "Traceback" not in run.stderr


def test_a_document_that_fails_is_told_beside_the_others(stack: Stack, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"no document")
    run = quire(stack, "extract", tmp_path / "bad.pdf", samples / "invoice.pdf", "--out", tmp_path / "out")
    assert run.returncode == 1
    bad, good = (json.loads((tmp_path / "out" / f"{name}.pdf.json").read_text()) for name in ("bad", "invoice"))
    assert bad["metadata"]["error"]["code"] == "unsupported_input"
    assert good["metadata"]["status"] == "succeeded"
