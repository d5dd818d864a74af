"""Images of a single colour."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.doctor.collection import Collection
from cifar_pipe.doctor.finding import DataFinding, Kind
from cifar_pipe.doctor.words import images

# In levels of 0 to 255: what compression leaves of one colour.
_MOST_SPREAD = 2

BLANK = Kind(
    "blank",
    "warning",
    "there is nothing to learn from them, and what is asked of them can only be guessed",
    "remove them; if they are many, look at what made them: a camera, a conversion, a crop",
)
KINDS = (BLANK,)


def check(collection: Collection) -> Iterator[DataFinding]:
    found = [index for index, _, pixels in collection.usable() if pixels.spread <= _MOST_SPREAD]
    if found:
        are = "is" if len(found) == 1 else "are"
        yield DataFinding(BLANK, f"{images(len(found))} {are} of one colour", found)
