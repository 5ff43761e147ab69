"""What stands where a page's text layer says nothing: a scan pasted under a caption, a table or totals as a picture,
text whose letters are drawn as shapes.

Such a page's layer is sound and not all: the page goes to OCR, and the layer's words join what OCR reads
there (`joined`). That costs the price of an OCR page, so a logo must not do it, nor a background behind text, nor
a plain field of colour. What cannot be ruled out surely (the photo of a product) is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PIL import Image, ImageFilter

from quire.reading.model import Box, Word, around

# The page is looked at on a grid: on US letter a cell is 10 x 12 points, about the height of a line.
_CELLS = 64
# Logos, letterheads and their addresses stand at the top and the bottom of a page (of 200 advertising orders and
# invoices with logos, all do); what a page is about stands between.
_BODY_FROM, _BODY_TO = 0.2, 0.875
# The share of the page that pictures must fill in the body, where no word stands: a sixth of a sheet's width by a
# quarter of its height. QR codes of payment slips (46 mm square) and signatures take less, a table or totals more.
_FEWEST_EMPTY = 0.04
_MOSTLY = 0.5
# And of these cells so many must show something with edges, as letters have; a field of colour, or a shade, has none.
_FEWEST_INKED = 0.2
_EDGE = 32  # of 255 grey levels, between neighbouring pixels
_EDGES = 0.04  # of a cell's pixels
# Letters drawn as shapes: so many stand in two or three lines. A logo or a map's names are fewer.
_FEWEST_LETTERS = 100
_PIXELS = 1200  # of the longer side of the page as drawn: on US letter, type of 5 points is 8 pixels high


def empty_pictures(images: Sequence[Box], words: Iterable[Word], width: float, height: float) -> list[int]:
    """The cells in the body that pictures fill and no word is near, a bit mask for each row of the grid; empty where
    they are too few to be more than decoration.

    Args:
        images: where pictures are, clipped to the page; points.
        words: what the text layer says.
        width, height: of the page; points.
    """
    fewest = _FEWEST_EMPTY * _CELLS * _CELLS
    body = range(round(_BODY_FROM * _CELLS), round(_BODY_TO * _CELLS))
    filled = _masks(images, width, height)
    filled = [filled[row] if row in body else 0 for row in range(_CELLS)]
    if _count(filled) < fewest:
        return []
    near = _masks((_with_leading(word.box) for word in words), width, height)
    empty = [0] * _CELLS
    for image in images:
        # What has words beside it in most of its width is behind text: its margins are no place for any.
        for row, mask in enumerate(_masks([image], width, height)):
            free = mask & ~near[row]
            if row in body and free.bit_count() >= _MOSTLY * mask.bit_count():
                empty[row] |= free
    return empty if _count(empty) >= fewest else []


def drawn_in(cells: Sequence[int], page: Image.Image) -> bool:
    """Whether the page as it shows (grey) has edges in enough of these cells."""
    # The filter leaves the outermost pixels as they are.
    edges = page.filter(ImageFilter.FIND_EDGES).point(lambda level: 255 if level >= _EDGE else 0)
    shares = edges.resize((_CELLS, _CELLS), Image.Resampling.BOX).tobytes()
    inked = sum(
        shares[row * _CELLS + column] >= 255 * _EDGES
        for row, mask in enumerate(cells)
        for column in range(_CELLS)
        if mask >> column & 1
    )
    return inked >= _FEWEST_INKED * _count(cells)


def drawn_letters(letters: Sequence[Box], words: Iterable[Word], width: float, height: float) -> Box | None:
    """Where in the body letters are drawn as shapes and no word is near; None where they are few.

    Args:
        letters: filled shapes with curves, as high as letters.
        words, width, height: as for `empty_pictures`.
    """
    if len(letters) < _FEWEST_LETTERS:
        return None
    near = _masks((_with_leading(word.box) for word in words), width, height)
    free = [
        box
        for box in letters
        if _BODY_FROM * height <= box.centre[1] <= _BODY_TO * height and not _in_cells(near, box, width, height)
    ]
    return around(free) if len(free) >= _FEWEST_LETTERS else None


def scale_to_draw(width: float, height: float) -> float:
    """Pixels for a point, for `drawn_in`."""
    return _PIXELS / max(width, height, 1.0)


def _with_leading(box: Box) -> Box:
    """The box with as much around it as lines and columns of text leave between them."""
    space = box.height
    return Box(box.x0 - space, box.y0 - space, box.x1 + space, box.y1 + space)


def _in_cells(cells: Sequence[int], box: Box, width: float, height: float) -> bool:
    x, y = box.centre
    column, row = int(x * _CELLS / max(width, 1.0)), int(y * _CELLS / max(height, 1.0))
    return bool(cells[min(max(row, 0), _CELLS - 1)] >> min(max(column, 0), _CELLS - 1) & 1)


def _masks(boxes: Iterable[Box], width: float, height: float) -> list[int]:
    rows = [0] * _CELLS
    across, down = _CELLS / max(width, 1.0), _CELLS / max(height, 1.0)
    for box in boxes:
        x0, x1 = (min(max(round(x * across), 0), _CELLS) for x in (box.x0, box.x1))
        y0, y1 = (min(max(round(y * down), 0), _CELLS) for y in (box.y0, box.y1))
        for row in range(y0, y1):
            rows[row] |= (1 << x1) - (1 << x0)
    return rows


def _count(cells: Sequence[int]) -> int:
    return sum(row.bit_count() for row in cells)
