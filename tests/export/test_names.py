"""Names of files, as they are sent."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quire.export import ascii_name, disposition, file_name


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("invoice", "invoice.csv"),
        ("a/b\\c:d", "a_b_c_d.csv"),
        ("../../etc/passwd", "_.._etc_passwd.csv"),
        ('x"; filename="evil.exe', "x_; filename=_evil.exe.csv"),
        ("a\r\nSet-Cookie: b", "aSet-Cookie_ b.csv"),
        ("\u202egpj.exe", "gpj.exe.csv"),
        ("", "export.csv"),
        (" . ", "export.csv"),
        ("x" * 300, "x" * 80 + ".csv"),
    ],
)
def test_a_name_is_safe_on_every_system(stem: str, name: str) -> None:
    assert file_name(stem, "csv") == name


def test_a_name_of_ascii_is_said_once() -> None:
    assert disposition("a b.csv") == 'attachment; filename="a b.csv"'


def test_another_is_said_twice() -> None:
    assert disposition("Röchnung €.csv") == (
        "attachment; filename=\"Rochnung _.csv\"; filename*=UTF-8''R%C3%B6chnung%20%E2%82%AC.csv"
    )


@given(st.text())
def test_any_name_is_one_header(stem: str) -> None:
    name = file_name(stem, "xlsx")
    assert re.fullmatch(r"[A-Za-z0-9 ._()-]+\.xlsx", ascii_name(name))
    found = re.fullmatch(r"""attachment; filename="([^"\\]+)"(?:; filename\*=UTF-8''([^ ;"]+))?""", disposition(name))
    assert found
    assert unquote(found[2] or found[1]) == name or name.isascii()
    assert disposition(name).isascii()
