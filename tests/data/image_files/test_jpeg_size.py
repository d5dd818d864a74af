from __future__ import annotations

import io

import pytest
from PIL import Image

from cifar_pipe.data.image_files.jpeg_size import pixels_of


def jpeg(**options: object) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (30, 20)).save(stream, "JPEG", **options)
    return stream.getvalue()


@pytest.mark.parametrize(
    "options",
    [{}, {"progressive": True}, {"comment": b"x" * 9000}, {"exif": b"Exif\0\0" + bytes(9)}],
)
def test_it_is_the_width_times_the_height(options: dict[str, object]) -> None:
    assert pixels_of(jpeg(**options)) == 600


def test_markers_may_be_filled_up() -> None:
    whole = jpeg()
    at = whole.index(b"\xff\xc0")
    assert pixels_of(whole[:at] + b"\xff" * 3 + whole[at:]) == 600


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", jpeg()[:100], b"\xff\xd8" + bytes(50)])
def test_without_a_frame_it_is_not_known(content: bytes) -> None:
    assert pixels_of(content) is None
