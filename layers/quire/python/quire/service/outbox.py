"""Who is told of what happens: read before the transaction that makes it happen, which writes the deliveries."""

from __future__ import annotations

from quire.domain.delivery import Audience, Delivery, Occasion
from quire.domain.document import Document, Ending
from quire.domain.endpoint import Event
from quire.domain.extractor import Extractor
from quire.domain.ports import World


def audience(world: World, tenant: str) -> Audience:
    """One read, of which a tenant without endpoints pays the least. What is told to whom: `quire.domain.delivery`."""
    return Audience([endpoint for endpoint in world.endpoints.listed(tenant) if endpoint.active])


def end(world: World, document: Document, ending: Ending) -> bool:
    """`Pipeline.end`, now, with all who are told of it."""
    return world.pipeline.end(document, ending, world.clock(), audience(world, document.tenant))


def of_extractor(world: World, extractor: Extractor, *events: Event) -> list[Delivery]:
    """What is told of an extractor that is written so, or is deleted."""
    told = audience(world, extractor.tenant)
    return [
        delivery
        for event in events
        for delivery in told.of_extractor(
            Occasion(
                extractor.tenant,
                event,
                world.clock(),
                extractor_id=extractor.id,
                turn=extractor.revision,
                name=extractor.name,
                version=extractor.latest,
            )
        )
    ]
