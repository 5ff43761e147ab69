"""Configurations, in LlamaCloud's two dialects: an agent's (v1) and a job's own (v2).

What is accepted without an effect stands in docs/compatibility.md; what is not offered is refused. Where a
configuration was given by this contract, it is said again as it was asked; where another contract has changed it
since, or made it, as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, TypeVar

from pydantic import ConfigDict, Field

from quire.domain.pages import PAGES
from quire.domain.priority import Priority
from quire.http.closed import Closed
from quire.reading.media import Accepted
from quire.service.config import Config, Mode, Target, from_options, to_options

ACCEPTED = Accepted.EVERYTHING
_MOST_PROMPT = 20_000
_MOST_RANGE = 2000

# ---- v1 --------------------------------------------------------------------------------------------------------------

ExtractionMode = Literal["FAST", "BALANCED", "PREMIUM", "MULTIMODAL"]
ExtractionTarget = Literal["PER_DOC", "PER_PAGE", "PER_TABLE_ROW"]
ParseModel = Literal[
    "openai-gpt-4o",
    "openai-gpt-4o-mini",
    "openai-gpt-4-1",
    "openai-gpt-4-1-mini",
    "openai-gpt-4-1-nano",
    "openai-gpt-5",
    "openai-gpt-5-mini",
    "openai-gpt-5-nano",
    "openai-text-embedding-3-large",
    "openai-text-embedding-3-small",
    "openai-whisper-1",
    "anthropic-sonnet-3.5",
    "anthropic-sonnet-3.5-v2",
    "anthropic-sonnet-3.7",
    "anthropic-sonnet-4.0",
    "anthropic-sonnet-4.5",
    "anthropic-haiku-3.5",
    "anthropic-haiku-4.5",
    "gemini-2.5-flash",
    "gemini-3.0-pro",
    "gemini-3.1-pro",
    "gemini-2.5-pro",
    "gemini-2.0-flash",
    "gemini-2.0-flash-lite",
    "gemini-2.5-flash-lite",
    "gemini-1.5-flash",
    "gemini-1.5-pro",
]
_MODES: Mapping[ExtractionMode | None, Mode] = {
    None: Mode.FAST,
    "FAST": Mode.FAST,
    "BALANCED": Mode.BALANCED,
    "PREMIUM": Mode.PREMIUM,
    "MULTIMODAL": Mode.PREMIUM,
}
_MODE_WORDS: Mapping[Mode, ExtractionMode] = {
    Mode.FAST: "FAST",
    Mode.BALANCED: "BALANCED",
    Mode.PREMIUM: "PREMIUM",
}
_TARGETS: Mapping[ExtractionTarget | None, Target] = {
    None: Target.DOCUMENT,
    "PER_DOC": Target.DOCUMENT,
    "PER_PAGE": Target.PAGE,
    "PER_TABLE_ROW": Target.ROW,
}
_TARGET_WORDS: Mapping[Target, ExtractionTarget] = {
    Target.DOCUMENT: "PER_DOC",
    Target.PAGE: "PER_PAGE",
    Target.ROW: "PER_TABLE_ROW",
}


class ExtractConfig(Closed):
    model_config = ConfigDict(protected_namespaces=())

    priority: Priority | None = None
    extraction_target: ExtractionTarget | None = None
    extraction_mode: ExtractionMode | None = None
    parse_model: ParseModel | None = None
    extract_model: str | None = Field(default=None, max_length=128)
    multimodal_fast_mode: bool | None = None
    system_prompt: str | None = Field(default=None, max_length=_MOST_PROMPT)
    use_reasoning: bool | None = None
    cite_sources: bool | None = None
    citation_bbox: bool | None = None
    confidence_scores: bool | None = None
    chunk_mode: Literal["PAGE", "SECTION"] | None = None
    high_resolution_mode: bool | None = None
    invalidate_cache: bool | None = None
    num_pages_context: int | None = Field(default=None, ge=1)
    page_range: str | None = Field(default=None, max_length=_MOST_RANGE, pattern=PAGES)


def to_config(asked: ExtractConfig) -> Config:
    return Config(
        mode=_MODES[asked.extraction_mode],
        pages=asked.page_range,
        target=_TARGETS[asked.extraction_target],
        cite=asked.cite_sources is not False,
        confidence=asked.confidence_scores is not False,
        system_prompt=asked.system_prompt,
        priority=asked.priority or Priority.MEDIUM,
    )


def _plain(config: Config) -> ExtractConfig:
    return ExtractConfig(
        priority=None if config.priority is Priority.MEDIUM else config.priority,
        extraction_mode=_MODE_WORDS[config.mode],
        extraction_target=_TARGET_WORDS[config.target],
        page_range=config.pages,
        system_prompt=config.system_prompt,
        cite_sources=config.cite,
        confidence_scores=config.confidence,
    )


# ---- v2 --------------------------------------------------------------------------------------------------------------

Tier = Literal["cost_effective", "agentic", "agentic_plus", "turbo"]
V2Target = Literal["per_doc", "per_page", "per_table_row"]
_TIERS: Mapping[Tier | None, Mode] = {
    None: Mode.FAST,
    "turbo": Mode.FAST,
    "cost_effective": Mode.FAST,
    "agentic": Mode.BALANCED,
    "agentic_plus": Mode.PREMIUM,
}
_TIER_WORDS: Mapping[Mode, Tier] = {
    Mode.FAST: "cost_effective",
    Mode.BALANCED: "agentic",
    Mode.PREMIUM: "agentic_plus",
}
_V2_TARGETS: Mapping[V2Target | None, Target] = {
    None: Target.DOCUMENT,
    "per_doc": Target.DOCUMENT,
    "per_page": Target.PAGE,
    "per_table_row": Target.ROW,
}
_V2_TARGET_WORDS: Mapping[Target, V2Target] = {
    Target.DOCUMENT: "per_doc",
    Target.PAGE: "per_page",
    Target.ROW: "per_table_row",
}


class V2Settings(Closed):
    """A configuration without its schema. `parse_config_id` and `sheet_names` are not offered."""

    tier: Tier | None = None
    version: str | None = Field(default=None, max_length=32)
    extraction_target: V2Target | None = None
    parse_tier: Literal["fast", "cost_effective", "agentic", "agentic_plus"] | None = None
    parse_config_id: None = None
    cite_sources: bool | None = None
    advanced_citations: bool | None = None
    confidence_scores: bool | None = None
    system_prompt: str | None = Field(default=None, max_length=_MOST_PROMPT)
    target_pages: str | None = Field(default=None, max_length=_MOST_RANGE, pattern=PAGES)
    max_pages: int | None = Field(default=None, ge=1)
    disable_cache: bool | None = None
    spreadsheet_mode: bool | None = None
    sheet_names: list[str] | None = Field(default=None, max_length=0)


class Configuration(V2Settings):
    data_schema: dict[str, Any]


def settings_to_config(asked: V2Settings) -> Config:
    return Config(
        mode=_TIERS[asked.tier],
        pages=asked.target_pages,
        max_pages=asked.max_pages,
        target=_V2_TARGETS[asked.extraction_target],
        cite=asked.cite_sources is not False,
        confidence=asked.confidence_scores is not False,
        system_prompt=asked.system_prompt,
    )


def _plain_settings(config: Config) -> V2Settings:
    return V2Settings(
        tier=_TIER_WORDS[config.mode],
        extraction_target=_V2_TARGET_WORDS[config.target],
        target_pages=config.pages,
        max_pages=config.max_pages,
        system_prompt=config.system_prompt,
        cite_sources=config.cite,
        confidence_scores=config.confidence,
    )


# ---- kept, and said again --------------------------------------------------------------------------------------------

_V1, _V2 = "llamacloud_v1", "llamacloud_v2"
Kept = TypeVar("Kept", ExtractConfig, V2Settings)


def keep(asked: ExtractConfig | V2Settings) -> Mapping[str, object]:
    """Beside an extractor's options, or as a job's `echo`."""
    name = _V1 if isinstance(asked, ExtractConfig) else _V2
    return {name: asked.model_dump(mode="json", exclude_none=True, exclude={"data_schema"})}


def prioritized(kept: Mapping[str, object], priority: Priority) -> Mapping[str, object]:
    """What `keep` gave, of a job with a priority of its own."""
    said = kept.get(_V1)
    return {**kept, _V1: {**said, "priority": priority.value}} if isinstance(said, Mapping) else kept


def kept(config: Mapping[str, object]) -> Mapping[str, object]:
    """What `keep` put among an extractor's options."""
    return {name: config[name] for name in (_V1, _V2) if name in config}


def options(config: Config) -> Mapping[str, object]:
    """Of a job of this contract."""
    return to_options(replace(config, accepted=ACCEPTED))


def say_config(given: Mapping[str, object], kept: Mapping[str, object]) -> ExtractConfig:
    """In v1's dialect; `given` are the options that count, `kept` is where `keep` put what was asked."""
    config = _comparable(given)
    asked = ExtractConfig.model_validate(kept.get(_V1, {}))
    plain = _plain(config)
    return _filled(asked, plain) if _V1 in kept and to_config(asked) == config else plain


def say_settings(given: Mapping[str, object], kept: Mapping[str, object]) -> V2Settings:
    """In v2's dialect."""
    config = _comparable(given)
    asked = V2Settings.model_validate(kept.get(_V2, {}))
    plain = _plain_settings(config)
    return _filled(asked, plain) if _V2 in kept and settings_to_config(asked) == config else plain


def _comparable(given: Mapping[str, object]) -> Config:
    return replace(from_options(given), accepted=Config().accepted, schema=None)


def _filled(asked: Kept, plain: Kept) -> Kept:
    return plain.model_copy(update=asked.model_dump(exclude_none=True))
