"""All trackers of a run: what fails in one of them is a warning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.torch.build import build
from cifar_pipe.events import Events
from cifar_pipe.files import make_own_folder, remove_tree
from cifar_pipe.report.kept_images import SHEET
from cifar_pipe.trackers.tracker import Ending, TrackedRun, Tracker, measured, numbers_in

FOLDER = "trackers"
_PLACE = ("stage", "epoch", "step")


class Trackers:
    """Those of one run, none until it begins.

    Each attempt of a run is tracked from its beginning: the rows of stages that are reused or resumed
    come again, and what an earlier attempt left in the folder is deleted.
    """

    def __init__(self, events: Events) -> None:
        self._events = events
        self._trackers: dict[int, tuple[str, Tracker]] = {}
        self._seen: set[str] = set()

    def begin(
        self, declared: Sequence[Component], name: str, directory: Path, settings: Mapping[str, Any]
    ) -> None:
        """`settings` are by path. Raises OutputError where the run directory cannot be written."""
        folder = directory / FOLDER
        remove_tree(folder)
        if not declared:
            return
        make_own_folder(folder)
        run = TrackedRun(name, directory, folder, settings)
        for index, one in enumerate(declared):
            self._try(index, one.name, partial(build, one, run=run), begins=True)

    def log(self, row: Mapping[str, Any]) -> None:
        """A row of metrics.jsonl, as often as it is written; the second time it is known."""
        key = repr(row)
        if not self._trackers or key in self._seen:
            return
        self._seen.add(key)
        values = dict(numbers_in({k: v for k, v in row.items() if k not in ("stage", "step")}))
        stage, step = str(row["stage"]), int(row.get("step", 0))
        self._each(lambda tracker: tracker.log(stage, step, values))

    def end(self, state: Mapping[str, Any], directory: Path) -> None:
        """`state` is what run.json holds in the end."""
        if not self._trackers:
            return
        stages, own = directory / "stages", directory / FOLDER
        pages = (one for one in directory.rglob("*.html") if not one.is_relative_to(own))
        ending = Ending(
            status=state.get("status", "failed"),
            metrics=measured(state.get("metrics", {})),
            pictures=sorted(one for one in stages.rglob("*.png") if one.name != SHEET),
            files=[*sorted(pages), directory / "resolved.yaml"],
        )
        self._each(lambda tracker: tracker.end(ending))
        self._trackers = {}

    def _each(self, do: Callable[[Tracker], None]) -> None:
        for index, (name, tracker) in [*self._trackers.items()]:
            self._try(index, name, partial(do, tracker))

    def _try(self, index: int, name: str, do: Callable[[], Any], *, begins: bool = False) -> None:
        try:
            made = do()
        except Exception as error:  # noqa: BLE001  whatever somebody's library or server does
            self._trackers.pop(index, None)
            what = str(error).strip().splitlines() or [type(error).__name__]
            self._events.warn(f"{name} failed, and this run continues without it: {what[0]}")
        else:
            if begins:
                self._trackers[index] = name, made
