"""Tenants and their keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.ids import derived_job_id, document_id
from quire.domain.tenant import ApiKey, digest_of, is_tenant_id, new_key

KEY = ApiKey(digest_of("qk_1"), "acme", created_at=10)


@pytest.mark.parametrize("text", ["a", "0", "acme", "acme-2", "a" * 24])
def test_a_tenant_s_id_is_short_and_plain(text: str) -> None:
    assert is_tenant_id(text)
    assert len(f"{text}:{document_id(derived_job_id('job'), 0)}") <= 64, "Textract's JobTag holds it with a document"


@pytest.mark.parametrize("text", ["", "-a", "a" * 25, "Acme", "a_b", "a/b", "a#b", "a:b", "é", "a ", "a\n"])
def test_what_could_break_a_key_or_a_path_is_no_tenant_s_id(text: str) -> None:
    assert not is_tenant_id(text)


def test_a_key_is_good_until_it_expires_or_is_revoked() -> None:
    assert KEY.valid(10**15)
    assert replace(KEY, expires_at=50).valid(49)
    assert not replace(KEY, expires_at=50).valid(50)
    assert not replace(KEY, revoked_at=20).valid(15), "revoking counts at once, whatever the clocks say"


def test_keys_are_long_random_and_kept_as_a_digest() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(key.startswith("qk_") and len(key) == 46 for key in keys)
    assert digest_of("qk_1") == "5f28eaf97753c247ce0c165f2746fb76dd6876c061013c7d04f4f6b2ba14f3f7"
