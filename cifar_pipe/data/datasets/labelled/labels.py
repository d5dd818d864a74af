"""From the labels and splits that are written beside images to an ImageSet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from cifar_pipe.data.datasets.folders.image_search import shown_name
from cifar_pipe.data.datasets.folders.split_names import ROLES, role_of
from cifar_pipe.data.datasets.image_set import Content, ImageSet
from cifar_pipe.data.image_files.unusable import Unusable, notes_on
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.diagnostics.suggest import meant
from cifar_pipe.errors import DataBroken

ALL = "all"
"""The split of images of which the test split is drawn."""

_ORDER = (ALL, "train", "val", "test")
_LONGEST_LABEL = 200  # characters
_NUMBER = re.compile(r"[+-]?\d+")


class Labelled(NamedTuple):
    """An image and what is written of it. `where` is the row or the file that says so."""

    path: str
    label: str
    split: str
    where: str


class UnusableRows(DataBroken):
    """Rows that cannot be used, all of them reported at once; `setting` is that of the dataset."""

    def __init__(self, rows: Sequence[Unusable], what: str, place: str) -> None:
        message, notes = notes_on(rows)
        if len(rows) > 1:
            message = f"{len(rows):,} {what} cannot be used"
        help_ = tuple(dict.fromkeys(one.help for one in rows if one.help))
        super().__init__(message, help=help_, notes=notes, setting=("dataset", place))


@dataclass
class Collector:
    """Takes images with their labels one by one, and notes what is wrong with them.

    `known` are the labels that there may be, in the order of their classes; None where all count.
    `what` are the rows in words: `rows of labels.csv`; `place` is the argument that names them.
    """

    what: str
    place: str
    known: Sequence[str] | None = None
    images: list[Labelled] = field(default_factory=list)
    wrong: list[Unusable] = field(default_factory=list)
    _labels: dict[str, str] = field(default_factory=dict)
    _refused: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, path: str, label: str, split: str, where: str) -> None:
        if label not in self._labels and label not in self._refused:
            self._look_at(label)
        if problem := self._refused.get(label):
            self.wrong.append(Unusable(where, *problem))
        else:
            self.images.append(Labelled(path, self._labels[label], split, where))

    def refuse(self, where: str, why: str, help_: str = "") -> None:
        self.wrong.append(Unusable(where, why, help_))

    def split_of(self, written: str, where: str) -> str | None:
        """The split of a name that is written for it; None, with a note, where it is none."""
        role = role_of(written)
        if role is None:
            names = ", ".join(next(iter(names.split())) for names in ROLES.values())
            why = f"has the split {shown_name(written)!r}" if written.strip() else "has no split"
            self.refuse(where, why, f"a split is one of {names}, or another common name of these")
        return role

    def image_set(
        self,
        root: Path,
        identities: Mapping[str, int],
        *,
        without_test: str,
        content: Content | None = None,
        beside: Sequence[str] = (),
        problems: Iterable[Problem] = (),
        by_class: bool = True,
    ) -> ImageSet:
        """All of them by split, and in the order of their classes unless `by_class` is false.
        `without_test` is what to do where there is no test split.

        Raises UnusableRows with all that is wrong, and DataBroken where too little is left.
        """
        if self.wrong:
            raise UnusableRows(self.wrong, self.what, self.place)
        classes = self._classes()
        number = {name: label for label, name in enumerate(classes)}
        files: dict[str, list[str]] = {}
        labels: dict[str, list[int]] = {}
        if by_class:
            self.images.sort(key=lambda one: number[one.label])
        for one in self.images:
            files.setdefault(one.split, []).append(one.path)
            labels.setdefault(one.split, []).append(number[one.label])
        self._check_splits(files, without_test)
        if "val" in files and "test" not in files:
            # The only part that is held out is for testing.
            files["test"], labels["test"] = files.pop("val"), labels.pop("val")
        order = [name for name in _ORDER if name in files]
        return ImageSet(
            root,
            classes,
            {name: files[name] for name in order},
            {name: labels[name] for name in order},
            identities,
            (*problems, *self._repeated()),
            content,
            tuple(beside),
            self.place,
        )

    def _look_at(self, written: str) -> None:
        # macOS writes é as two characters, Linux as one.
        label = unicodedata.normalize("NFC", written.strip())
        if not label:
            self._refused[written] = "has no label", "write the class of each image"
        elif len(label) > _LONGEST_LABEL:
            why = f"has a label of {len(label):,} characters"
            self._refused[written] = why, f"a label has at most {_LONGEST_LABEL}"
        elif self.known is not None and label not in self.known:
            why = f"has the label `{shown_name(label)}`, which `labels` does not name"
            help_ = meant(label, self.known) or "add it to labels, or leave labels out"
            self._refused[written] = why, help_
        else:
            self._labels[written] = shown_name(label)

    def _classes(self) -> tuple[str, ...]:
        """In the order of `labels`, of numbers, or of text."""
        if self.known is not None:
            return tuple(map(shown_name, self.known))
        found = {one.label for one in self.images}
        if all(_NUMBER.fullmatch(label) for label in found):
            # `01` and `1` are two labels.
            classes = tuple(sorted(found, key=lambda label: (int(label), label)))
        else:
            classes = tuple(sorted(found))
        if len(classes) < 2:
            only = f"only one label, {classes[0]}, in" if classes else "no"
            raise DataBroken(
                f"there are {only} {self.what}" if not classes else f"there is {only} {self.what}",
                help="a classifier needs two classes or more",
                setting=("dataset", self.place),
            )
        return classes

    def _check_splits(self, files: Mapping[str, list[str]], without_test: str) -> None:
        if ALL in files or ("train" in files and {"test", "val"} & files.keys()):
            return
        absent = "train" if "train" not in files else "test or val"
        raise DataBroken(
            f"there are no {self.what} of the split {absent}, only of {' and '.join(files)}",
            help=without_test,
            setting=("dataset", self.place),
        )

    def _repeated(self) -> list[Problem]:
        """Images that appear twice with one label in one split: what else is twice is a leak."""
        first: dict[tuple[str, str, str], str] = {}
        twice = []
        for one in self.images:
            key = (one.path, one.label, one.split)
            if key in first:
                twice.append((first[key], one))
            else:
                first[key] = one.where
        if not twice:
            return []
        many = f"{len(twice):,} {self.what} name images" if len(twice) > 1 else "an image is named"
        message = f"{many} again: they count more than once"
        if len(twice) == 1:
            message = "an image is named again, and counts twice"
        notes = tuple(
            f"{one.where} names {shown_name(one.path)}, as {earlier} does"
            for earlier, one in twice[:5]
        )
        help_ = "remove the repeated rows"
        return [Problem(message, (self.place,), "repeated", help_, notes)]
