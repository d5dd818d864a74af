"""A diagnosis for people, in lines of at most 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from cifar_pipe.data.survey import classes_in_words, wrapped
from cifar_pipe.doctor.diagnose import Diagnosis
from cifar_pipe.report.formatting import aligned

_WIDTH = 80
_MOST_NAMED = 5


def lines(diagnosis: Diagnosis) -> Iterator[str]:
    """What was examined, a table of the findings, and each with its images, its meaning and its mend."""
    plain = diagnosis.plain()
    yield f"{plain['data']}:"
    for name, split in plain["splits"].items():
        per_class = split["per_class"]
        total = f"{split['images']:,} image{'' if split['images'] == 1 else 's'}"
        yield from wrapped(f"{name:<6}", classes_in_words(per_class) if per_class else total)
    if plain["findings"]:
        yield ""
        yield from table(plain["findings"])
    for finding in plain["findings"]:
        yield ""
        yield from _finding(finding)
    for one in plain["not_known"]:
        yield ""
        yield from _wrapped("not known: ", one, indent=2)
    if not plain["findings"]:
        yield "  nothing was found"


def table(findings: list[dict[str, Any]]) -> list[str]:
    """A row for each finding: severity, kind, how many images, and the first of them."""
    rows = [("severity", "finding", "images", "first")]
    for one in findings:
        first, count = (one["groups"] or [[]])[0][:2], len(one["images"])
        named = " = ".join(first) or (one["images"][0]["name"] if count else one["message"])
        rows.append((one["severity"], one["kind"], f"{count:,}" if count else "", named))
    return [_cut(line) for line in aligned(rows, right=(2,))]


def _finding(one: dict[str, Any]) -> Iterator[str]:
    yield from _wrapped("", f"{one['severity']}[{one['kind']}]: {one['message']}", indent=2)
    named = [" = ".join(group) for group in one["groups"]]
    named = named or [
        ": ".join(filter(None, (image["name"], image.get("remark")))) for image in one["images"]
    ]
    yield from (_cut(f"   {name}") for name in named[:_MOST_NAMED])
    if (more := len(named) - _MOST_NAMED) > 0:
        yield f"   and {more:,} more"
    yield from _wrapped("   = ", one["means"], indent=5)
    yield from _wrapped("   = help: ", one["help"], indent=5)


def _wrapped(label: str, text: str, *, indent: int) -> Iterator[str]:
    yield from textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=label,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _cut(line: str) -> str:
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"
