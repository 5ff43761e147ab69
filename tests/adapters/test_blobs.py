"""The port `Blobs`: a versioned bucket."""

from __future__ import annotations

from pathlib import Path

import pytest

from quire.domain.document import Stored
from quire.domain.ports import World

pytestmark = pytest.mark.usefixtures("bucket")

KEY = "uploads/acme/résumé + 100 %.pdf"
PDF = "application/pdf"


def _head(world: World) -> tuple[str, int] | None:
    head = world.blobs.head(KEY)
    return (head.version, head.size) if head else None


def test_an_object_is_read_back(world: World) -> None:
    stored = world.blobs.put(KEY, b"one", PDF)
    assert stored.key == KEY
    assert world.blobs.get(stored) == b"one"
    assert world.blobs.read(KEY) == b"one"


def test_a_pinned_version_is_there_as_long_as_it_is_not_removed(world: World) -> None:
    first, second = (world.blobs.put(KEY, body, PDF) for body in (b"one", b"other"))
    heads = [world.blobs.head(first), world.blobs.head(second)]
    assert [(head.version, head.size) for head in heads if head] == [(first.version, 3), (second.version, 5)]
    world.blobs.delete(first)
    assert world.blobs.head(first) is None
    assert world.blobs.head(second) == world.blobs.head(KEY)


def test_a_pinned_version_stays_what_it_was(world: World) -> None:
    first = world.blobs.put(KEY, b"one", PDF)
    second = world.blobs.put(KEY, b"two", PDF)
    assert first.version != second.version
    assert world.blobs.get(first) == b"one"
    assert world.blobs.get(second) == b"two"
    assert world.blobs.read(KEY) == b"two", "a key alone means its newest version"


def test_a_file_is_put_and_downloaded(world: World, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"x" * 3_000_000)
    stored = world.blobs.put_file(KEY, source, PDF)
    world.blobs.put(KEY, b"newer", PDF)
    world.blobs.download(stored, target)
    assert target.read_bytes() == source.read_bytes()
    world.blobs.download(KEY, target)
    assert target.read_bytes() == b"newer"


def test_a_range_of_a_pinned_version_is_read(world: World) -> None:
    stored = world.blobs.put(KEY, b"0123456789", PDF)
    world.blobs.put(KEY, b"newer", PDF)
    assert world.blobs.range(stored, 0, 4) == b"0123"
    assert world.blobs.range(stored, 4, 1) == b"4"
    assert world.blobs.range(stored, 7, 3) == b"789"
    assert world.blobs.range(stored, 7, 100) == b"789", "a range ends where the object does"


@pytest.mark.parametrize(("start", "length"), [(10, 1), (11, 5), (0, 0), (5, -1), (-1, 3)])
def test_a_range_of_nothing_is_not_the_whole(world: World, start: int, length: int) -> None:
    stored = world.blobs.put(KEY, b"0123456789", PDF)
    with pytest.raises(ValueError, match=r"range|ends before"):
        world.blobs.range(stored, start, length)


def test_a_range_of_what_is_missing_raises_key_error(world: World) -> None:
    stored = world.blobs.put(KEY, b"one", PDF)
    with pytest.raises(KeyError):
        world.blobs.range(Stored(KEY, "no-such-version"), 0, 1)
    with pytest.raises(KeyError):
        world.blobs.range(Stored("uploads/acme/another", stored.version), 0, 1)


def test_an_object_may_be_empty(world: World) -> None:
    stored = world.blobs.put(KEY, b"", PDF)
    assert world.blobs.get(stored) == b""
    assert _head(world) == (stored.version, 0)


def test_head_says_the_newest_version_and_its_size(world: World) -> None:
    world.blobs.put(KEY, b"one", PDF)
    newest = world.blobs.put(KEY, b"three", PDF)
    assert _head(world) == (newest.version, 5)


def test_what_is_missing_has_no_head(world: World) -> None:
    assert world.blobs.head(KEY) is None


def test_what_is_missing_raises_key_error(world: World, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        world.blobs.read(KEY)
    with pytest.raises(KeyError):
        world.blobs.download(KEY, tmp_path / "target")
    with pytest.raises(KeyError):
        world.blobs.get(Stored(KEY, "v1"))


def test_a_version_that_is_missing_raises_key_error(world: World, tmp_path: Path) -> None:
    stored = world.blobs.put(KEY, b"one", PDF)
    with pytest.raises(KeyError):
        world.blobs.get(Stored(KEY, "no-such-version"))
    with pytest.raises(KeyError):
        world.blobs.get(Stored("uploads/acme/another", stored.version))
    with pytest.raises(KeyError):
        world.blobs.download(Stored(KEY, "no-such-version"), tmp_path / "target")


def test_keys_are_listed_by_prefix_in_order(world: World) -> None:
    for key in ("a/2", "a/10", "a/1", "b/1", "a"):
        world.blobs.put(key, b"", PDF)
    world.blobs.put("a/1", b"again", PDF)
    assert world.blobs.keys("a/") == ["a/1", "a/10", "a/2"]
    assert world.blobs.keys("c/") == []


def test_urls_name_what_they_bind(world: World) -> None:
    stored = world.blobs.put("uploads/acme/f1", b"one", PDF)
    assert "uploads/acme/f1" in world.blobs.upload_url("uploads/acme/f1", 3, 60)
    assert stored.version in world.blobs.download_url(stored, 60)


def test_deleting_a_version_leaves_the_others(world: World) -> None:
    first, second = world.blobs.put(KEY, b"one", PDF), world.blobs.put(KEY, b"two", PDF)
    world.blobs.delete(second)
    assert world.blobs.read(KEY) == b"one"
    world.blobs.delete(first)
    world.blobs.delete(first)
    assert world.blobs.head(KEY) is None


def test_what_begins_so_is_removed_in_all_its_versions(world: World) -> None:
    for key in ("results/a/1", "results/a/1", "results/a/2/x", "results/ab"):
        world.blobs.put(key, b"", PDF)
    assert world.blobs.clear("results/a/", 100)
    assert world.blobs.keys("results/") == ["results/ab"]
    assert world.blobs.clear("results/a/", 100), "there was nothing to remove"


def test_so_many_are_removed_at_once(world: World) -> None:
    for number in range(1_001):  # more than S3 lists
        world.blobs.put(f"results/a/{number}", b"", PDF)
    assert not world.blobs.clear("results/a/", 1_000)
    assert world.blobs.clear("results/a/", 1_000)
    assert world.blobs.keys("results/a/") == []


def test_what_arrived_is_told_by_version_and_time(world: World) -> None:
    before = world.clock()
    stored = [
        world.blobs.put(key, body, PDF) for key, body in (("a/1", b"x"), ("a/1", b"xy"), ("a/2", b""), ("b", b""))
    ]
    head = world.blobs.head("a/2")
    assert head and before - 1_000 <= head.at <= world.clock(), "S3 says whole seconds here"
    until = world.clock() + 1
    found = {(key, one.version, one.size) for key, one in world.blobs.arrivals("a/", before - 1_000, until)}
    assert found == {(one.key, one.version, size) for one, size in zip(stored[:3], (1, 2, 0), strict=True)}
    assert list(world.blobs.arrivals("a/", until + 1_000, until + 2_000)) == []
    assert list(world.blobs.arrivals("a/", before - 9_000, before - 1_000)) == []
