"""What reading the files of a dataset shows: sizes, counts, and lines on them for people."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from torch import Tensor

from cifar_pipe.catalog.images.data_facts import Shape
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.data.image_files.decode import for_each_image
from cifar_pipe.data.image_files.reader import ImageReader
from cifar_pipe.data.image_files.sizes import SizeCheck
from cifar_pipe.data.image_files.unusable import UnusableFiles
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.data.thread_pool import Watch
from cifar_pipe.diagnostics.suggest import some

_WIDTH = 80
_MOST_CLASSES = 10
_SAMPLED_CLASSES = 20


@dataclass
class Survey:
    """Of the image files of a dataset.

    `shapes` are those of the images, `[3, h, w]`, with the number of images and the first file of
    each; `inputs` is for each split what its transforms make of all of its images, None where that
    is drawn for each image.
    """

    found: ImageSet
    shapes: Counter[Shape] = field(default_factory=Counter)
    inputs: dict[str, Shape | None] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def lines(self) -> Iterator[str]:
        """For people, of at most 80 columns where names allow it."""
        for name in self.found.files:
            yield from wrapped(f"{name:<6}", classes_in_words(self._per_class(name)))
        yield from wrapped("sizes ", _sizes(self.shapes))
        for note in self.notes:
            yield from wrapped("note  ", note)

    def _per_class(self, split: str) -> dict[str, int]:
        counts = Counter(self.found.labels[split])
        return {name: counts[label] for label, name in enumerate(self.found.classes)}


def survey(settings: DataSettings, found: ImageSet, watch: Watch) -> Survey:
    """Reads every file.

    Raises UnusableFiles with all that cannot be used, and DataBroken for images that reach the
    network in different sizes.
    """
    reader, made, unusable = ImageReader.of(settings.dataset, found.content), Survey(found), []
    firsts: dict[str, dict[Shape, str]] = {}
    for name, files in found.files.items():
        shapes: dict[int, Shape] = {}

        def seen(index: int, image: Tensor, shapes: dict[int, Shape] = shapes) -> None:
            shapes[index] = tuple(image.shape)

        sizes = SizeCheck(settings, name)
        unusable += for_each_image(files, reader, sizes, seen, watch, label=f"read {name}")
        made.shapes.update(shapes.values())
        firsts[name] = {shapes[index]: files[index] for index in sorted(shapes, reverse=True)}
    if unusable:
        raise UnusableFiles(unusable)
    made.inputs = _inputs(settings, firsts)
    made.notes = reader.notes()
    return made


def sample(settings: DataSettings, found: ImageSet) -> Survey:
    """Reads the first image of each class in each split, for 20 classes at most. Raises the same."""
    reader, made = ImageReader.of(settings.dataset, found.content), Survey(found)
    firsts: dict[str, dict[Shape, str]] = {}
    for name, files in found.files.items():
        sizes, firsts[name] = SizeCheck(settings, name), {}
        first_files = dict(zip(reversed(found.labels[name]), reversed(files), strict=True))
        for path in islice(first_files.values(), _SAMPLED_CLASSES):
            shape = tuple(reader.read(path).shape)
            if (wrong := sizes.unusable(path, shape)) is not None:
                raise UnusableFiles([wrong])
            made.shapes[shape] += 1
            firsts[name].setdefault(shape, path)
    made.inputs = _inputs(settings, firsts)
    return made


def _inputs(
    settings: DataSettings, firsts: Mapping[str, Mapping[Shape, str]]
) -> dict[str, Shape | None]:
    return {name: SizeCheck(settings, name).network_input(one) for name, one in firsts.items()}


def classes_in_words(per_class: Mapping[str, int]) -> str:
    counts = list(per_class.values())
    total = "1 image" if sum(counts) == 1 else f"{sum(counts):,} images"
    single = [name for name, count in per_class.items() if count == 1]
    alone = f"; one image only: {some(single)}" if single else ""
    if len(set(counts)) == 1:
        return f"{total}: {counts[0]:,} of each of {len(counts)} classes"
    if len(counts) > _MOST_CLASSES:
        few, many = (end(per_class, key=per_class.__getitem__) for end in (min, max))
        ends = f"{per_class[few]:,} ({few}) to {per_class[many]:,} ({many}) each"
        return f"{total} in {len(counts)} classes, {ends}{alone}"
    return f"{total}: {', '.join(f'{name} {count:,}' for name, count in per_class.items())}{alone}"


def _sizes(shapes: Counter[Shape]) -> str:
    if len(shapes) == 1:
        ((_, height, width),) = shapes
        return f"{height} x {width} (height x width)"
    heights, widths = zip(*(shape[1:] for shape in shapes), strict=True)
    ranges = f"{min(heights)} to {max(heights)} x {min(widths)} to {max(widths)} (height x width)"
    (_, height, width), count = shapes.most_common(1)[0]
    return f"{len(shapes):,} sizes, {ranges}; most often {height} x {width}: {count:,} images"


def wrapped(label: str, text: str) -> Iterator[str]:
    """The text beside its label, and further lines below it."""
    yield from textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=f"  {label} ",
        subsequent_indent=" " * (len(label) + 3),
        break_long_words=False,
        break_on_hyphens=False,
    )
