"""The values of a setting in words, as short as tells them apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cifar_pipe.comparison.settings import ABSENT, Setting
from cifar_pipe.report.formatting import in_words
from cifar_pipe.report.language import _

NOTHING = "–"


def value_texts(setting: Setting) -> list[str]:
    """Of lists only what not all of them have."""
    if all(isinstance(one, list) for one in setting.values):
        return _lists(setting.values)
    return [value_text(one) for one in setting.values]


def value_text(value: Any) -> str:
    match value:
        case value if value is ABSENT:
            return NOTHING
        case None:
            return _("none")
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case dict():
            shown = {name: _plain(one) for name, one in value.items()}
            return in_words(shown)
        case list():
            return in_words([_plain(one) for one in value])
        case _:
            return str(value)


def _plain(value: Any) -> Any:
    """With its numbers as text."""
    match value:
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case list():
            return [_plain(one) for one in value]
        case _:
            return value_text(value)


def _lists(values: Sequence[list[Any]]) -> list[str]:
    """`… + RandomCrop, size 32` where the others have that item not; the order counts."""
    texts = [[value_text(item) for item in one] for one in values]
    common = [item for item in texts[0] if all(item in one for one in texts)]
    own = [[item for item in one if item not in common] for one in texts]
    shared = [[item for item in one if item in common] for one in texts]
    if not common or any(one != shared[0] for one in shared):
        return ["; ".join(one) or _("(empty)") for one in texts]
    return [f"… + {'; '.join(one)}" if one else "…" for one in own]
