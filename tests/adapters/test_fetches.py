"""The port `Fetches`."""

from __future__ import annotations

from dataclasses import replace

from quire.domain.file import Fetch, File
from quire.domain.ids import new_id
from quire.domain.ports import World
from tests.adapters.rows import NOW, a_file

URL = "https://files.example/a.pdf?signature=secret"


def announced(world: World, tenant: str = "acme") -> tuple[File, Fetch]:
    file = replace(a_file(tenant), size=None)
    fetch = Fetch(tenant, file.id, URL, due_at=NOW)
    world.fetches.announce(file, fetch)
    return file, fetch


def test_a_file_is_there_with_what_is_to_be_fetched(world: World) -> None:
    file, fetch = announced(world)
    assert world.files.get("acme", [file.id]) == {file.id: file}
    assert world.fetches.get("acme", file.id) == fetch


def test_nothing_is_fetched_for_other_files_nor_other_tenants(world: World) -> None:
    file, _ = announced(world)
    assert world.fetches.get("other", file.id) is None
    assert world.fetches.get("acme", new_id(NOW)) is None
    assert world.fetches.all("other") == []


def test_all_of_a_tenant_are_listed(world: World) -> None:
    fetches = [announced(world)[1] for _ in range(3)]
    announced(world, "other")
    assert world.fetches.all("acme") == sorted(fetches, key=lambda fetch: fetch.file_id)


def test_a_try_that_began_is_counted_and_keeps_others_away(world: World) -> None:
    file, fetch = announced(world)
    begun = world.fetches.begin(fetch, NOW + 60)
    assert begun == replace(fetch, tries=1, due_at=NOW + 60)
    assert world.fetches.get("acme", file.id) == begun
    assert world.fetches.begin(fetch, NOW + 90) is None, "somebody has begun since it was read"
    assert world.fetches.get("acme", file.id) == begun


def test_a_try_that_failed_is_due_again_later(world: World) -> None:
    file, fetch = announced(world)
    begun = world.fetches.begin(fetch, NOW + 60)
    assert begun
    world.fetches.postpone(fetch, NOW + 500)
    assert world.fetches.get("acme", file.id) == begun, "it was not this try that failed"
    world.fetches.postpone(begun, NOW + 900)
    assert world.fetches.get("acme", file.id) == replace(begun, due_at=NOW + 900)


def test_waking_changes_nothing(world: World) -> None:
    file, fetch = announced(world)
    world.fetches.wake(fetch, NOW + 5)
    assert world.fetches.get("acme", file.id) == fetch


def test_what_is_done_is_gone_and_does_not_come_back(world: World) -> None:
    file, fetch = announced(world)
    world.fetches.done("acme", file.id)
    world.fetches.done("acme", file.id)
    world.fetches.wake(fetch, NOW)
    world.fetches.postpone(fetch, NOW)
    assert world.fetches.begin(fetch, NOW) is None
    assert world.fetches.get("acme", file.id) is None
    assert world.fetches.all("acme") == []
    assert list(world.files.get("acme", [file.id])) == [file.id]


def test_a_url_is_not_told() -> None:
    assert "secret" not in repr(Fetch("acme", "f1", URL, due_at=NOW))
