"""What a scanner, a fax machine or a phone does to a page.

Images are arrays of height x width (x 3), 0..255; each effect returns a new one of the same size and type.
"""

import io
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def skew(image: Pixels, degrees: float, paper: int = 255) -> Pixels:
    """Turn the page a little, counter-clockwise, about its middle; what comes into view is `paper`."""
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    border = (paper,) * 3
    return _pixels(cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_AREA, borderValue=border))


def blur(image: Pixels, sigma: float) -> Pixels:
    """Soften as a lens out of focus does; `sigma` in pixels."""
    return _pixels(cv2.GaussianBlur(image, (0, 0), sigma))


def light(image: Pixels, bright: tuple[float, float], darkest: float) -> Pixels:
    """Light the page unevenly: fully at `bright` (x, y in 0..1), falling off to `darkest` (0..1) at the far corner."""
    height, width = image.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    # Squares of distances, the farthest corner's being 1.
    far = (x / width - bright[0]) ** 2 + (y / height - bright[1]) ** 2
    shade = 1 - far * ((1 - darkest) / sum(max(side, 1 - side) ** 2 for side in bright))
    return _pixels(image * (shade if image.ndim == 2 else shade[..., None]))


def fade(image: Pixels, ink: int, paper: int) -> Pixels:
    """Squeeze black..white into `ink`..`paper`: print is never black, paper never white."""
    return _pixels(ink + image * np.float32((paper - ink) / 255))


def noise(image: Pixels, sigma: float, rng: np.random.Generator) -> Pixels:
    """Add the sensor's noise, of standard deviation `sigma` in grey levels."""
    return _pixels(image + rng.standard_normal(image.shape, np.float32) * np.float32(sigma))


def specks(image: Pixels, count: int, rng: np.random.Generator) -> Pixels:
    """Strew `count` grains of dust, a pixel or three wide."""
    dusty = image.copy()
    height, width = image.shape[:2]
    for _ in range(count):
        at = (int(rng.integers(width)), int(rng.integers(height)))
        cv2.circle(dusty, at, int(rng.integers(0, 2)), (int(rng.integers(60, 170)),) * 3, -1)
    return dusty


def bilevel(image: Pixels, threshold: int = 150) -> Image.Image:
    """Black and white, as a fax sends it."""
    return Image.fromarray(image).convert("L").point(lambda level: 255 * (level > threshold)).convert("1")


def jpeg(image: Pixels, quality: int, dpi: int) -> bytes:
    """A JPEG file."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality, dpi=(dpi, dpi))
    return file.getvalue()


def tiff(pages: Sequence[Image.Image], dpi: int) -> bytes:
    """A TIFF file of black and white pages, compressed as ITU-T T.6 (fax group 4)."""
    file = io.BytesIO()
    pages[0].save(
        file, "TIFF", save_all=True, append_images=list(pages[1:]), compression="group4", dpi=(float(dpi), float(dpi))
    )
    return file.getvalue()


def pdf(pages: Sequence[Pixels], quality: int, dpi: int, title: str, on: date) -> bytes:
    """A PDF as an office scanner sends it: a JPEG per page, no text layer."""
    file = io.BytesIO()
    first, *rest = (Image.fromarray(page) for page in pages)
    made = time.struct_time((*on.timetuple()[:3], 9, 30, 0, *on.timetuple()[6:8], 0))
    first.save(
        file,
        "PDF",
        save_all=True,
        append_images=rest,
        resolution=float(dpi),
        quality=quality,
        title=title,
        producer="Office scanner",
        creationDate=made,
        modDate=made,
    )
    return file.getvalue()


def _pixels(levels: Any) -> Pixels:
    pixels: Pixels = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    return pixels
