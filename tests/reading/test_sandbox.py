"""Untrusted PDFs: the true number of pages or a typed refusal, never a hang and never a crash of the caller."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject
from reportlab.pdfgen.canvas import Canvas

from quire.reading import sandbox
from quire.reading.broken import Broken
from quire.reading.media import Media, sniff
from quire.reading.model import from_json

from .hostile_files import hostile_files
from .make_large import Layout, large_pdf
from .make_pdf import HELLO, by_hand, draw


def numbered(path: Path, count: int) -> Path:
    def page(n: int) -> object:
        return lambda canvas: canvas.drawString(72, 700, f"This is page number {n}")

    return draw(path, *(page(n) for n in range(1, count + 1)))  # type: ignore[arg-type]


def write(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "given.pdf"
    path.write_bytes(content)
    return path


def kind_of(path: Path, password: str | None = None) -> str:
    with pytest.raises(Broken) as refused:
        sandbox.inspect(path, Media.PDF, password)
    return refused.value.kind


def test_pages_are_counted(tmp_path: Path) -> None:
    assert sandbox.inspect(numbered(tmp_path / "a.pdf", 13), Media.PDF) == sandbox.Inspection(13, False, None, [])


def test_a_lying_count_is_not_believed(tmp_path: Path) -> None:
    path = write(tmp_path, by_hand(HELLO, pages="/Kids[3 0 R]/Count 999999"))
    assert sandbox.inspect(path, Media.PDF).pages == 1


def test_a_loop_in_the_page_tree_ends(tmp_path: Path) -> None:
    path = write(tmp_path, by_hand(HELLO, pages="/Kids[2 0 R 3 0 R]/Count 2"))
    assert sandbox.inspect(path, Media.PDF).pages == 1


def test_a_page_tree_that_unfolds_without_end_is_refused(tmp_path: Path) -> None:
    """Six levels of ten references to the same node: a million nodes in a kilobyte."""

    def levels(leaf: str) -> list[str]:
        return [f"<</Type/Pages/Kids[{' '.join([f'{n} 0 R' if n < 12 else leaf] * 10)}]>>" for n in range(7, 13)]

    shared = write(tmp_path, by_hand(HELLO, pages="/Kids[6 0 R]", more=levels("3 0 R")))
    assert kind_of(shared) == "page_limit_exceeded"
    empty = write(tmp_path, by_hand(HELLO, pages="/Kids[6 0 R]", more=levels("99 0 R")))
    assert kind_of(empty) == "document_too_complex"


def test_more_pages_than_allowed(tmp_path: Path) -> None:
    path = numbered(tmp_path / "a.pdf", 4)
    assert sandbox.inspect(path, Media.PDF, most_pages=4).pages == 4
    with pytest.raises(Broken, match="page_limit_exceeded: more than 3 pages"):
        sandbox.inspect(path, Media.PDF, most_pages=3)


def test_damage_that_readers_repair_is_repaired(tmp_path: Path) -> None:
    good = by_hand(HELLO)
    assert sandbox.inspect(write(tmp_path, good.replace(b"startxref\n", b"startxref\n9")), Media.PDF).pages == 1
    assert sandbox.inspect(write(tmp_path, b"\x00junk\n" * 20 + good), Media.PDF).pages == 1


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", by_hand(HELLO)[:300], b"%PDF-1.7" + b"\x00" * 5000])
def test_what_cannot_be_repaired_is_refused(tmp_path: Path, content: bytes) -> None:
    assert kind_of(write(tmp_path, content)) == "extraction_failed"


def test_a_dynamic_xfa_form_is_refused(tmp_path: Path) -> None:
    catalog = "/AcroForm 6 0 R/NeedsRendering true"
    assert (
        kind_of(write(tmp_path, by_hand(HELLO, catalog=catalog, more=["<</Fields[]/XFA()>>"]))) == "unsupported_input"
    )
    assert sandbox.inspect(write(tmp_path, by_hand(HELLO, catalog="/NeedsRendering false")), Media.PDF).pages == 1


def with_attachment(path: Path, *, portfolio: bool) -> Path:
    writer = PdfWriter(clone_from=numbered(path.with_name("cover.pdf"), 2))
    writer.add_attachment("invoice.pdf", b"%PDF-1.7")
    if portfolio:
        writer.root_object[NameObject("/Collection")] = DictionaryObject({NameObject("/View"): NameObject("/D")})
    writer.write(path)
    return path


def test_a_portfolio_is_refused_and_the_refusal_says_what_to_send(tmp_path: Path) -> None:
    path = with_attachment(tmp_path / "a.pdf", portfolio=True)
    with pytest.raises(Broken, match="one by one") as refused:
        sandbox.inspect(path, Media.PDF)
    assert refused.value.kind == "unsupported_input"
    content = path.read_bytes()
    assert sandbox.glance(lambda start, length: content[start : start + length], len(content), Media.PDF) is None


def test_of_a_pdf_with_attachments_the_pages_are_read_and_the_rest_is_told_of(tmp_path: Path) -> None:
    path, out = with_attachment(tmp_path / "a.pdf", portfolio=False), tmp_path / "out.jsonl"
    assert sandbox.inspect(path, Media.PDF).pages == 2
    layer = sandbox.read_text(path, out)
    assert (layer.sound, layer.attachments) == ([1, 2], 1)


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_an_encrypted_pdf_opens_with_its_password_only(tmp_path: Path, algorithm: str) -> None:
    path = tmp_path / "locked.pdf"
    writer = PdfWriter(clone_from=numbered(tmp_path / "a.pdf", 3))
    writer.encrypt("secret", "owner", algorithm=algorithm)
    writer.write(path)
    assert kind_of(path) == "password_required"
    assert kind_of(path, "wrong") == "password_required"
    with pytest.raises(Broken, match="opens only with its password"):
        sandbox.inspect(path, Media.PDF, None)
    with pytest.raises(Broken, match="the password that came does not open the PDF"):
        sandbox.inspect(path, Media.PDF, "wrong")
    assert sandbox.inspect(path, Media.PDF, "secret") == sandbox.Inspection(3, True, None, [])

    out, cut = tmp_path / "out.jsonl", tmp_path / "cut.pdf"
    assert sandbox.read_text(path, out, "secret", [2]).sound == [2]
    assert from_json(out.read_bytes()).lines[0].text == "This is page number 2"
    sandbox.cut_pages(path, Media.PDF, {cut: [3, 1]}, "secret")
    assert sandbox.inspect(cut, Media.PDF) == sandbox.Inspection(2, False, None, [])


def test_a_pdf_that_is_only_restricted_opens_without_a_password(tmp_path: Path) -> None:
    path = tmp_path / "restricted.pdf"
    writer = PdfWriter(clone_from=numbered(tmp_path / "a.pdf", 2))
    writer.encrypt("", "owner", algorithm="AES-256")
    writer.write(path)
    for password in (None, "anything"):
        assert sandbox.inspect(path, Media.PDF, password) == sandbox.Inspection(2, True, None, [])


def test_cut_pages_come_in_the_order_asked_for(tmp_path: Path) -> None:
    path, cut = numbered(tmp_path / "a.pdf", 9), tmp_path / "cut.pdf"
    sandbox.cut_pages(path, Media.PDF, {cut: [7, 2]})
    assert [page.extract_text().strip() for page in PdfReader(cut).pages] == [
        f"This is page number {n}" for n in (7, 2)
    ]


def test_many_cuts_are_made_at_once(tmp_path: Path) -> None:
    path = numbered(tmp_path / "a.pdf", 60)
    cuts = {tmp_path / f"{n}.pdf": [n] for n in range(1, 61)}
    sandbox.cut_pages(path, Media.PDF, cuts)
    assert [PdfReader(cut).pages[0].extract_text().strip() for cut in cuts] == [
        f"This is page number {n}" for n in range(1, 61)
    ]


def test_a_page_that_is_not_there(tmp_path: Path) -> None:
    path = numbered(tmp_path / "a.pdf", 2)
    for task in (
        lambda: sandbox.cut_pages(path, Media.PDF, {tmp_path / "b": [3]}),
        lambda: sandbox.read_text(path, tmp_path / "b", pages=[3]),
    ):
        with pytest.raises(Broken, match="extraction_failed: page 3"):
            task()


def looked_at(content: bytes, media: Media = Media.PDF, password: str | None = None) -> sandbox.Inspection | None:
    return sandbox.glance(lambda start, length: content[start : start + length], len(content), media, password)


@pytest.mark.parametrize("layout", ["table", "stream", "linearized"])
def test_a_glance_takes_a_pdf_at_its_word(layout: Layout) -> None:
    assert looked_at(large_pdf(30, 5000, layout)) == sandbox.Inspection(30, False, None, [])
    assert looked_at(large_pdf(30, 5000, layout, said=7)) == sandbox.Inspection(7, False, None, [])


@pytest.mark.parametrize(
    "content",
    [
        large_pdf(3, 10, said=1001),
        b"%PDF-1.7" + bytes(9000),
        by_hand(HELLO, catalog="/AcroForm 6 0 R/NeedsRendering true", more=["<</Fields[]/XFA(<a/>)>>"]),
    ],
    ids=["too many", "damaged", "dynamic form"],
)
def test_a_glance_knows_where_only_the_whole_tells(content: bytes) -> None:
    assert looked_at(content) is None


def test_a_glance_at_an_image_reads_its_head() -> None:
    out = io.BytesIO()
    Image.effect_noise((1200, 900), 90).save(out, "PNG")
    head = out.getvalue()[:5000]
    fetch = lambda start, length: (head + bytes(out.tell()))[start : start + length]  # noqa: E731
    assert sandbox.glance(fetch, out.tell(), Media.PNG) == sandbox.Inspection(1, False, (1200, 900), [(1200.0, 900.0)])


def test_what_fetching_raises_comes_out_and_the_child_is_gone() -> None:
    def fetch(start: int, length: int) -> bytes:
        raise ValueError("no such range")

    with pytest.raises(ValueError, match="no such range"):
        sandbox.glance(fetch, 5000, Media.PDF)


def test_a_glance_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    content = large_pdf(3, 10)
    monkeypatch.setattr(sandbox, "_INSPECT_SECONDS", 1)

    def fetch(start: int, length: int) -> bytes:
        time.sleep(1.5)
        return content[start : start + length]

    with pytest.raises(Broken, match="longer than 1 s") as refused:
        sandbox.glance(fetch, len(content), Media.PDF)
    assert refused.value.kind == "document_too_complex"


def test_a_stopped_child_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = numbered(tmp_path / "a.pdf", 1)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    seen: list[Path] = []
    start = sandbox.subprocess.Popen  # type: ignore[attr-defined]

    def spy(*args: object, **options: Any) -> object:
        folder = Path(options["env"]["TMPDIR"])
        assert folder == Path(options["cwd"]) and folder.parent == tmp_path / "temporary"
        (folder / "left.pdf").write_bytes(b"%PDF")
        seen.append(folder)
        return start(*args, **options)

    monkeypatch.setattr(sandbox.subprocess, "Popen", spy)  # type: ignore[attr-defined]
    monkeypatch.setattr(sandbox, "_INSPECT_SECONDS", 0.001)
    with pytest.raises(Broken, match="longer than"):
        sandbox.inspect(path, Media.PDF)
    assert len(seen) == 1 and list((tmp_path / "temporary").iterdir()) == []


def test_a_bomb_costs_the_child_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    squeezed = zlib.compress(b" " * (160 << 20), 1)
    path = write(tmp_path, by_hand(squeezed, stream="/Filter/FlateDecode"))
    monkeypatch.setattr(sandbox, "_MEMORY", 200 << 20)
    with pytest.raises(Broken) as refused:
        sandbox.read_text(path, tmp_path / "out")
    assert refused.value.kind == "document_too_complex"


def test_the_child_leaves_the_function_its_share_of_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    squeezed = zlib.compress(b" " * (160 << 20), 1)
    path = write(tmp_path, by_hand(squeezed, stream="/Filter/FlateDecode"))
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
    with pytest.raises(Broken, match="document_too_complex"):
        sandbox.read_text(path, tmp_path / "out")
    assert sandbox.inspect(numbered(tmp_path / "a.pdf", 2), Media.PDF).pages == 2


def test_what_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = numbered(tmp_path / "a.pdf", 1)
    monkeypatch.setattr(sandbox, "_INSPECT_SECONDS", 0.001)
    with pytest.raises(Broken, match="longer than") as refused:
        sandbox.inspect(path, Media.PDF)
    assert refused.value.kind == "document_too_complex"


def test_the_child_gets_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    start = sandbox.subprocess.Popen  # type: ignore[attr-defined]

    def spy(*args: object, **options: object) -> object:
        seen.update(options["env"])  # type: ignore[call-overload]
        assert "secret" not in str(args)
        return start(*args, **options)

    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setattr(sandbox.subprocess, "Popen", spy)  # type: ignore[attr-defined]
    sandbox.inspect(numbered(tmp_path / "a.pdf", 1), Media.PDF, "secret")
    assert "PYTHONPATH" in seen
    assert not [name for name in seen if name.startswith("AWS")]


def test_the_current_folder_is_not_imported_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    assert sandbox.inspect(numbered(tmp_path / "a.pdf", 1), Media.PDF).pages == 1


def test_a_fault_of_the_machine_is_not_the_document_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for media in (Media.PDF, Media.PNG):
        with pytest.raises(RuntimeError, match="the reading child failed"):
            sandbox.inspect(tmp_path / "absent", media)
    with pytest.raises(RuntimeError, match="the reading child failed"):
        sandbox.read_text(numbered(tmp_path / "a.pdf", 1), tmp_path / "absent" / "out")
    monkeypatch.setattr(sandbox.sys, "executable", shutil.which("false"))  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError, match="the reading child failed"):
        sandbox.inspect(tmp_path / "a.pdf", Media.PDF)


_HOSTILE = {
    "acroform_noap": 1,
    "bad_startxref": 1,
    "bomb_flate2_8g": 1,
    "bomb_flate_1g": 1,
    "count_lies": 1,
    "cycle": 1,
    "good": 1,
    "huge_mediabox": 1,
    "image_30000sq": 1,
    "invisible_text": 1,
    "junk_before": 1,
    "no_tounicode": 1,
    "pagetree_loop": 1,
    "pagetree_million": "page_limit_exceeded",
    "rotate90_crop": 1,
    "truncated": "extraction_failed",
    "xfa": "unsupported_input",
    "empty": "extraction_failed",
    "not_pdf": "extraction_failed",
}


def test_every_hostile_file_is_counted_or_refused(tmp_path: Path) -> None:
    found: dict[str, int | str] = {}
    for path in hostile_files(tmp_path):
        try:
            found[path.stem] = sandbox.inspect(path, Media.PDF).pages
        except Broken as refusal:
            found[path.stem] = refusal.kind
    assert found == _HOSTILE


@pytest.mark.parametrize("name", [name for name, outcome in _HOSTILE.items() if outcome == 1 and "bomb" not in name])
def test_every_other_hostile_file_is_read(tmp_path: Path, name: str) -> None:
    [path] = hostile_files(tmp_path, name)
    layer = sandbox.read_text(path, tmp_path / "out", pages=[1])
    unsound = name in ("image_30000sq", "invisible_text", "no_tounicode")
    assert (layer.sound, layer.unsound) == (([], [1]) if unsound else ([1], []))


def test_what_is_no_pdf_is_not_even_opened(tmp_path: Path) -> None:
    for path in hostile_files(tmp_path):
        media = sniff(path.read_bytes()[:1024])
        assert media is {"empty": None, "not_pdf": Media.HTML}.get(path.stem, Media.PDF), path.name


def test_a_large_document_costs_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    """Measured on the child, in a process of its own so that no other test's child counts."""
    path = tmp_path / "many.pdf"
    canvas = Canvas(str(path))
    for n in range(120):
        for row in range(12):
            canvas.drawString(72, 760 - 14 * row, f"page {n} row {row} amount due within thirty days {n * row}.00")
        canvas.showPage()
    canvas.save()
    program = (
        "import resource, sys\n"
        "from quire.reading import sandbox\n"
        "sandbox.read_text(sys.argv[1], sys.argv[2], pages=range(1, int(sys.argv[3]) + 1))\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    few, many = (_run(program, str(path), str(tmp_path / "out"), count) for count in ("12", "120"))
    assert many < few + 8 * 1024  # kilobytes


def _run(program: str, *arguments: str) -> int:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, check=True, env=environment)
    return int(done.stdout)
