"""A job's blocks in parts, and paged."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.textract.errors import TextractError
from local.textract.results import Output, Parts, page_of


def block(index: int) -> dict[str, str]:
    return {"Id": str(index)}


@pytest.mark.parametrize("total", [0, 1, 999, 1000, 1001, 2500])
@pytest.mark.parametrize("most", [1000, 999, 300])
def test_every_block_is_on_one_page(tmp_path: Path, total: int, most: int) -> None:
    parts = Parts(tmp_path / "job")
    for start in range(0, total, 70):  # as pages of a document come
        parts.add(block(i) for i in range(start, min(total, start + 70)))
    parts.flush()

    seen, token = page_of("job", parts.total, parts.read, None, most)
    while token:
        blocks, token = page_of("job", parts.total, parts.read, token, most)
        assert 0 < len(blocks) <= most
        seen += blocks

    assert seen == [block(i) for i in range(total)]
    assert [len(parts.read(number)) for number in parts.numbers()] == [
        min(1000, total - start) for start in range(0, total, 1000)
    ]


def test_a_token_is_of_one_job(tmp_path: Path) -> None:
    parts = Parts(tmp_path / "job")
    parts.add(block(i) for i in range(5))
    parts.flush()
    _, token = page_of("job", 5, parts.read, None, 2)

    with pytest.raises(TextractError):
        page_of("other", 5, parts.read, token, 2)


def test_parts_that_were_removed_are_gone(tmp_path: Path) -> None:
    parts = Parts(tmp_path / "job")
    parts.add([block(1)])
    parts.flush()

    parts.remove()

    assert not (tmp_path / "job").exists()
    assert not parts.kept


@pytest.mark.parametrize(
    ("config", "key"),
    [
        ({"S3Bucket": "b", "S3Prefix": "a/b"}, "a/b/job/1"),
        ({"S3Bucket": "b", "S3Prefix": "a/b/"}, "a/b/job/1"),
        ({"S3Bucket": "b"}, "textract_output/job/1"),
    ],
)
def test_output_lies_under_prefix_and_job(config: dict[str, str], key: str) -> None:
    assert Output.of(config, "job").at("1").key == key
