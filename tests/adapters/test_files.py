"""The port `Files`."""

from __future__ import annotations

from dataclasses import replace

from quire.domain.ids import new_id
from quire.domain.ports import Walk, World
from quire.domain.refusal import Kind, Refusal
from tests.adapters.rows import NOW, a_file

GONE = Refusal(Kind.FETCH_FAILED, "The document could not be fetched: the server answered with status 404.")


def test_a_file_comes_back_as_it_was_put(world: World) -> None:
    announced = replace(a_file(), size=None)
    nameless = a_file(name=None)
    settings = {"purpose": "extract", "ratio": 1.0}
    received = replace(
        a_file(), media_type="image/png", arrived_at=NOW, version="v1", sha256="ab" * 32, settings=settings
    )
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
    assert world.files.arrive(replace(file, tenant="other"), "v1", 1000, NOW) is None
    assert world.files.get("acme", [file.id])[file.id].arrived_at is None
    assert world.files.unsettled("other") == world.files.unsettled("acme") == []


def test_a_file_named_twice_is_found_once(world: World) -> None:
    file = a_file()
    world.files.put(file)
    assert world.files.get("acme", [file.id, file.id]) == {file.id: file}


def test_up_to_when_arrivals_are_known_is_remembered(world: World) -> None:
    assert world.files.reconciled() == 0
    for until in (NOW, NOW + 5):
        world.files.reconcile(until)
    assert world.files.reconciled() == NOW + 5


def test_hundreds_of_files_are_found_in_one_call(world: World) -> None:
    files = {file.id: file for file in (a_file() for _ in range(230))}
    for file in files.values():
        world.files.put(file)
    assert world.files.get("acme", list(files)) == files


def test_an_arrival_is_recorded_with_its_size(world: World) -> None:
    file = replace(a_file(), size=None)
    world.files.put(file)
    arrived = world.files.arrive(file, "v1", 77, NOW + 5)
    assert arrived == replace(file, version="v1", size=77, arrived_at=NOW + 5)
    assert world.files.get("acme", [file.id]) == {file.id: arrived}


def test_a_refusal_is_recorded(world: World) -> None:
    file = a_file()
    world.files.put(file)
    refused = world.files.refuse(file, GONE)
    assert refused == replace(file, refusal=GONE)
    assert world.files.get("acme", [file.id]) == {file.id: refused}


def test_what_settles_a_file_first_stands(world: World) -> None:
    came, never = a_file(), a_file()
    for file in (came, never):
        world.files.put(file)
    first = [world.files.arrive(came, "v1", 1000, NOW + 5), world.files.refuse(never, GONE)]
    assert world.files.arrive(came, "v2", 1000, NOW + 9) == world.files.refuse(came, GONE) == first[0]
    assert world.files.arrive(never, "v2", 1000, NOW + 9) == world.files.refuse(never, GONE) == first[1]
    assert list(world.files.get("acme", [came.id, never.id]).values()) == first


def test_what_settles_an_unknown_file_makes_none(world: World) -> None:
    file = a_file()
    assert world.files.arrive(file, "v1", 1000, NOW) is None
    assert world.files.refuse(file, GONE) is None
    assert world.files.get("acme", [file.id]) == {}
    assert world.files.unsettled("acme") == []


def test_a_settled_file_is_marked_until_nothing_waits_for_it(world: World) -> None:
    came, never, awaited = a_file(), a_file(), a_file()
    for file in (came, never, awaited):
        world.files.put(file)
    world.files.arrive(came, "v1", 1000, NOW)
    world.files.refuse(never, GONE)
    assert world.files.unsettled("acme") == sorted([came.id, never.id])
    assert world.files.unsettled("other") == []
    world.files.settled("acme", came.id)
    world.files.settled("acme", came.id)
    assert world.files.unsettled("acme") == [never.id]


def test_files_are_listed_in_the_order_of_their_creation(world: World) -> None:
    first, second, third = (replace(a_file(), created_at=NOW + n) for n in range(3))
    for file in (second, third, first, a_file(tenant="other")):
        world.files.put(file)
    places = [(file.created_at, file.id) for file in (first, second, third)]
    assert world.files.recent("acme", Walk(2)) == [places[2], places[1]]
    assert world.files.recent("acme", Walk(2, places[1])) == [places[0]]
    assert world.files.recent("acme", Walk(5, places[0], forward=True)) == places[1:]


def test_a_deleted_file_is_not_found_any_more(world: World) -> None:
    kept, gone = a_file(), a_file()
    for file in (kept, gone):
        world.files.put(file)
    world.files.delete("other", gone.id)
    assert gone.id in world.files.get("acme", [gone.id])
    world.files.delete("acme", gone.id)
    world.files.delete("acme", gone.id)
    assert world.files.get("acme", [kept.id, gone.id]) == {kept.id: kept}
    assert world.files.recent("acme", Walk(5)) == [(kept.created_at, kept.id)]


def test_a_password_comes_back_and_is_not_shown(world: World) -> None:
    file = replace(a_file(), password="open sesame")
    world.files.put(file)
    assert world.files.get("acme", [file.id])[file.id].password == "open sesame"
    assert "sesame" not in repr(file)
