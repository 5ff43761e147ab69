"""Saved extractors: created, changed, released, deleted and listed. What a job runs under: `quire.service.resolve`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final, NamedTuple

from quire.domain.cursor import seal, unseal
from quire.domain.endpoint import Event
from quire.domain.extractor import (
    Extractor,
    Order,
    Release,
    Version,
    is_list_place,
    new_extractor_id,
    next_release,
)
from quire.domain.ports import Saving, World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import outbox
from quire.service.extractor_limits import check_head, check_version, is_name


class Keep(Enum):
    KEEP = "keep"


KEEP: Final = Keep.KEEP
"""Said of a schema that stays as it is, for None is a schema without fields yet."""


class Held(NamedTuple):
    """An extractor and one of its versions."""

    extractor: Extractor
    version: Version


@dataclass(frozen=True, slots=True)
class Wanted:
    """A new extractor. `schema` None: no fields are named yet; `config` are options as `service.config` has them, and
    what else its contract wants to find there again."""

    name: str
    schema: object = None
    config: Mapping[str, object] = field(default_factory=dict)
    description: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different; None and KEEP leave things as they are."""

    name: str | None = None
    schema: object = KEEP
    config: Mapping[str, object] | None = None
    description: str | None = None
    settings: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class ExtractorPage:
    """`cursor` leads to the next page, None after the last."""

    extractors: Sequence[Extractor]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class VersionPage:
    """`cursor` leads to the next page, None after the last. `draft` is the newest version, where it was asked for and
    has its place on this page: it counts as newer than all."""

    extractor: Extractor
    versions: Sequence[Version]
    cursor: str | None
    draft: Version | None = None


# ---- write -----------------------------------------------------------------------------------------------------------


def create(world: World, tenant: Tenant, wanted: Wanted, *, unique: bool = True) -> Held | Refusal:
    """Save an extractor with its version 1. A name that is taken is refused; with `unique` False it goes on leading to
    the extractor that took it first."""
    now = world.clock()
    extractor = Extractor(
        tenant=tenant.id,
        id=new_extractor_id(now),
        name=wanted.name,
        created_at=now,
        updated_at=now,
        description=wanted.description,
        settings=wanted.settings,
    )
    version = Version(tenant.id, extractor.id, extractor.latest, wanted.schema, wanted.config, now)
    refused = check_head(extractor) or check_version(version)
    if refused:
        return refused
    told = outbox.of_extractor(world, extractor, Event.EXTRACTOR_CREATED)
    saving = world.extractors.create(extractor, version, told)
    if saving is Saving.NAME_TAKEN and not unique:
        extractor = replace(extractor, leads=False)
        saving = world.extractors.create(extractor, version, told)
    return _refused(saving) or Held(extractor, version)


def clone(world: World, tenant: Tenant, extractor_id: str, name: str, *, unique: bool = True) -> Held | Refusal:
    """A new extractor that begins as another's newest version."""
    found = held(world, tenant, extractor_id)
    if isinstance(found, Refusal):
        return found
    like, version = found
    wanted = Wanted(name, version.schema, version.config, like.description, like.settings)
    return create(world, tenant, wanted, unique=unique)


def update(world: World, tenant: Tenant, extractor_id: str, change: Change, *, unique: bool = True) -> Held | Refusal:
    """Change an extractor; a schema or a configuration makes a new version. CONFLICT: somebody else changed it at the
    same time, and nothing is written."""
    found = held(world, tenant, extractor_id)
    if isinstance(found, Refusal):
        return found
    before, stands = found
    after = replace(
        before,
        name=before.name if change.name is None else change.name,
        description=before.description if change.description is None else change.description,
        settings=before.settings if change.settings is None else change.settings,
        leads=before.leads or change.name not in (None, before.name),
    )
    if change.schema is KEEP and change.config is None:
        return _save(world, Held(before, stands), after, None, unique=unique)
    return _save(world, Held(before, stands), after, _changed(stands, change), unique=unique)


def publish(
    world: World,
    tenant: Tenant,
    extractor_id: str,
    release: Release,
    change: Change = Change(),
    description: str = "",
) -> Held | Refusal:
    """Release what the newest version holds, with `change` of its schema and configuration: as a new version under the
    label that follows. `description` is the version's."""
    found = held(world, tenant, extractor_id)
    if isinstance(found, Refusal):
        return found
    before, stands = found
    label = next_release(before.releases, release)
    version = replace(_changed(stands, change), release=label, description=description)
    after = replace(before, releases={**before.releases, label: before.latest + 1})
    return _save(world, found, after, version, unique=True)


def delete(world: World, tenant: Tenant, extractor_id: str) -> Refusal | None:
    """Away with an extractor and its name. Jobs that run go on: each has its own copy of what it runs under."""
    extractor = get(world, tenant, extractor_id)
    if isinstance(extractor, Refusal):
        return extractor
    gone = replace(extractor, revision=extractor.revision + 1)
    return _refused(world.extractors.delete(extractor, outbox.of_extractor(world, gone, Event.EXTRACTOR_DELETED)))


_KEPT = "review_threshold"
"""No contract has a word for an extractor's own: a configuration in a contract's words leaves it as it is."""


def _changed(version: Version, change: Change) -> Version:
    kept = {name: value for name, value in version.config.items() if name == _KEPT}
    return replace(
        version,
        schema=version.schema if change.schema is KEEP else change.schema,
        config=version.config if change.config is None else {**kept, **change.config},
        release=None,
        description="",
    )


def _save(world: World, found: Held, after: Extractor, version: Version | None, *, unique: bool) -> Held | Refusal:
    before, stands = found
    now = max(world.clock(), before.updated_at)
    if version:
        version = replace(version, number=before.latest + 1, created_at=now)
    after = replace(
        after,
        updated_at=now,
        latest=version.number if version else before.latest,
        revision=before.revision + 1,
    )
    refused = check_head(after) or (check_version(version) if version else None)
    if refused:
        return refused
    told = outbox.of_extractor(world, after, *_events(before, after, version))
    saving = world.extractors.save(before, after, version, told)
    if saving is Saving.NAME_TAKEN and not unique:
        after = replace(after, leads=False)
        saving = world.extractors.save(before, after, version, told)
    return _refused(saving) or Held(after, version or stands)


def _events(before: Extractor, after: Extractor, version: Version | None) -> list[Event]:
    """What a change is heard as."""
    events = []
    if (before.name, before.description, before.settings) != (after.name, after.description, after.settings):
        events.append(Event.EXTRACTOR_UPDATED)
    if version:
        events.append(Event.EXTRACTOR_RELEASED if version.release else Event.EXTRACTOR_VERSIONED)
    return events


# ---- read ------------------------------------------------------------------------------------------------------------


def get(world: World, tenant: Tenant, extractor_id: str) -> Extractor | Refusal:
    found = world.extractors.get(tenant.id, extractor_id) if is_name(extractor_id) else None
    return found or _unknown()


def find(world: World, tenant: Tenant, extractor: str) -> Extractor | Refusal:
    """The extractor that has this id, or else the one that the name leads to."""
    if not is_name(extractor):
        return _unknown()
    found = world.extractors.get(tenant.id, extractor) or world.extractors.named(tenant.id, extractor)
    return found or _unknown()


def held(world: World, tenant: Tenant, extractor_id: str, number: int | None = None) -> Held | Refusal:
    """An extractor with one of its versions, or the newest."""
    extractor = get(world, tenant, extractor_id)
    return extractor if isinstance(extractor, Refusal) else with_version(world, extractor, number)


def with_version(world: World, extractor: Extractor, number: int | None = None) -> Held | Refusal:
    """The version of that number, or the newest."""
    wanted = extractor.latest if number is None else number
    found = world.extractors.versions(extractor.tenant, extractor.id, [wanted])
    if not found:
        return Refusal(Kind.EXTRACTOR_NOT_FOUND, "The extractor has no such version.")
    return Held(extractor, found[0])


def listed(
    world: World,
    tenant: Tenant,
    limit: int,
    cursor: str | None = None,
    *,
    order: Order = Order.CREATED,
    ascending: bool = False,
) -> ExtractorPage | Refusal:
    """A page of a tenant's extractors, the newest first."""
    after = None if cursor is None else unseal(cursor)
    if cursor is not None and (after is None or not is_list_place(after, order)):
        return _no_cursor()
    page = world.extractors.listed(tenant.id, order, after, limit, ascending=ascending)
    return ExtractorPage(page.extractors, seal(page.after) if page.after else None)


def versions(
    world: World,
    tenant: Tenant,
    extractor_id: str,
    limit: int,
    cursor: str | None = None,
    *,
    released: bool = False,
    draft: bool = False,
    ascending: bool = False,
) -> VersionPage | Refusal:
    """A page of an extractor's versions, the newest first: all, or only those that were released, with the `draft` as
    one more."""
    extractor = get(world, tenant, extractor_id)
    if isinstance(extractor, Refusal):
        return extractor
    numbers = sorted(extractor.releases.values()) if released else list(range(1, extractor.latest + 1))
    draft_place = extractor.latest + 1
    if draft:
        numbers.append(draft_place)
    if cursor is not None:
        after = unseal(cursor)
        if after is None or not after.isdecimal():
            return _no_cursor()
        numbers = [number for number in numbers if (number > int(after) if ascending else number < int(after))]
    wanted = (numbers if ascending else numbers[::-1])[:limit]
    shown = [number for number in wanted if number != draft_place]
    found = world.extractors.versions(extractor.tenant, extractor.id, [*shown, extractor.latest])
    onward = seal(str(wanted[-1])) if len(numbers) > len(wanted) else None
    newest = found[-1] if draft_place in wanted else None
    return VersionPage(extractor, found[:-1], onward, newest)


def _refused(saving: Saving) -> Refusal | None:
    if saving is Saving.NAME_TAKEN:
        return Refusal(Kind.NAME_TAKEN, "Another extractor has this name.")
    if saving is Saving.CHANGED:
        return Refusal(Kind.CONFLICT, "The extractor was changed by somebody else at the same time: read it again.")
    return None


def _unknown() -> Refusal:
    return Refusal(Kind.EXTRACTOR_NOT_FOUND, "There is no such extractor.")


def _no_cursor() -> Refusal:
    return Refusal(Kind.INVALID_REQUEST, "The cursor is not one of this list.")
