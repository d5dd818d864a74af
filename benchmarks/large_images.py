"""Folders of images that, decoded, are larger than memory: CIFAR's, drawn larger.

    python benchmarks/large_images.py data/cifar10-images large --mb 400 --times 1 4 16

`large/x4` gets as many JPEGs of 224x224 as are 4 times 400 MB when they are decoded, in two classes, with grain, so that
they are as large as those of photographs (16 kB). There are 1,000 different ones, over and over: what it takes to read
and decode a file does not depend on the others.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 224
BYTES = 3 * SIDE * SIDE
_DIFFERENT = 1000
_GRAIN = 6
_TEST = 64
_CLASSES = "a", "b"


def draw(root: Path, folder: Path, *, megabytes: int, times: Sequence[int]) -> None:
    """`root` has the images that are drawn larger, anywhere below it. Raises SystemExit where it has none."""
    found = sorted(root.rglob("*.jpg"))
    if not found:
        raise SystemExit(f"{root} has no images (*.jpg)")
    step = max(1, len(found) // _DIFFERENT)
    random = np.random.default_rng(0)
    contents = [_larger(path, random) for path in found[::step]]
    for one in times:
        train = one * megabytes * 10**6 // BYTES
        for split, count in (("train", train), ("test", _TEST)):
            for number, content in enumerate(islice(cycle(contents), count)):
                path = folder / f"x{one}" / split / _CLASSES[number % 2] / f"{number:06}.jpg"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)


def _larger(path: Path, random: np.random.Generator) -> bytes:
    file = io.BytesIO()
    with Image.open(path) as image:
        larger = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    grain = random.normal(0, _GRAIN, (SIDE, SIDE, 1))
    pixels = np.clip(np.asarray(larger) + grain, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(file, "JPEG", quality=90)
    return file.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("root", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mb", type=int, default=400)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 4, 16])
    given = parser.parse_args()
    draw(given.root, given.folder, megabytes=given.mb, times=given.times)


if __name__ == "__main__":
    main()
