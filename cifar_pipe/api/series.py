"""What `cifar_pipe.run` gives with `seeds` or `folds`: several runs, and what they have measured together."""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cifar_pipe.api.page import Page
from cifar_pipe.api.result import Result
from cifar_pipe.errors import RunError, UsageError

if TYPE_CHECKING:
    from cifar_pipe.runner.many import Spread


@dataclass(frozen=True, slots=True, repr=False)
class Series:
    """The runs of one pipeline over seeds or folds.

    `results` are the runs by the number of their seed or fold. `metrics` are the numbers that all of them
    have measured, by the id of the evaluation: `series.metrics["evaluate"]["accuracy"].mean`. `seconds`
    are those of computing; None while that is not known. `report` is the page that compares the runs,
    None where they have measured nothing.
    """

    over: Literal["seed", "fold"]
    results: Mapping[int, Result]
    metrics: Mapping[str, Mapping[str, Spread]]
    seconds: Spread | None
    report: Path | None

    def page(self, height: int = 700) -> Page:
        """The page that compares the runs, to be shown in a notebook, so many pixels high.

        Raises RunError where they have measured nothing.
        """
        if self.report is None:
            raise RunError("the runs have measured nothing", help="add an evaluate to the pipeline")
        return Page(self.report.read_text(encoding="utf-8"), height)

    def __repr__(self) -> str:
        lines = (f"{stage}.{name} {_shown(one)}" for stage, name, one in self._numbers())
        return "  ".join((f"Series({self.over}s {', '.join(map(str, self.results))})", *lines))

    def _repr_html_(self) -> str:
        """A table of what each run has measured, with mean and spread, and a link to the page."""
        heads = [self.over, *map(str, self.results), "mean", "std"]
        rows = [
            [f"{stage}.{name}", *map(_number, (*one.values, one.mean, one.std))]
            for stage, name, one in self._numbers()
        ]
        head, *body = (
            "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells)
            for tag, cells in (("th", heads), *(("td", row) for row in rows))
        )
        lines = "".join(f"<tr>{row}</tr>" for row in (head, *body))
        table = f"<table>{lines}</table>"
        if self.report is None:
            return table
        page = html.escape(Path(os.path.relpath(self.report)).as_posix())
        return f'{table}<p><a href="{page}" target="_blank">{page}</a></p>'

    def _numbers(self) -> Iterable[tuple[str, str, Spread]]:
        for stage, values in self.metrics.items():
            for name, one in values.items():
                yield stage, name, one


def checked_seeds(seeds: Iterable[int]) -> list[int]:
    """In their order. Raises UsageError for what are no seeds, or none."""
    found: list[int] = []
    if isinstance(seeds, Iterable) and not isinstance(seeds, str):
        found = [*seeds]
    if not found or not all(type(one) is int and 0 <= one < 2**63 for one in found):
        message = f"seeds are whole numbers from 0 on, below 2^63, not {seeds!r}"
        raise UsageError(message, help="seeds=range(5) or seeds=[0, 7]")
    if len({*found}) < len(found):
        raise UsageError(f"a seed appears twice in {seeds!r}", help="name each once")
    return found


def by_stage(spreads: Iterable[Spread]) -> dict[str, dict[str, Spread]]:
    """Those of evaluations, by the stage and their own name."""
    found: dict[str, dict[str, Spread]] = {}
    for one in spreads:
        stage, dot, name = one.name.partition(".")
        if dot:
            found.setdefault(stage, {})[name] = one
    return found


def _shown(one: Spread) -> str:
    spread = "" if one.std is None else f" ± {_number(one.std)}"
    return f"{_number(one.mean)}{spread}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"
