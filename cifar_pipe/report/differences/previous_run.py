"""The last run of the same name before this one, and what differs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from cifar_pipe.comparison.settings import Setting, difference_of_settings
from cifar_pipe.report.differences.surroundings import surroundings
from cifar_pipe.report.differences.values import value_texts
from cifar_pipe.report.formatting import count, percent
from cifar_pipe.report.language import _, term
from cifar_pipe.report.run_folder import RunFolder, mapping, number_of

# A folder of runs may hold thousands: the last ones are looked at.
_MOST = 200
# How a run ended is told beside, and while a run goes on its own end is not known.
_TOLD_BESIDE = ("status",)


@dataclass(frozen=True)
class PreviousRun:
    """`page` is a link to its page, where that is there. `result` are its accuracy and the change since
    then, in words, empty where one of them is not known.

    `rows` are what differs and may change results, each with its value before and now; `neutral` are
    the names of the settings that change none. `comparable` is false where the settings of one of them
    cannot be read.
    """

    name: str
    page: str | None
    when: str
    status: str
    result: str
    rows: Sequence[tuple[str, str, str]]
    neutral: Sequence[str]
    comparable: bool


def previous_run(folder: RunFolder, evaluation: str | None) -> PreviousRun | None:
    """Looked for beside this run's folder; `evaluation` is the stage whose accuracy is compared. The
    last that is done, or else the last.
    """
    earlier = sorted(_earlier(folder), key=_started)
    if not earlier:
        return None
    done = [one for one in earlier if one.run.get("status") == "done"]
    before = (done or earlier)[-1]
    settings = difference_of_settings(before.path, folder.path)
    around = [
        (term(one.name), *one.values)
        for one in surroundings([before.run, folder.run])
        if one.name not in _TOLD_BESIDE
    ]
    return PreviousRun(
        name=before.path.name,
        page=_page_of(before, folder),
        when=str(before.run.get("started", ""))[:16].replace("T", " "),
        status=str(before.run.get("status", "not known")),
        result=_result(before, folder, evaluation) if evaluation else "",
        rows=[*_rows(settings or ()), *((name, old, new) for name, old, new in around)],
        neutral=[one.name for one in settings or () if not one.changes_results],
        comparable=settings is not None,
    )


def _earlier(folder: RunFolder) -> Iterator[RunFolder]:
    """The runs of this name beside it that were begun before it."""
    here, name, started = folder.path.resolve(), folder.run.get("name"), _started(folder)
    if not name or not started:
        return
    with suppress(OSError):
        beside = [path.parent for path in here.parent.glob("*/run.json") if path.parent != here]
        for path in sorted(beside, key=_changed, reverse=True)[:_MOST]:
            other = RunFolder(path)
            if other.run.get("name") == name and 0 < _started(other) < started:
                yield other


def _changed(path: Path) -> float:
    return (path / "run.json").stat().st_mtime


def _started(folder: RunFolder) -> float:
    """0 where it is not known."""
    with suppress(ValueError):
        return datetime.fromisoformat(str(folder.run.get("started"))).timestamp()
    return 0.0


def _page_of(before: RunFolder, folder: RunFolder) -> str | None:
    page = before.path / before.page
    if not page.is_file():
        return None
    own = (folder.path / folder.page).resolve().parent
    return quote(Path(os.path.relpath(page, own)).as_posix())


def _rows(settings: Sequence[Setting]) -> Iterator[tuple[str, str, str]]:
    for one in settings:
        if one.changes_results:
            before, now = value_texts(one)
            yield one.name, before, now


def _result(before: RunFolder, folder: RunFolder, evaluation: str) -> str:
    """53.1 %, and this one is 1.1 points better."""
    old, new = (
        mapping(mapping(one.run.get("metrics")).get(evaluation)) for one in (before, folder)
    )
    first, last = number_of(old, "accuracy"), number_of(new, "accuracy")
    if first is None or last is None:
        return ""
    if old.get("split") != new.get("split"):
        return _("{share}, of another split", share=percent(first))
    points = round(100 * last, 1) - round(100 * first, 1)
    if abs(points) < 0.05:
        return _("{share}, and this one is as good", share=percent(first))
    by, share = f"{abs(points):.1f}", percent(first)
    words = (
        _("{share}, and this one is {points} points better", share=share, points=by)
        if points > 0
        else _("{share}, and this one is {points} points worse", share=share, points=by)
    )
    if old.get("images") != new.get("images") and (images := number_of(old, "images")):
        words += _("; it was measured on {count} images", count=count(images))
    return words
