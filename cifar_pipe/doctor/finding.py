"""What is found of images: a kind, with what it means and how it is mended, and the images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from cifar_pipe.doctor.collection import Collection

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Kind:
    """An `error` spoils a training or its results, a `warning` probably does, a `note` is handled
    and good to know.
    """

    name: str
    severity: Severity
    means: str
    mend: str


@dataclass(frozen=True, slots=True)
class DataFinding:
    """`images` are those concerned, by their indices; `groups` are sets of images that belong
    together, that which is concerned first; `names` what is no image: files, classes.
    """

    kind: Kind
    message: str
    images: Sequence[int] = ()
    groups: Sequence[Sequence[int]] = ()
    names: Sequence[str] = ()
    # Of each image or name what is said of it alone, in the same order; empty where nothing is.
    remarks: Sequence[str] = ()


class Check(Protocol):
    """A module that looks for kinds of findings: a row of doctor/table.py."""

    @property
    def KINDS(self) -> Sequence[Kind]: ...  # noqa: N802

    def check(self, collection: Collection, /) -> Iterator[DataFinding]: ...
