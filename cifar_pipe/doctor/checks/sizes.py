"""Images whose size or aspect is unlike that of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median

from cifar_pipe.doctor.collection import Collection
from cifar_pipe.doctor.finding import DataFinding, Kind
from cifar_pipe.doctor.words import images

# Of all images: then one size is meant, and other sizes are odd.
_NEARLY_ALL = 0.9
_TIMES_THE_AREA = 16
_TIMES_THE_ASPECT = 2

SIZE = Kind(
    "size",
    "warning",
    "thumbnails, crops or pictures of something else among the others; loading needs one size",
    "look at them; if they belong there, bring all to one size with Resize in the transforms",
)
ASPECT = Kind(
    "aspect",
    "warning",
    "a Resize to a square distorts them, and a crop keeps a small part",
    "look at them: banners and strips are often no image of the class",
)
SIZES = Kind(
    "sizes",
    "note",
    "a batch needs images of one size",
    "the transforms need a Resize and a CenterCrop, or for training a RandomResizedCrop",
)
KINDS = (SIZE, ASPECT, SIZES)


def check(collection: Collection) -> Iterator[DataFinding]:
    sizes = {index: pixels.size for index, _, pixels in collection.usable()}
    if len(counts := Counter(sizes.values())) < 2:
        return
    usual, count = counts.most_common(1)[0]
    middle = median(_aspect(one) for one in sizes.values())
    long = {
        index: size
        for index, size in sizes.items()
        if not 1 / _TIMES_THE_ASPECT <= _aspect(size) / middle <= _TIMES_THE_ASPECT
    }
    if count >= _NEARLY_ALL * len(sizes):
        odd = {i: size for i, size in sizes.items() if size != usual and i not in long}
        words = f"not of {_shown(usual)} (height x width), as the others are"
    else:
        area = median(height * width for height, width in sizes.values())
        odd = {
            i: size
            for i, size in sizes.items()
            if not 1 / _TIMES_THE_AREA <= size[0] * size[1] / area <= _TIMES_THE_AREA
        }
        words = (
            f"less than a {_TIMES_THE_AREA}th or more than {_TIMES_THE_AREA} times as large as most"
        )
        message = f"images of {len(counts):,} sizes, most often {_shown(usual)} (height x width)"
        yield DataFinding(SIZES, message)
    for kind, found, what in ((SIZE, odd, words), (ASPECT, long, "much longer than the others")):
        if found:
            remarks = [_shown(size) for size in found.values()]
            yield DataFinding(kind, f"{images(len(found))} {what}", [*found], remarks=remarks)


def _aspect(size: tuple[int, int]) -> float:
    return size[1] / size[0]


def _shown(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]}"
