"""Plants faults into a folder of images, and says what is to be found.

    python -m tests.doctor.planting FOLDER COUNT

plants COUNT faults of each kind into a copy of a data set (`FOLDER/{train,test}/CLASS/*.jpg`), examines
it, and prints for each kind how many were found, and what else was found than before.
"""

from __future__ import annotations

import io
import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

Edit = Callable[[Image.Image], Image.Image]


def recompressed(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=40)
    return Image.open(buffer).convert("RGB")


def cropped(image: Image.Image) -> Image.Image:
    width, height = image.size
    return image.crop((1, 1, width - 1, height - 1)).resize(image.size, Image.Resampling.BICUBIC)


# What makes a copy that is nearly the same.
EDITS: tuple[Edit, ...] = (
    recompressed,
    cropped,
    lambda image: ImageEnhance.Brightness(image).enhance(1.25),
    lambda image: ImageEnhance.Contrast(image).enhance(0.7),
    lambda image: ImageEnhance.Color(image).enhance(0.2),
    lambda image: image.resize((2 * image.width, 2 * image.height), Image.Resampling.BICUBIC),
    lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    lambda image: image.filter(ImageFilter.GaussianBlur(0.7)),
)


@dataclass
class Planted:
    """`names` are the images that a kind of finding is to name, as paths below the root; `used` are all
    images that have a part in a fault.
    """

    root: Path
    names: dict[str, set[str]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def add(self, kind: str, path: Path) -> None:
        self.names.setdefault(kind, set()).add(self.use(path))

    def use(self, path: Path) -> str:
        name = path.relative_to(self.root).as_posix()
        self.used.add(name)
        return name


class Planter:
    """Takes each image for one fault only, so that faults do not mix."""

    def __init__(self, root: Path, *, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self.planted = Planted(root)
        self._left = {
            split: self._random.sample(found, len(found))
            for split in ("train", "test")
            if (found := sorted((root / split).glob("*/*.jpg")))
        }

    def plant(self, count: int) -> Planted:
        """`count` faults of each kind, into files of their own."""
        for number in range(count):
            for kind, fault in FAULTS.items():
                for path in fault(self, number):
                    self.planted.add(kind, path)
        return self.planted

    def take(self, split: str = "train") -> Path:
        path = self._left[split].pop()
        self.planted.use(path)
        return path

    def new(self, split: str, class_: str, suffix: str = ".jpg") -> Path:
        """A free name beside other images."""
        number = self._random.getrandbits(48)
        return self.planted.root / split / class_ / f"z{number:012x}{suffix}"

    def other_class(self, path: Path) -> str:
        names = sorted(one.name for one in path.parent.parent.iterdir() if one.is_dir())
        return self._random.choice([name for name in names if name != path.parent.name])


def copied(path: Path, target: Path) -> Path:
    shutil.copyfile(path, target)
    return target


def edited(path: Path, target: Path, number: int) -> Path:
    EDITS[number % len(EDITS)](Image.open(path).convert("RGB")).save(target, quality=95)
    return target


def broken(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    content = path.read_bytes()
    match number % 4:
        case 0:
            path.write_bytes(content[: len(content) // 2])
        case 1:
            path.write_bytes(b"")
        case 2:
            path.write_bytes(b"<!DOCTYPE html><title>404</title>")
        case 3:
            path.write_bytes(os.urandom(500))
    yield path


def leak(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    yield copied(path, planter.new("test", path.parent.name))


def near_leak(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    yield edited(path, planter.new("test", path.parent.name), number)


def conflict(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    yield copied(path, planter.new("train", planter.other_class(path)))


def near_conflict(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    yield edited(path, planter.new("train", planter.other_class(path)), number)


def duplicate(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    yield copied(path, planter.new("train", path.parent.name))


def near_duplicate(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    yield edited(path, planter.new("train", path.parent.name), number)


def suffix(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    Image.open(path).save(path, ("PNG", "BMP", "WEBP")[number % 3])
    yield path


def skipped(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    yield path.rename(path.with_suffix((".heic", "", ".jpg_", ".txt")[number % 4]))


def orientation(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    image = Image.open(path)
    exif = image.getexif()
    exif[0x0112] = 2 + number % 7
    image.save(path, exif=exif, quality=95)
    yield path


def mode(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    Image.open(path).convert(("L", "CMYK")[number % 2]).save(path, quality=95)
    yield path


def depth(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    grey = np.asarray(Image.open(path).convert("L")).astype(np.uint16) * 257
    path.unlink()
    Image.fromarray(grey).save(path.with_suffix(".png"))
    yield path.with_suffix(".png")


def transparent(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    image = Image.open(path).convert("RGBA")
    image.putpixel((0, 0), (0, 0, 0, 0))
    path.unlink()
    image.save(path.with_suffix(".png"))
    yield path.with_suffix(".png")


def frames(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    image = Image.open(path).convert("RGB")
    turned = image.transpose(Image.Transpose.ROTATE_180)
    path.unlink()
    image.save(path.with_suffix(".gif"), save_all=True, append_images=[turned])
    yield path.with_suffix(".gif")


def size(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    side = (8, 20, 48, 200)[number % 4]
    Image.open(path).resize((side, side)).save(path, quality=95)
    yield path


def aspect(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    Image.open(path).resize(((160, 32), (20, 90))[number % 2]).save(path, quality=95)
    yield path


def blank(planter: Planter, number: int) -> Iterator[Path]:
    path = planter.take()
    colour = tuple(random.Random(number).randrange(256) for _ in range(3))
    Image.new("RGB", (32, 32), colour).save(path)
    yield path


FAULTS: dict[str, Callable[[Planter, int], Iterator[Path]]] = {
    "broken": broken,
    "leak": leak,
    "near-leak": near_leak,
    "conflict": conflict,
    "near-conflict": near_conflict,
    "duplicate": duplicate,
    "near-duplicate": near_duplicate,
    "suffix": suffix,
    "skipped": skipped,
    "orientation": orientation,
    "mode": mode,
    "depth": depth,
    "transparent": transparent,
    "frames": frames,
    "size": size,
    "aspect": aspect,
    "blank": blank,
}


def draw_images(root: Path, *, train: int, test: int, classes: int = 3, seed: int = 0) -> Path:
    """Images of random shapes and textures, no two alike: so many of each class in each split."""
    generator = np.random.default_rng(seed)
    for split, count in (("train", train), ("test", test)):
        for class_ in ("cat", "dog", "frog")[:classes]:
            folder = root / split / class_
            folder.mkdir(parents=True)
            for number in range(count):
                coarse, fine = (
                    Image.fromarray(generator.integers(0, 256, (side, side, 3), np.uint8)).resize(
                        (32, 32), Image.Resampling.BICUBIC
                    )
                    for side in (4, 16)
                )
                Image.blend(coarse, fine, 0.4).save(folder / f"{number:04}.jpg", quality=95)
    return root


def main(root: Path, count: int) -> None:
    import resource
    import time

    from cifar_pipe.data.image_files.reader import ImageReader
    from cifar_pipe.data.thread_pool import Uninterrupted
    from cifar_pipe.doctor.diagnose import diagnose
    from cifar_pipe.doctor.examine import examine_files
    from cifar_pipe.doctor.listing import list_folder
    from tests.kit import RecordedEvents

    watch = Uninterrupted(RecordedEvents())

    def found() -> tuple[dict[str, set[str]], int]:
        listing = list_folder(root)
        plain = diagnose(examine_files(listing, ImageReader(), watch), watch).plain()
        named = {
            one["kind"]: {image["name"] for image in one["images"]}
            | {name for group in one["groups"] for name in group}
            for one in plain["findings"]
        }
        return named, len(listing.files)

    before, _ = found()
    planted = Planter(root).plant(count)
    wall, processor = time.monotonic(), time.process_time()
    after, files = found()
    wall, processor = time.monotonic() - wall, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{files:,} files: {wall:.1f} s, {processor:.1f} s of processors, {peak:.0f} MiB")
    for kind, names in planted.names.items():
        there = len(names & after.get(kind, set()))
        print(f"{kind:15} {there:3} of {len(names):3} found")
    for kind, names in after.items():
        others = names - before.get(kind, set()) - planted.used
        print(f"{kind:15} {len(names):5} named, {len(others):3} neither planted nor there before")


if __name__ == "__main__":
    import sys

    main(Path(sys.argv[1]), int(sys.argv[2]))
