"""The size of an image as its header claims it: a few hundred bytes may become gigabytes."""

from __future__ import annotations

import io
from math import prod

from PIL import Image

from cifar_pipe.data.image_files import formats


def pixels_claimed(content: bytes) -> int:
    """0 where the header cannot be read: then nothing is decoded, and the reader says why."""
    try:
        with Image.open(io.BytesIO(content), formats=formats.formats()) as image:
            return prod(image.size)
    except Image.DecompressionBombError:
        return 2 * (Image.MAX_IMAGE_PIXELS or 0) + 1
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - decoders raise what they like of broken files
        return 0
