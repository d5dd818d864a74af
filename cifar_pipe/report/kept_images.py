"""The images that an evaluation keeps for the page: the worst mistakes, some of every kind of mistake,
and a sample of all classes.
"""

from __future__ import annotations

import base64
import functools
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from cifar_pipe.files import write_bytes, write_json
from cifar_pipe.report.run_folder import StageFolder
from cifar_pipe.report.tables.answer_table import Answer

if TYPE_CHECKING:  # Who reads the images needs no torch.
    import torch

    from cifar_pipe.data.batches import Data

WORST = 24
OF_EACH_PAIR = 8
# Of so many kinds of mistake there are as many images as OF_EACH_PAIR; of the others some.
PAIRS = 12
LARGEST_SIDE = 64
# On the page an image takes about 1 kB at 32 pixels, 2 kB at 64.
MOST, MOST_LARGE = 480, 280
_COLUMNS = 20
SHEET, _PLACES = "kept_images.png", "kept_images.json"


@dataclass(frozen=True)
class Kept:
    """`uris` are the images by their place in the split; `sample` are those that stand for all classes,
    in the order in which they were drawn.
    """

    uris: Mapping[int, str]
    sample: Sequence[int]


def chosen(answers: Sequence[Answer], *, most: int = MOST) -> list[int]:
    """The places of the images that mistakes are shown by, at most `most`, the most wanted first.

    First those of the highest loss, then some of each class taken for another, the most frequent
    first, and of each class's right ones those of the highest loss.
    """
    by_loss = sorted(answers, key=lambda one: (-one.loss, one.index))
    pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in by_loss:
        pairs[one.label, one.predicted].append(one.index)
    wrong = sorted(
        (indices for (label, predicted), indices in pairs.items() if label != predicted),
        key=lambda indices: -len(indices),
    )
    right = [indices for (label, predicted), indices in pairs.items() if label == predicted]
    wanted = [one.index for one in by_loss if not one.is_right][:WORST]
    for indices in wrong[:PAIRS]:
        wanted += indices[:OF_EACH_PAIR]
    for turn in range(OF_EACH_PAIR):
        wanted += [indices[turn] for indices in (*wrong, *right) if turn < len(indices)]
    return list(islice(dict.fromkeys(wanted), most))


def keep(answers: Sequence[Answer], data: Data, split: str, folder: StageFolder, seed: int) -> None:
    """Writes the images as one picture, with a table of where each is in it, into the stage's folder."""
    from cifar_pipe.training.evaluation.sample import balanced  # noqa: PLC0415 (torch)

    labels = data.splits[split].labels
    sample = balanced(labels, max(20, min(40, data.num_classes or 0)), seed=seed)
    width, height = _size(data, split)
    most = MOST if max(width, height) <= 40 else MOST_LARGE
    indices = list(dict.fromkeys([*sample, *chosen(answers, most=most)]))
    tiles = (data.pictures(split, [index])[0] for index in indices)
    write_sheet(folder.path, tiles, indices, size=(width, height), sample=sample)


def write_sheet(
    folder: Path,
    images: Iterable[torch.Tensor],
    indices: Sequence[int],
    *,
    size: tuple[int, int],
    sample: Sequence[int] = (),
) -> None:
    """Writes images uint8 `[3, h, w]`, each made of this size (width, height), with the index of each."""
    width, height = size
    rows = -(-len(indices) // _COLUMNS)
    sheet = Image.new("RGB", (width * _COLUMNS, height * rows))
    for place, image in enumerate(images):
        sheet.paste(_tile(image, size), (place % _COLUMNS * width, place // _COLUMNS * height))
    content = io.BytesIO()
    # Photographs become no smaller at a higher level, in twice the time.
    sheet.save(content, "PNG", compress_level=1)
    write_bytes(folder / SHEET, content.getvalue())
    places = {"width": width, "height": height, "indices": [*indices], "sample": [*sample]}
    write_json(folder / _PLACES, places)


def kept(folder: StageFolder) -> Kept:
    """What `keep` has left: images as data URIs; nothing where it left nothing, or it is damaged."""
    places = folder.mapping(_PLACES)
    indices, sample = places.get("indices"), places.get("sample")
    if not isinstance(indices, list) or not isinstance(sample, list) or not folder.has(SHEET):
        return Kept({}, [])
    try:
        size = int(places["width"]), int(places["height"])
        sheet = (folder.path / SHEET).read_bytes()
        uris = dict(zip(indices, _uris(sheet, size, len(indices)), strict=False))
    except (OSError, KeyError, TypeError, ValueError):
        return Kept({}, [])
    return Kept(uris, [index for index in sample if index in uris])


# A page shows them in several places, and is written again when the run has ended.
@functools.lru_cache(maxsize=4)
def _uris(png: bytes, size: tuple[int, int], count: int) -> Sequence[str]:
    width, height = size
    with Image.open(io.BytesIO(png)) as opened:
        sheet = opened.convert("RGB")
    corners = (
        (left, top)
        for top in range(0, sheet.height, height)
        for left in range(0, sheet.width, width)
    )
    return [
        _uri(sheet.crop((left, top, left + width, top + height)))
        for left, top in islice(corners, count)
    ]


def _uri(tile: Image.Image) -> str:
    content = io.BytesIO()
    tile.save(content, "WEBP", quality=88, method=2)
    return f"data:image/webp;base64,{base64.b64encode(content.getvalue()).decode()}"


def _size(data: Data, split: str) -> tuple[int, int]:
    """Of a kept image: that of the first one, its longer side at most 64 pixels."""
    height, width = data.pictures(split, [0]).shape[-2:]
    factor = min(1.0, LARGEST_SIDE / max(height, width))
    return max(1, round(width * factor)), max(1, round(height * factor))


def _tile(image: torch.Tensor, size: tuple[int, int]) -> Image.Image:
    """A uint8 image `[3, H, W]`, made smaller; what is of another form loses its edges."""
    picture = Image.fromarray(image.permute(1, 2, 0).contiguous().cpu().numpy())
    return picture if picture.size == size else ImageOps.fit(picture, size)
