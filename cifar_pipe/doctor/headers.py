"""What the beginning of an image file says: format, mode, bits, orientation."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image

from cifar_pipe.data.image_files import formats
from cifar_pipe.data.image_files.pixels import has_frames
from cifar_pipe.doctor.collection import Header

_ORIENTATION = 0x0112
_BITS_PER_SAMPLE = 258
_UPRIGHT = 1
# https://www.w3.org/TR/png/#11IHDR: after the signature and the chunk's length, name, width and height.
_PNG_BITS = 24


def header_of(file: str | bytes) -> Header | None:
    """Of an image file, or of its content; None where it cannot be opened as an image."""
    try:
        source = io.BytesIO(file) if isinstance(file, bytes) else file
        with Image.open(source, formats=formats.formats()) as image:
            return Header(
                # Photographs of some cameras, JPEGs with previews.
                "JPEG" if image.format == "MPO" else image.format or "",
                image.mode,
                _bits(image, file),
                image.getexif().get(_ORIENTATION, _UPRIGHT) in range(2, 9),
                has_frames(image),
                image.has_transparency_data,
            )
    except Exception:  # noqa: BLE001 - decoders raise what they like of broken files
        return None


def fitting(suffix: str) -> str | None:
    """The format that files with this suffix (`.jpg`) have; None where the suffix is no image's."""
    Image.init()
    found = Image.registered_extensions().get(suffix.lower())
    return "JPEG" if found == "MPO" else found


def _bits(image: Image.Image, file: str | bytes) -> int:
    match image.mode:
        case "1":
            return 1
        case "I" | "F":
            # Pillow gives the greys of 16-bit PNGs as 32.
            return 16 if image.format in ("PNG", "PPM") else 32
        case mode if mode.startswith("I;16"):
            return 16
    if image.format == "PNG":
        # It makes 8 bits of 16-bit colours without a word.
        return max(8, _beginning(file)[_PNG_BITS])
    tags: Any = getattr(image, "tag_v2", {})
    bits: int = max(8, *tags.get(_BITS_PER_SAMPLE, (8,)))
    return bits


def _beginning(file: str | bytes) -> bytes:
    if isinstance(file, bytes):
        return file
    with Path(file).open("rb") as opened:
        return opened.read(_PNG_BITS + 1)
