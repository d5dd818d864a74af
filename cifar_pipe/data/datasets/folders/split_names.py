"""Which folders are splits: by the names that people give to splits, in any case."""

from __future__ import annotations

import re

ROLES = {
    "train": "train training trn",
    "val": "val valid validation validate validating dev devel development holdout",
    "test": "test testing tst eval evaluation evaluate",
}
_ROLE_OF = {name: role for role, names in ROLES.items() for name in names.split()}
_ENDINGS = ("dataset", "set", "data", "images")


def role_of(name: str) -> str | None:
    """`train`, `val` or `test` for a folder with a name of that split; None for any other name.

    Other words may stand on one side of it: train_images, testSet, val2017, flowers-dev.
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    words = re.findall(r"[^\W\d_]+", re.sub(r"\bhold\W", "hold", spaced.replace("_", " ")))
    roles = [_ROLE_OF.get(_without_ending(word)) for word in words]
    named = [role for role in roles if role is not None]
    at_an_end = bool(roles) and (roles[0] or roles[-1]) is not None
    return named[0] if len(named) == 1 and at_an_end else None


def _without_ending(word: str) -> str:
    """`trainset` and `testdata` are `train` and `test`."""
    for ending in _ENDINGS:
        if word.removesuffix(ending) in _ROLE_OF:
            return word.removesuffix(ending)
    return word
