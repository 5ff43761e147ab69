"""`make mutants`, upon a tiny product of its own: what is killed, what survives, and that the checkout stays."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.mutants.__main__ import main
from tests.mutants.changes import changes
from tests.mutants.nearest import nearest, tree_of

PRODUCT = "layers/quire/python/quire/domain"
HELD = "def is_late(day: int) -> bool:\n    return day > 30\n"
TEST = """from quire.domain.late import is_late

def test_late() -> None:
    assert is_late(99) and not is_late({})
"""


def tree(top: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    return top


def product(top: Path, boundary: int) -> Path:
    """A tree whose test asks for a day far from the boundary, or for the boundary."""
    packages = {f"{folder}/__init__.py": "" for folder in (PRODUCT, PRODUCT.removesuffix("/domain"))}
    files = {f"{PRODUCT}/late.py": HELD, "tests/domain/test_late.py": TEST.format(boundary)}
    return tree(top, {**packages, **files})


def outcomes(source: str) -> set[str]:
    """The last line of the source, after each of its changes."""
    return {change.applied(source.encode()).decode().split("\n")[-1].strip() for change in changes(source.encode())}


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("a < b", {"a <= b"}),
        ("a >= b", {"a > b"}),
        ("a < b <= c", {"a <= b <= c", "a < b < c"}),
        ("a not in b", {"a in b"}),
        ("a and b", {"a or b"}),
        ("not a", {"a"}),
        ("a + b", {"a - b"}),
        ("a += b", {"a -= b"}),
        ("a = 5", {"a = 6", "a = 4"}),
        ("a = 0.5", {"a = 1.5", "a = (-0.5)"}),
        ("def f(): return a", {"def f(): return None"}),
        ("note(a)", {"pass"}),
        ("é = 'é' if a else b", {"é = 'é' if not (a) else b"}),
        ("a = True", set()),
        ("a = 'b' + c", set()),
        ("a = b + ' ' + c", set()),
        ("a = f'{b + c}'", set()),
        ("def f(): return None", set()),
    ],
)
def test_what_is_changed(source: str, changed: set[str]) -> None:
    assert {text.replace(" ", "") for text in outcomes(source)} == {text.replace(" ", "") for text in changed}


def test_a_changed_module_is_still_python_and_differs() -> None:
    source = Path(__file__).with_name("changes.py").read_bytes()
    made = [change.applied(source) for change in changes(source)]
    assert len(made) > 50 and source not in made
    for text in made:
        ast.parse(text)


def test_a_change_that_the_tests_notice_is_killed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--number", "99", "--seed", "7"], product(tmp_path, 30)) == 0
    # 30 is asked for, which kills >=, 29 and None; 31 is not.
    assert capsys.readouterr().out == (
        f"survived {PRODUCT}/late.py:2\n    - return day > 30\n    + return day > 31\n    tests/domain/test_late.py\n"
        "mutants 4 killed 3 survived 1 seed 7\n"
    )


def test_the_checkout_stays_as_it_is(tmp_path: Path) -> None:
    top = product(tmp_path, 0)
    before = {path: path.read_bytes() for path in top.rglob("*") if path.is_file()}
    main(["--number", "1"], top)
    assert {path: path.read_bytes() for path in top.rglob("*") if path.is_file()} == before


def test_tests_that_fail_anyway_judge_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--number", "2"], product(tmp_path, 31)) == 1
    assert capsys.readouterr().out.endswith("mutants 2 killed 0 survived 0 unjudged 2 seed 1\n")


def test_modules_are_named_by_file_or_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    top = tree(tmp_path, {f"{PRODUCT}/late.py": HELD, "functions/read/handler.py": "a = 1\n"})
    main(["--module", "functions/read"], top)
    main(["--module", f"{PRODUCT}/late.py"], top)
    main(["--module", f"{PRODUCT}/lat"], top)
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if line.startswith("mutants")] == [
        "mutants 2 killed 0 survived 2 seed 1",
        "mutants 4 killed 0 survived 4 seed 1",
        "mutants 0 killed 0 survived 0 seed 1",
    ]
    assert "no test leads to it" in out


def test_the_nearest_tests_are_the_mirror_else_who_imports_it_else_their_importers(tmp_path: Path) -> None:
    late = "from quire.domain.late import is_late\n"
    files = {
        f"{PRODUCT}/late.py": "",
        f"{PRODUCT}/day.py": "",
        f"{PRODUCT}/hour.py": "",
        f"{PRODUCT}/alone.py": "",
        f"{PRODUCT}/bill.py": "from quire.domain import hour\n",
        "functions/api_acme/handler.py": "",
        "tests/domain/test_late.py": late,
        "tests/domain/test_bill.py": late,
        "tests/service/test_day.py": "import quire.domain.day\n",
        "tests/stack/test_all.py": "import quire.domain.alone\n",
        "tests/contracts/test_acme_jobs.py": "",
    }
    found = tree_of(tree(tmp_path, files))
    assert nearest(found, f"{PRODUCT}/late.py") == ["tests/domain/test_late.py"]
    assert nearest(found, f"{PRODUCT}/day.py") == ["tests/service/test_day.py"]
    assert nearest(found, f"{PRODUCT}/hour.py") == ["tests/domain/test_bill.py"]
    assert nearest(found, f"{PRODUCT}/alone.py") == []
    assert nearest(found, "functions/api_acme/handler.py") == ["tests/contracts/test_acme_jobs.py"]
