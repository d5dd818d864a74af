from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cifar_pipe.doctor.headers import fitting, header_of


def saved(path: Path, image: Image.Image, **how: Any) -> str:
    image.save(path, **how)
    return str(path)


def test_the_format_is_that_of_the_content(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.jpg", Image.new("L", (4, 4)), format="PNG")
    header = header_of(path)
    assert header is not None
    assert (header.format, header.mode, header.bits) == ("PNG", "L", 8)
    assert fitting(".jpg") == fitting(".JPEG") == "JPEG"
    assert fitting(".mpo") == "JPEG"
    assert fitting(".txt") is None


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_sixteen_bits_are_seen(tmp_path: Path, suffix: str) -> None:
    image = Image.fromarray(np.full((4, 4), 40_000, np.uint16))
    header = header_of(saved(tmp_path / f"a{suffix}", image))
    assert header is not None
    assert header.bits == 16


def test_sixteen_bits_of_colours_are_seen_though_pillow_reads_eight(tmp_path: Path) -> None:
    import struct
    import zlib

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + name
            + content
            + struct.pack(">I", zlib.crc32(name + content))
        )

    header = struct.pack(">IIBBBBB", 1, 1, 16, 2, 0, 0, 0)
    rows = zlib.compress(b"\x00" + bytes(6))
    content = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )
    (tmp_path / "a.png").write_bytes(content)
    found = header_of(str(tmp_path / "a.png"))
    assert found is not None
    assert (found.mode, found.bits) == ("RGB", 16)


def test_orientation_frames_and_transparency(tmp_path: Path) -> None:
    image = Image.new("RGB", (4, 4))
    exif = image.getexif()
    exif[0x0112] = 6
    turned = header_of(saved(tmp_path / "a.jpg", image, exif=exif))
    other = Image.new("RGB", (4, 4), "red")
    several = header_of(saved(tmp_path / "a.gif", image, save_all=True, append_images=[other]))
    transparent = header_of(saved(tmp_path / "a.png", Image.new("RGBA", (4, 4))))
    flags = [
        (one.turned, one.several, one.transparent) for one in (turned, several, transparent) if one
    ]
    assert flags == [(True, False, False), (False, True, False), (False, False, True)]


def test_what_is_no_image_has_no_header(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"<html>")
    assert header_of(str(tmp_path / "a.jpg")) is None
    assert header_of(str(tmp_path / "none.jpg")) is None
