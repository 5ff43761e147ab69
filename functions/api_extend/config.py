"""Extend's configuration of an extraction, and the options that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from functions.api_extend.contract import LEGACY, Wire
from quire.domain.extractor import compact
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.closed import Closed
from quire.service.config import Mode
from quire.service.schemas import check_schema

MOST_BYTES = 30_000
"""Of a configuration beside its schema: each run's record repeats it."""
KEPT = "extend:"
"""Before each of Extend's own words among an extractor's options, so that they are found there again."""

Processor = Literal["extraction_performance", "extraction_light", "extraction_operator"]
_MODES: Mapping[Processor | None, Mode] = {
    None: Mode.FAST,
    "extraction_light": Mode.FAST,
    "extraction_performance": Mode.BALANCED,
    "extraction_operator": Mode.PREMIUM,
}
_PROCESSORS: Mapping[Mode, Processor] = {
    Mode.FAST: "extraction_light",
    Mode.BALANCED: "extraction_performance",
    Mode.PREMIUM: "extraction_operator",
}


class Range(Wire, Closed):
    start: int = Field(ge=0)
    end: int = Field(ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if self.end < self.start:
            raise ValueError("a range ends where it begins, or behind")
        return self


class PageRange(Range):
    start: int = Field(ge=1)
    end: int = Field(ge=1)


class AdvancedOptions(Wire, Closed):
    """Those of which nothing is parsed have no effect; they are answered as they came."""

    citations_enabled: bool | None = None
    citation_mode: Literal["line", "word", "block"] | None = None
    array_citation_strategy: Literal["item", "property"] | None = None
    page_ranges: list[PageRange] | None = Field(default=None, max_length=100)
    excel_sheet_ranges: list[Range] | None = Field(default=None, max_length=100)
    excel_sheet_selection_strategy: JsonValue = None
    array_strategy: JsonValue = None
    chunking_options: JsonValue = None
    review_agent: JsonValue = None
    model_reasoning_insights_enabled: JsonValue = None
    advanced_multimodal_enabled: JsonValue = None
    current_date_enabled: JsonValue = None


class ExtractConfig(Wire, Closed):
    """Nothing of `parse_config` is acted on, so that all of it is taken."""

    base_processor: Processor | None = None
    base_version: str | None = Field(default=None, max_length=64)
    extraction_rules: str | None = Field(default=None, max_length=20_000)
    # Of the SDK's `schema`, which is a name of pydantic's.
    schema_: dict[str, JsonValue] | None = Field(default=None, alias="schema")
    advanced_options: AdvancedOptions | None = None
    parse_config: dict[str, JsonValue] | None = None

    @model_validator(mode="before")
    @classmethod
    def _not_legacy(cls, said: Any) -> Any:
        if isinstance(said, dict) and "fields" in said:
            message = "The legacy form, a list of `fields`, is not taken here: give a JSON Schema as `schema`"
            raise PydanticCustomError(LEGACY, message)
        return said

    @property
    def said(self) -> dict[str, Any]:
        """The words that were said, as they were, but for the schema."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"schema_"})


def check_config(config: ExtractConfig, *where: str) -> Refusal | None:
    """A refusal where it is too large, or its schema is none that Extend takes; `where` leads to it in the body."""
    if len(compact(config.said).encode(errors="replace")) > MOST_BYTES:
        return invalid("body", f"A configuration has at most {MOST_BYTES} bytes beside its schema.", "too_long", *where)
    if config.schema_ is None:
        return None
    place = _not_nullable(config.schema_, "schema")
    if place:
        path, name = place
        message = f'Non-nullable primitive type "{name}" is not allowed: use ["{name}", "null"]; Path: {path}'
        return Refusal(Kind.INVALID_REQUEST, message)
    return check_schema(config.schema_, *where, "schema")


_PRIMITIVES = ("string", "number", "integer", "boolean")


def _not_nullable(schema: object, path: str) -> tuple[str, str] | None:
    """The first property of a primitive type that has no null: its path, and the type. Items of lists need none."""
    if not isinstance(schema, dict):
        return None
    properties = schema.get("properties")
    if isinstance(properties, dict):
        for name, inner in properties.items():
            place = f"{path}.properties.{name}"
            if isinstance(inner, dict) and inner.get("type") in _PRIMITIVES:
                return place, str(inner["type"])
            if found := _not_nullable(inner, place):
                return found
    return _not_nullable(schema.get("items"), f"{path}.items")


def to_options(config: ExtractConfig) -> dict[str, Any]:
    """What the words that were said stand for, as `quire.service.config` has it, and the words themselves; so that they
    can be laid over those of a saved extractor, word by word. With the schema, where it was said."""
    said = config.said
    options: dict[str, Any] = {KEPT + word: value for word, value in said.items()}
    if "baseProcessor" in said:
        options["mode"] = _MODES[config.base_processor].value
    if "extractionRules" in said:
        options["system_prompt"] = config.extraction_rules
    if "advancedOptions" in said:
        advanced = config.advanced_options or AdvancedOptions()
        options["cite"] = advanced.citations_enabled is not False
        options["pages"] = _pages(advanced.page_ranges or [], 0)
    if "schema_" in config.model_fields_set:
        options["schema"] = config.schema_
    return options


def sheets_of(words: Mapping[str, Any]) -> str | None:
    """The sheets that are wanted of a workbook, whose pages they are: `1-3`."""
    ranges = (words.get("advancedOptions") or {}).get("excelSheetRanges") or []
    return _pages([Range.model_validate(one) for one in ranges], 1)


def _pages(ranges: list[Any], offset: int) -> str | None:
    return ",".join(f"{one.start + offset}-{one.end + offset}" for one in ranges) or None


def words_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """Extend's words for options: those that were said, or such as say the same."""
    said = {word.removeprefix(KEPT): value for word, value in options.items() if word.startswith(KEPT)}
    if said:
        return said
    words: dict[str, Any] = {"baseProcessor": _PROCESSORS[Mode(str(options.get("mode", Mode.FAST.value)))]}
    if options.get("system_prompt"):
        words["extractionRules"] = options["system_prompt"]
    if options.get("cite") is False:
        words["advancedOptions"] = {"citationsEnabled": False}
    return words


def without_words(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if not name.startswith(KEPT)}
