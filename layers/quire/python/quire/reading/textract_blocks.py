"""What one Textract block says of itself: its box, its confidence, the blocks that it names.

From the Amazon Textract API reference ("Block", "Geometry", "Relationship"): geometry is a ratio of the page; the
polygon's first point is the top left of the text itself, so its first side shows where the text runs; confidences are
0..100. Any field may be absent or null, and fields that are not known here are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from quire.reading.frame import Frame
from quire.reading.model import Box

Block = dict[str, Any]
Blocks = Mapping[str, Block]  # of one page, by Id
Size = tuple[float, float]  # of the page; points


def related(block: Block, kind: str = "CHILD") -> list[str]:
    """The Ids that `block` names under a relationship of this kind, in order."""
    relationships = block.get("Relationships")
    if not relationships:
        return []
    if len(relationships) == 1:  # nearly always
        only = relationships[0]
        return (only.get("Ids") or []) if only and only.get("Type") == kind else []
    return [
        identity
        for relationship in relationships
        if relationship and relationship.get("Type") == kind
        for identity in relationship.get("Ids") or ()
    ]


def resolved(blocks: Blocks, identities: Iterable[str]) -> list[Block]:
    """Those of `identities` that are on the page."""
    return [block for identity in identities if (block := blocks.get(identity)) is not None]


def words_of(block: Block, blocks: Blocks) -> list[Block]:
    """The WORD blocks with a text that are children of `block`."""
    if not block.get("Relationships"):
        return []  # an empty cell
    return [
        child
        for identity in related(block)
        if (child := blocks.get(identity)) is not None and child.get("BlockType") == "WORD" and child.get("Text")
    ]


def text_of(words: Sequence[Block]) -> str:
    return " ".join([word["Text"] for word in words])


def confidence_of(block: Block) -> float | None:
    """0..1, None where none is stated."""
    stated = block.get("Confidence")
    return None if stated is None else share_of(stated)


def share_of(stated: float) -> float:
    """A confidence of Textract's, 0..100, as 0..1, to four digits."""
    share = (stated * 100.0 + 0.5) // 1 / 10000
    return share if 0.0 <= share <= 1.0 else min(max(share, 0.0), 1.0)


def mean_confidence_of(words: Sequence[Block]) -> float | None:
    """The mean of the stated ones, 0..1."""
    stated = [confidence for word in words if (confidence := word.get("Confidence")) is not None]
    return share_of(sum(stated) / len(stated)) if stated else None


def box_of(block: Block, size: Size) -> Box | None:
    """Where the block stands on the displayed page, in points; None when it does not say."""
    try:
        bounding = block["Geometry"]["BoundingBox"]
        left, top = bounding["Left"], bounding["Top"]
        right, bottom = left + bounding["Width"], top + bounding["Height"]
        # Hundredths of a point, rounded this way because round() takes longer than all the rest.
        x, y = size[0] * 100.0, size[1] * 100.0
        return Box(
            (left * x + 0.5) // 1 / 100,
            (top * y + 0.5) // 1 / 100,
            (right * x + 0.5) // 1 / 100,
            (bottom * y + 0.5) // 1 / 100,
        )
    except (KeyError, TypeError):  # something is absent or null
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
    try:
        return [(point["X"] * width, point["Y"] * height) for point in block["Geometry"]["Polygon"]]
    except (KeyError, TypeError):
        return []
