"""The image files of a data set, by what is done to them before they are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.transform_flow import of_split
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.data.image_files.decode import Prefix
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.data.transforms.chain import fixed_prefix


@dataclass(frozen=True)
class Part:
    """Files of one part of a data set, as it was found, that go through the same transforms first.

    A split that is drawn has some of them: `rows` are its places in `files`, int64 `[n]`, None for all. So
    other draws, by another seed, find the same images kept.
    """

    files: Sequence[str]
    rows: Mapping[str, Tensor | None]
    prefix: Prefix | None
    transforms: Sequence[Component]

    @property
    def name(self) -> str:
        return " and ".join(self.rows)

    @property
    def splits(self) -> Mapping[str, str]:
        """The split of each file."""
        return {
            self.files[row]: name
            for name, rows in self.rows.items()
            for row in (range(len(self.files)) if rows is None else rows.tolist())
        }


def parts_of(found: ImageSet, settings: DataSettings) -> Iterator[Part]:
    """`found` has the splits as they are used."""
    alike: dict[tuple[str, str], dict[str, Sequence[int]]] = {}
    first: dict[tuple[str, str], tuple[Prefix | None, Sequence[Component]]] = {}
    for name, files in found.files.items():
        chain = of_split(settings.transforms, name, training=name == "train")
        prefix, count = fixed_prefix(chain)
        whole, places = found.drawn.get(name, (name, range(len(files))))
        key = whole, str([one.plain() for one in chain[:count]])
        alike.setdefault(key, {})[name] = places
        first[key] = prefix, chain[:count]
    for key, splits in alike.items():
        prefix, transforms = first[key]
        if len(splits) == 1:
            [(name, _)] = splits.items()
            yield Part(found.files[name], {name: None}, prefix, transforms)
            continue
        every = np.concatenate([np.asarray(places) for places in splits.values()])
        by_place = np.argsort(every, kind="stable")
        paths = [path for name in splits for path in found.files[name]]
        rows, start = {}, 0
        ranks = np.empty(len(every), dtype=np.int64)
        ranks[by_place] = np.arange(len(every))
        for name, places in splits.items():
            rows[name] = torch.from_numpy(ranks[start : start + len(places)].copy())
            start += len(places)
        yield Part([paths[index] for index in by_place], rows, prefix, transforms)
