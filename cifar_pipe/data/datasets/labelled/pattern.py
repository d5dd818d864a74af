"""ImagePattern: images whose names say what they are, as cat_0012.jpg does."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.datasets.folders.image_search import ImageSearch, not_read, shown_name
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.data.datasets.labelled.labels import ALL, Collector
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.errors import DataBroken, DataUnavailable

_WITHOUT_TEST = "leave the group split out of the pattern, and write test_split: 0.2"


def find_pattern(dataset: Component) -> ImageSet:
    """Raises DataUnavailable where there is no folder, and DataBroken where none of its images has such
    a name.
    """
    root = Path(dataset.get("root")).expanduser()
    if not root.is_dir():
        raise DataUnavailable(f"there is no folder {shown_name(root)}")
    pattern = re.compile(dataset.get("pattern"))
    collector = Collector("names", "pattern", dataset.get("labels"))
    found = collect(root, pattern, collector)
    if not collector.images and not collector.wrong:
        raise DataBroken(
            f"the pattern matches none of the {len(found.others):,} images in {shown_name(root)}, such as "
            f"{shown_name(found.others[0])}",
            help="it has to match the whole name, with the folders below root and the suffix",
            setting=("dataset", "pattern"),
        )
    problems = (*found.search.problems(), *_unmatched(found.others))
    return collector.image_set(
        root, found.search.identities, without_test=_WITHOUT_TEST, problems=problems
    )


class Collected(NamedTuple):
    """What is below a folder; `others` are the names of the images that the pattern does not match."""

    search: ImageSearch
    others: Sequence[str]


def collect(
    root: Path,
    pattern: re.Pattern[str],
    collector: Collector,
    *,
    names: Mapping[str, str] | None = None,
    split: str = ALL,
) -> Collected:
    """Gives the images below the folder to the collector, with the class and the split that their paths say;
    of those that say none, `split`. `names` are the classes of labels that have others.

    Raises DataBroken where there are no images.
    """
    search = ImageSearch([*root.resolve().parents, root])
    paths, start = search.below(root), os.path.join(root, "")  # noqa: PTH118 - as strings
    others = []
    for path in paths:
        name = path.removeprefix(start).replace(os.sep, "/")
        groups = found.groupdict() if (found := pattern.fullmatch(name)) else {}
        if (label := groups.get("label")) is None:
            others.append(name)
            continue
        role: str | None = split
        if "split" in groups:
            role = collector.split_of(groups["split"] or "", name)
        if role is not None:
            collector.add(path, (names or {}).get(label, label), role, name)
    return Collected(search, others)


def _unmatched(names: Sequence[str]) -> Iterator[Problem]:
    if names:
        images = "1 image has a name" if len(names) == 1 else f"{len(names):,} images have names"
        shown = some([shown_name(name) for name in names], 3)
        message = f"{images} that the pattern does not match: {shown}"
        yield not_read(message, "change the pattern, or move them elsewhere")
