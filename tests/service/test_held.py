"""The outputs of a document that is held for review."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.document import Decision, Verdict
from quire.domain.tenant import Tenant
from quire.extraction.engine import Extraction
from quire.extraction.grid import Count, LeftOut, Reason
from quire.extraction.leaf import Leaf
from quire.service.config import Config, Target
from quire.service.doubts import Doubts
from quire.service.held import edited_key, first_key, let_pass
from quire.service.parts import Part
from quire.testing.world import World
from tests.service.reviews import held
from tests.service.stage import running


def part(*confidences: float, missing: tuple[str, ...] = ()) -> Part:
    leaves = tuple(Leaf(f"f{number}", "x", confidence) for number, confidence in enumerate(confidences))
    return Part(None, (1,), Extraction({}, leaves, missing))


def doubts_of(config: Config, *parts: Part) -> list[str]:
    doubts = Doubts(config)
    assert list(doubts.noting(parts)) == list(parts), "they pass through"
    return doubts.paths


class TestDoubts:
    def test_values_under_the_threshold(self) -> None:
        assert doubts_of(Config(review_threshold=80), part(0.79, 0.8, 0.2, missing=("absent",))) == ["f0", "f2"]

    def test_confidences_count_as_they_are_shown(self) -> None:
        assert doubts_of(Config(review_threshold=80), part(0.79999, 0.7999)) == ["f1"]

    @pytest.mark.parametrize("config", [Config(target=Target.PAGE), Config(split=())])
    def test_of_several_parts_a_path_begins_with_the_part_s_number(self, config: Config) -> None:
        found = doubts_of(replace(config, review_threshold=80), part(0.9), part(0.1, 0.9, missing=("absent",)))
        assert found == ["[1].f0"]

    def test_a_document_of_which_nothing_was_found_is_in_doubt_as_a_whole(self) -> None:
        config = Config(review_threshold=1, target=Target.PAGE)
        assert doubts_of(config, part(missing=("a", "b")), part(missing=("a",))) == ["[0].a", "[0].b", "[1].a"]
        assert doubts_of(config, part(missing=("a", "b")), part(1.0)) == [], "a blank page is no doubt"

    def test_a_list_with_fewer_rows_than_its_pages_show_for_no_known_reason(self) -> None:
        config = Config(review_threshold=80)
        header, unknown = LeftOut(Reason.HEADER, 1, 1), LeftOut(Reason.UNEXPLAINED, 1, 4)
        whole, short = Count("lines", 3, 2, (header,)), Count("lines", 4, 2, (header, unknown))
        for count, doubts in ((whole, []), (short, ["lines"])):
            one = part(0.9)
            assert doubts_of(config, replace(one, found=replace(one.found, lists=(count,)))) == doubts

    def test_without_a_threshold_there_is_none(self) -> None:
        assert doubts_of(Config(), part(0.0, missing=("a",))) == []


class TestOutputs:
    def test_they_lie_among_the_job_s_results_apart_from_them(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        keys = {first_key(document), edited_key(document), document.result_key}
        assert len(keys) == 3
        assert all(key.startswith(f"results/acme/{document.job_id}/") for key in keys)

    def test_the_one_that_was_chosen_becomes_the_result(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        edited = world.blobs.put(edited_key(document), b'{"parts":[]}', "application/json")
        decided = world.reviews.decide(document, Decision(Verdict.EDITED, world.clock(), result=edited))
        assert decided and decided.review
        result = let_pass(world, decided)
        assert result.key == document.result_key
        assert world.blobs.get(result) == b'{"parts":[]}'

    def test_approved_as_it_was_it_is_the_first(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        assert document.review
        assert world.blobs.get(let_pass(world, document)) == world.blobs.get(document.review.first)

    def test_one_that_is_gone_is_a_fault(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        assert document.review
        world.blobs.delete(document.review.first)
        with pytest.raises(KeyError):
            let_pass(world, document)

    def test_a_document_that_was_never_held_has_none(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        with pytest.raises(ValueError, match="never held"):
            let_pass(world, document)
