"""The port `Files`."""

from __future__ import annotations

from dataclasses import replace

from quire.domain.ids import new_id
from quire.domain.ports import World
from tests.adapters.rows import NOW, a_file


def test_a_file_comes_back_as_it_was_put(world: World) -> None:
    announced = a_file()
    nameless = a_file(name=None)
    received = replace(a_file(), media_type="image/png", arrived_at=NOW, version="v1", sha256="ab" * 32)
    for file in (announced, nameless, received):
        world.files.put(file)
    wanted = [file.id for file in (announced, nameless, received)]
    assert world.files.get("acme", wanted) == {file.id: file for file in (announced, nameless, received)}


def test_unknown_files_are_left_out(world: World) -> None:
    file = a_file()
    world.files.put(file)
    assert world.files.get("acme", [new_id(NOW), file.id]) == {file.id: file}
    assert world.files.get("acme", []) == {}


def test_another_tenant_does_not_find_the_file(world: World) -> None:
    file = a_file()
    world.files.put(file)
    assert world.files.get("other", [file.id]) == {}
    assert world.files.arrive("other", file.id, "v1", NOW) is None
    assert world.files.get("acme", [file.id])[file.id].arrived_at is None


def test_a_file_named_twice_is_found_once(world: World) -> None:
    file = a_file()
    world.files.put(file)
    assert world.files.get("acme", [file.id, file.id]) == {file.id: file}


def test_hundreds_of_files_are_found_in_one_call(world: World) -> None:
    files = {file.id: file for file in (a_file() for _ in range(230))}
    for file in files.values():
        world.files.put(file)
    assert world.files.get("acme", list(files)) == files


def test_an_arrival_is_recorded(world: World) -> None:
    file = a_file()
    world.files.put(file)
    arrived = world.files.arrive("acme", file.id, "v1", NOW + 5)
    assert arrived == replace(file, version="v1", arrived_at=NOW + 5)
    assert world.files.get("acme", [file.id]) == {file.id: arrived}


def test_the_first_version_seen_wins(world: World) -> None:
    file = a_file()
    world.files.put(file)
    first = world.files.arrive("acme", file.id, "v1", NOW + 5)
    assert world.files.arrive("acme", file.id, "v2", NOW + 9) == first
    assert world.files.get("acme", [file.id]) == {file.id: first}


def test_the_arrival_of_an_unknown_file_makes_none(world: World) -> None:
    file_id = new_id(NOW)
    assert world.files.arrive("acme", file_id, "v1", NOW) is None
    assert world.files.get("acme", [file_id]) == {}
