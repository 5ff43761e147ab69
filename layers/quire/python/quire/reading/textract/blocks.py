"""What one Textract block says of itself: its box, its confidence, the blocks that it names.

From the Amazon Textract API reference ("Block", "Geometry", "Relationship"): geometry is a ratio of the page; the
polygon's first point is the top left of the text itself, so its first side shows where the text runs; confidences are
0..100. Any field may be absent or null, and fields that are not known here are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from quire.reading.frame import Frame
from quire.reading.model import Box


class Bounds(msgspec.Struct, rename="pascal", gc=False):
    """A BoundingBox; shares of the page's width and height, 0..1."""

    left: float | None = None
    top: float | None = None
    width: float | None = None
    height: float | None = None


class Point(msgspec.Struct, rename="upper", gc=False):
    x: float | None = None
    y: float | None = None


class Geometry(msgspec.Struct, rename="pascal", gc=False):
    """`polygon` stays as it is written: half of an answer is polygons, and few are asked for."""

    bounding_box: Bounds | None = None
    polygon: msgspec.Raw = msgspec.Raw(b"null")


class Relationship(msgspec.Struct, rename="pascal", gc=False):
    type: str | None = None
    ids: list[str | None] | None = None


class Query(msgspec.Struct, rename="pascal", gc=False):
    text: str | None = None
    alias: str | None = None


class Block(msgspec.Struct, rename="pascal", gc=False):
    """Its fields are described there; only those that are read here."""

    block_type: str | None = None
    id: str | None = None
    page: int | None = None
    text: str | None = None
    confidence: float | None = None
    geometry: Geometry | None = None
    relationships: list[Relationship | None] | None = None
    entity_types: list[str | None] | None = None
    selection_status: str | None = None
    row_index: int | None = None
    column_index: int | None = None
    row_span: int | None = None
    column_span: int | None = None
    query: Query | None = None


class Identity(msgspec.Struct, rename="pascal", gc=False):
    """An identity document of AnalyzeID."""

    blocks: list[Block | None] | None = None


class Part(msgspec.Struct, rename="pascal", gc=False):
    """What a Get... call answers, or a part of what Textract wrote."""

    blocks: list[Block | None] | None = None
    identity_documents: list[Identity | None] | None = None


Blocks = Mapping[str | None, Block]  # of one page, by Id
Size = tuple[float, float]  # of the page; points
Polygon = list[Point | None]

part_of = msgspec.json.Decoder(Part).decode
_polygon = msgspec.json.Decoder(Polygon | None).decode


def polygon_of(block: Block) -> Polygon:
    """Its corners as stated; empty when there are none."""
    return (block.geometry and _polygon(block.geometry.polygon)) or []


def related(block: Block, kind: str = "CHILD") -> list[str | None]:
    """The Ids that `block` names under a relationship of this kind, in order."""
    relationships = block.relationships
    if not relationships:
        return []
    if len(relationships) == 1:  # nearly always
        only = relationships[0]
        return (only.ids or []) if only is not None and only.type == kind else []
    return [
        identity
        for relationship in relationships
        if relationship is not None and relationship.type == kind
        for identity in relationship.ids or ()
    ]


def resolved(blocks: Blocks, identities: Iterable[str | None]) -> list[Block]:
    """Those of `identities` that are on the page."""
    return [block for identity in identities if (block := blocks.get(identity)) is not None]


def words_of(block: Block, blocks: Blocks) -> list[Block]:
    """The WORD blocks with a text that are children of `block`."""
    if not block.relationships:
        return []  # an empty cell
    return [
        child
        for identity in related(block)
        if (child := blocks.get(identity)) is not None and child.block_type == "WORD" and child.text
    ]


def text_of(words: Sequence[Block]) -> str:
    return " ".join([word.text for word in words if word.text])


def confidence_of(block: Block) -> float | None:
    """0..1, None where none is stated."""
    return None if block.confidence is None else share_of(block.confidence)


def share_of(stated: float) -> float:
    """A confidence of Textract's, 0..100, as 0..1, to four digits."""
    share = (stated * 100.0 + 0.5) // 1 / 10000
    return share if 0.0 <= share <= 1.0 else min(max(share, 0.0), 1.0)


def mean_confidence_of(words: Sequence[Block]) -> float | None:
    """The mean of the stated ones, 0..1."""
    stated = [confidence for word in words if (confidence := word.confidence) is not None]
    return share_of(sum(stated) / len(stated)) if stated else None


def box_of(block: Block, size: Size) -> Box | None:
    """Where the block stands on the displayed page, in points; None when it does not say."""
    stated: Any = block.geometry
    try:
        bounding = stated.bounding_box
        left, top = bounding.left, bounding.top
        right, bottom = left + bounding.width, top + bounding.height
        # Hundredths of a point, rounded this way because round() takes longer than all the rest.
        x, y = size[0] * 100.0, size[1] * 100.0
        return Box(
            (left * x + 0.5) // 1 / 100,
            (top * y + 0.5) // 1 / 100,
            (right * x + 0.5) // 1 / 100,
            (bottom * y + 0.5) // 1 / 100,
        )
    except (AttributeError, TypeError):  # something is absent or null
        corners = corners_of(block, size)
        return Frame(0.0).upright(corners).rounded() if corners else None


def upright_box_of(block: Block, size: Size, frame: Frame) -> Box | None:
    """`box_of` on the page as turned by `frame`: by the polygon, which is tight on turned text, else by the box."""
    if frame.level:
        return box_of(block, size)
    corners = corners_of(block, size)
    if corners:
        return frame.upright(corners)
    box = box_of(block, size)
    return frame.upright_box(box) if box else None


def corners_of(block: Block, size: Size) -> list[tuple[float, float]]:
    """The polygon in points of the displayed page; empty when there is none, or not all of it."""
    width, height = size
    points: Any = polygon_of(block)
    try:
        return [(point.x * width, point.y * height) for point in points]
    except (AttributeError, TypeError):
        return []
