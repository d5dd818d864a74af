"""From an image of Pillow's, of whatever mode, to its colours as people see them: RGB, 0 to 255."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
from PIL import Image, ImageOps

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)

# TIFF's tags, https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf
_BITS_PER_SAMPLE, _PHOTOMETRIC = 258, 262
_WHITE_IS_ZERO = 0
# Of these, Pillow gives 16-bit greys as mode I.
_DEEP_GREY_IN_I = ("PNG", "PPM")
# Their further pictures are layers or previews of the one that is read.
_ONE_PICTURE = ("PSD", "MPO")


class UnknownRangeError(ValueError):
    """The file does not say which of its numbers is black and which is white."""


def upright(image: Image.Image) -> Image.Image:
    """As the EXIF orientation says it is meant to be seen; as it is, where that cannot be read."""
    turned = None
    # EXIF is written by cameras, and its errors are of many kinds; the pixels are none the worse.
    with contextlib.suppress(Exception):
        turned = ImageOps.exif_transpose(image)
    return turned or image


def has_frames(image: Image.Image) -> bool:
    """Whether it is the first of several frames or pages."""
    return image.format not in _ONE_PICTURE and bool(getattr(image, "is_animated", False))


def flattened(image: Image.Image, background: Colour) -> Image.Image | None:
    """With the background under what is transparent; None where nothing is."""
    if not image.has_transparency_data:
        return None
    rgba = (image.convert("LA") if image.mode == "La" else image).convert("RGBA")
    if rgba.getchannel("A").getextrema()[0] == 255:
        return None
    return Image.alpha_composite(Image.new("RGBA", rgba.size, (*background, 255)), rgba)


def eight_bits(image: Image.Image) -> Image.Image:
    """An image of 12, 16 or 32 bits, or of floats, scaled to 0 to 255 by the range of its kind.

    Raises UnknownRangeError where the kind has no range.
    """
    if image.mode != "F" and not image.mode.startswith("I"):
        return image
    tags: Any = getattr(image, "tag_v2", {})
    highest = _highest(image, tags)
    values = np.asarray(image).astype(np.int64)
    scaled = (values * 255 + highest // 2) // highest
    if tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
        scaled = 255 - scaled
    grey = Image.fromarray(scaled.astype(np.uint8))
    # One value may be transparent: compared before scaling, which makes several values equal.
    if (unseen := image.info.get("transparency")) is not None:
        opaque = np.where(values == unseen, 0, 255).astype(np.uint8)
        grey = Image.merge("LA", (grey, Image.fromarray(opaque)))
    grey.info = {key: value for key, value in image.info.items() if key != "transparency"}
    return grey


def _highest(image: Image.Image, tags: Any) -> int:
    """The number that is white."""
    if image.mode.startswith("I;16"):
        return 4095 if tags.get(_BITS_PER_SAMPLE) == (12,) else 65535
    if image.mode == "I" and image.format in _DEEP_GREY_IN_I:
        return 65535
    kind = "floats" if image.mode == "F" else "signed or 32-bit whole numbers"
    message = f"its pixels are {kind} (mode {image.mode}), and it does not say which is white"
    raise UnknownRangeError(message)
