from __future__ import annotations

import random
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image, ImageOps
from torchvision.transforms.functional import pil_to_tensor

from cifar_pipe.catalog.core.component import make
from cifar_pipe.data.image_files.jpegs import decoder
from cifar_pipe.data.image_files.reader import ImageReader, without_warnings
from cifar_pipe.data.image_files.unusable import Unusable, UnusableFiles
from tests.damage import mutated
from tests.data.conftest import picture

SIZE = (9, 5)


def written(path: Path, mode: str, **options: Any) -> Path:
    """A file of random colours in this mode of Pillow's, opaque."""
    colours = np.random.default_rng(0).integers(0, 256, (*SIZE[::-1], 3), dtype=np.uint8)
    image = Image.fromarray(colours)
    image.convert("RGBA" if mode == "PA" else mode).convert(mode).save(path, **options)
    return path


def as_pillow_converts(path: Path) -> torch.Tensor:
    with Image.open(path) as image:
        return pil_to_tensor(image.convert("RGB"))


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("rgb.jpg", "RGB"),
        ("grey.jfif", "L"),
        ("inverted.jpg", "CMYK"),  # as Adobe's programs write it
        ("ycbcr.tif", "YCbCr"),
        ("cmyk.tiff", "CMYK"),
        ("lab.tif", "LAB"),
        ("bilevel.png", "1"),
        ("grey.png", "L"),
        ("palette.png", "P"),
        ("rgba.png", "RGBA"),
        ("grey-alpha.png", "LA"),
        ("palette-alpha.tif", "PA"),
        ("palette.gif", "P"),
        ("rgb.webp", "RGB"),
        ("rgb.bmp", "RGB"),
        ("bilevel.pbm", "1"),
        ("rgba.tga", "RGBA"),
        ("rgb.jp2", "RGB"),
        ("rgba.ico", "RGBA"),
        ("rgb.pcx", "RGB"),
        ("rgb.qoi", "RGB"),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_opaque_images_are_read_as_pillow_converts_them(
    tmp_path: Path, name: str, mode: str
) -> None:
    if mode == "LAB":
        path = tmp_path / name
        pixels = np.random.default_rng(0).integers(0, 256, (5, 9, 3), dtype=np.uint8)
        Image.frombytes("LAB", SIZE, pixels.tobytes()).save(path)
    else:
        path = written(tmp_path / name, mode)
    image = ImageReader().read(path)
    assert image.shape == (3, 5, 9)
    assert torch.equal(image, as_pillow_converts(path))


@pytest.mark.parametrize("name", ["deep.png", "deep.tif", "big.tif", "deep.pgm", "deep.jp2"])
def test_sixteen_bits_are_scaled_to_eight(tmp_path: Path, name: str) -> None:
    values = np.array([[0, 128, 129, 300, 20_000, 32_768, 65_407, 65_535]], dtype=np.uint16)
    image = Image.fromarray(values)
    if name == "big.tif":
        image = Image.frombytes("I;16B", image.size, values.astype(">u2").tobytes())
    options: dict[str, Any] = {"irreversible": False} if name.endswith("jp2") else {}
    image.save(tmp_path / name, **options)
    grey = [0, 0, 1, 1, 78, 128, 255, 255]
    assert ImageReader().read(tmp_path / name)[:, 0].tolist() == [grey] * 3


def tiff(path: Path, data: bytes, *, width: int, bits: int, white_is_zero: bool = False) -> Path:
    """A grey TIFF of one row as scanners and microscopes write it."""
    tags = [
        (256, 4, 1, width),
        (257, 4, 1, 1),
        (258, 3, 1, bits),
        (259, 3, 1, 1),
        (262, 3, 1, 0 if white_is_zero else 1),
        (273, 4, 1, 8 + 2 + 9 * 12 + 4),
        (277, 3, 1, 1),
        (278, 4, 1, 1),
        (279, 4, 1, len(data)),
    ]
    entries = b"".join(
        tag.to_bytes(2, "little") + kind.to_bytes(2, "little") + count.to_bytes(4, "little")
        + value.to_bytes(4, "little")
        for tag, kind, count, value in tags
    )  # fmt: skip
    head = b"II*\0" + (8).to_bytes(4, "little") + len(tags).to_bytes(2, "little")
    path.write_bytes(head + entries + bytes(4) + data)
    return path


def test_twelve_bits_are_scaled_to_eight(tmp_path: Path) -> None:
    # Two pixels in three bytes: 0, 4095, 2048, 1000.
    packed = bytes([0x00, 0x0F, 0xFF, 0x80, 0x03, 0xE8])
    path = tiff(tmp_path / "a.tif", packed, width=4, bits=12)
    assert ImageReader().read(path)[0, 0].tolist() == [0, 255, 128, 62]


def test_where_white_is_zero_it_stays_white(tmp_path: Path) -> None:
    data = np.array([0, 65_535, 257], dtype="<u2").tobytes()
    path = tiff(tmp_path / "a.tif", data, width=3, bits=16, white_is_zero=True)
    assert ImageReader().read(path)[0, 0].tolist() == [255, 0, 254]


def test_sixteen_bits_per_channel_are_scaled_to_eight(tmp_path: Path) -> None:
    """Pillow itself keeps the higher byte of each."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    row = b"\0" + struct.pack(">6H", 0, 300, 65_535, 20_000, 32_768, 257)
    path = tmp_path / "a.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, 16, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(row))
        + chunk(b"IEND", b"")
    )
    assert ImageReader().read(path)[:, 0].T.tolist() == [[0, 1, 255], [78, 128, 1]]


@pytest.mark.parametrize(("name", "mode"), [("a.tif", "F"), ("a.tif", "I"), ("a.pfm", "F")])
def test_numbers_without_a_range_are_refused_with_the_file_s_name(
    tmp_path: Path, name: str, mode: str
) -> None:
    Image.new(mode, SIZE, 3).save(tmp_path / name)
    with pytest.raises(UnusableFiles, match=rf"{name} cannot be read: .*mode {mode}") as caught:
        ImageReader().read(tmp_path / name)
    assert caught.value.help == ("convert such files to 8 or 16 bits per channel",)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
def test_photographs_are_turned_upright(tmp_path: Path, suffix: str, orientation: int) -> None:
    picture(tmp_path / f"a.{suffix}", SIZE)
    exif = Image.Exif()
    exif[274] = orientation
    path = tmp_path / f"turned.{suffix}"
    with Image.open(tmp_path / f"a.{suffix}") as image:
        image.save(path, exif=exif)
    with Image.open(path) as image:
        expected = pil_to_tensor(ImageOps.exif_transpose(image).convert("RGB"))
        lying = pil_to_tensor(Image.open(path).convert("RGB"))
    assert torch.equal(ImageReader().read(path), expected)
    assert torch.equal(ImageReader(apply_exif_orientation=False).read(path), lying)
    if suffix != "tif":  # which Pillow turns by itself
        assert tuple(expected.shape) == ((3, 5, 9) if orientation < 5 else (3, 9, 5))


def test_an_exif_that_cannot_be_read_turns_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", SIZE).save(path, exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert ImageReader().read(path).shape == (3, 5, 9)


def transparent(path: Path) -> Path:
    """Left half opaque blue; right half a hidden red that no viewer shows."""
    pixels = np.zeros((4, 4, 4), dtype=np.uint8)
    pixels[:, :2] = (0, 0, 255, 255)
    pixels[:, 2:] = (255, 0, 0, 0)
    image = Image.fromarray(pixels)
    match path.suffix:
        case ".gif":
            image.save(path)
        case ".tif":
            image.convert("RGBa").convert("RGBA").save(path)
        case _:
            image.save(path, **({"lossless": True} if path.suffix == ".webp" else {}))
    return path


@pytest.mark.parametrize("name", ["a.png", "a.gif", "a.webp", "a.tif"])
def test_what_is_transparent_shows_the_background(tmp_path: Path, name: str) -> None:
    path = transparent(tmp_path / name)
    white = ImageReader()
    assert white.read(path)[:, 0].T.tolist() == [[0, 0, 255]] * 2 + [[255] * 3] * 2
    assert white.transparent == [str(path)]
    green = ImageReader.of(make("dataset", "ImageFolder", root="x", background=[0, 200, 0]))
    assert green.read(path)[:, 0, 3].tolist() == [0, 200, 0]
    grey = ImageReader.of(make("dataset", "ImageFolder", root="x", background=7))
    assert grey.read(path)[:, 0, 3].tolist() == [7, 7, 7]


def test_half_transparent_pixels_are_mixed(tmp_path: Path) -> None:
    Image.new("LA", (1, 1), (0, 128)).save(tmp_path / "a.png")
    assert ImageReader().read(tmp_path / "a.png").flatten().tolist() == [127] * 3


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "I;16"])
def test_one_value_may_be_transparent(tmp_path: Path, mode: str) -> None:
    image = Image.new(mode, (2, 1), 0)
    image.save(tmp_path / "a.png", transparency=(0, 0, 0) if mode == "RGB" else 0)
    assert ImageReader(background=(1, 2, 3)).read(tmp_path / "a.png")[:, 0, 0].tolist() == [1, 2, 3]


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png", "a.tif"])
def test_the_first_of_several_frames_is_read_and_told(tmp_path: Path, name: str) -> None:
    frames = [Image.new("RGB", SIZE, colour) for colour in ("red", "lime", "blue")]
    options = {"lossless": True} if name.endswith("webp") else {}
    frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:], **options)
    reader = ImageReader()
    assert reader.read(tmp_path / name)[:, 0, 0].tolist() == [255, 0, 0]
    assert reader.notes() == [f"{tmp_path / name} has several frames or pages: the first is used"]


def test_jpegs_are_decoded_as_torchvision_does(tmp_path: Path) -> None:
    picture(tmp_path / "a.jpg", (9, 5))
    content = torch.frombuffer(bytearray((tmp_path / "a.jpg").read_bytes()), dtype=torch.uint8)
    with without_warnings():
        theirs = torchvision.io.decode_jpeg(content)
    decode = decoder()
    assert decode is not None
    assert torch.equal(decode(content, False), theirs)
    assert torch.equal(ImageReader().read(tmp_path / "a.jpg"), theirs)


def test_without_torchvisions_decoder_pillow_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(tmp_path / "a.jpg", (9, 5))
    image = ImageReader().read(tmp_path / "a.jpg")
    monkeypatch.setattr("cifar_pipe.data.image_files.reader.decoder", lambda: None)
    assert torch.equal(ImageReader().read(tmp_path / "a.jpg"), image)


def test_an_oversize_image_is_refused_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("PIL.Image.MAX_IMAGE_PIXELS", 20)
    picture(tmp_path / "a.png", SIZE)
    with pytest.raises(UnusableFiles, match=r"a\.png has more than [\d,]+ pixels") as caught:
        ImageReader().read(tmp_path / "a.png")
    assert "make such images smaller" in caught.value.help[0]


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_what_claims_too_many_pixels_is_not_decoded(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """100,000 x 100,000 in a few hundred bytes."""
    picture(tmp_path / name, (64, 64))
    content = bytearray((tmp_path / name).read_bytes())
    if name == "a.jpg":
        at = content.index(b"\xff\xc0") + 5
        content[at : at + 4] = struct.pack(">HH", 65_500, 65_500)
    else:
        head = b"IHDR" + struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
        content[12:33] = head + struct.pack(">I", zlib.crc32(head))
    (tmp_path / name).write_bytes(content)
    monkeypatch.setattr("cifar_pipe.data.image_files.reader.decoder", None)
    with pytest.raises(UnusableFiles, match=rf"{name} has more than [\d,]+ pixels"):
        ImageReader().read(tmp_path / name)


def test_no_more_images_are_decoded_at_once_than_memory_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / f"{number}.jpg" for number in range(5)]
    for path in paths:
        picture(path, (64, 64))
    together: list[int] = []
    decode = ImageReader._jpegs

    def counted(reader: ImageReader, contents: list[bytes]) -> Any:
        together.append(len(contents))
        return decode(reader, contents)

    monkeypatch.setattr(ImageReader, "_jpegs", counted)
    monkeypatch.setattr("cifar_pipe.data.image_files.reader._MOST_AT_ONCE", 2 * 64 * 64)
    with without_warnings():
        images = [*ImageReader().read_block(paths)]
    assert together == [2, 2, 1]
    assert all(isinstance(one, torch.Tensor) and one.shape == (3, 64, 64) for one in images)


@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "tif", "bmp", "webp", "ppm"])
def test_mutated_files_are_read_or_named(suffix: str, tmp_path: Path) -> None:
    path, generator = tmp_path / f"a.{suffix}", random.Random(0)
    picture(path, (8, 8))
    whole = path.read_bytes()
    for _ in range(150):
        path.write_bytes(mutated(whole, generator))
        with without_warnings():
            [image] = ImageReader().read_block([path])
        if isinstance(image, Unusable):
            assert image.path == str(path)
        else:
            assert image.shape[0] == 3


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "CMYK"])
def test_an_image_of_pillows_is_the_same_as_its_file(mode: str, tmp_path: Path) -> None:
    path = written(tmp_path / "one.tif", mode)
    with Image.open(path) as image:
        converted = ImageReader().convert(image)
    assert torch.equal(converted, ImageReader().read(path))


def test_an_image_of_pillows_that_is_transparent_gets_the_background() -> None:
    image = Image.new("RGBA", (2, 2), (10, 20, 30, 0))
    assert ImageReader(background=(1, 2, 3)).convert(image)[:, 0, 0].tolist() == [1, 2, 3]


def test_a_block_of_many_kinds_is_read_as_each_file_alone(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.jpg", "b.png", "c.jpg", "gone.jpg", "d.jpg")]
    for number, path in enumerate(files):
        if "gone" not in path.name:
            picture(path, (20 + number, 20))
    reader = ImageReader()
    with without_warnings():
        block = [*reader.read_block(files)]
        assert [type(one) for one in reader.read_block(files[3:4])] == [Unusable]
    for path, one in zip(files, block, strict=True):
        assert isinstance(one, Unusable) or torch.equal(one, reader.read(path))
