"""find_lr: a table of learning rates and losses, and two of them as suggestions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import asdict, astuple
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.errors import RunError
from cifar_pipe.files import write_json, write_text
from cifar_pipe.stages.find_lr.spec import FindLr
from cifar_pipe.training.trials.learning_rates import RangeTest, range_test


def run(spec: FindLr, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    test = range_test(inputs["model"], inputs["data"], spec, context)
    if not test.points:
        raise RunError(
            f"{test.stopped}, in the first step", help="a smaller start_lr, or look at the images"
        )
    write_text(context.folder / "find_lr.csv", _table(test))
    write_json(context.folder / "find_lr.json", _plain(spec, test))
    for line in _lines(spec, test):
        context.events.say(f"{context.stage}: {line}")
    return {}


def _plain(spec: FindLr, test: RangeTest) -> dict[str, Any]:
    found = test.suggestion
    return {
        "for": spec.for_stage,
        "suggested": found.lr if found else None,
        "steepest": found.steepest if found else None,
        "lowest": asdict(found.lowest) if found else None,
        "begins": test.begins,
        "stopped": test.stopped,
        "points": [asdict(point) for point in test.points],
    }


def _table(test: RangeTest) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["lr", "loss", "smoothed"])
    writer.writerows(astuple(point) for point in test.points)
    return text.getvalue()


def _lines(spec: FindLr, test: RangeTest) -> Iterator[str]:
    found, last = test.suggestion, test.points[-1]
    begins = f"{len(test.points)} steps, the loss begins at {test.begins:.4g}"
    ending = f"; ended at {last.lr:.2g}: {test.stopped}" if test.stopped else ""
    if found is None:
        yield f"{begins} and has not fallen by more than its noise{ending}"
        yield "no learning rate found: more steps, a larger batch_size, or another range"
        return
    lowest = found.lowest
    yield f"{begins} and is lowest, {lowest.smoothed:.4g}, at a learning rate of {lowest.lr:.2g}{ending}"
    yield f"it falls most at {found.steepest:.2g}; a tenth of the lowest's rate is {found.lr:.2g}"
    yield f"to try: -S {spec.for_stage}.optimizer.lr={found.lr:.2g}"
