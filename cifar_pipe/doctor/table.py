"""All that is looked for, in the order in which it is told among findings of one severity."""

from __future__ import annotations

from cifar_pipe.doctor.checks import (
    blank,
    broken,
    classes,
    duplicates,
    files,
    modes,
    near_duplicates,
    sizes,
)
from cifar_pipe.doctor.finding import Check, Kind

# What the collection itself shows; near_duplicates needs the pairs that a search has found.
CHECKS: tuple[Check, ...] = (broken, duplicates, classes, files, blank, sizes, modes)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for module in (broken, duplicates, near_duplicates, classes, files, blank, sizes, modes)
    for kind in module.KINDS
}
