"""Several trainings of one loss, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cifar_pipe.report.charts.curves import Series, curves
from cifar_pipe.report.drawing.scene import Colour, Scene
from cifar_pipe.report.number_format import count, number
from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections.settings import in_words

_COLOURS: tuple[Colour, ...] = ("accent", "second", "third", "fourth", "fifth")


@dataclass(frozen=True)
class Training:
    """`losses` are (step, mean loss since the last log point), by step; there is at least one."""

    id: str
    optimizer: str
    losses: Sequence[tuple[float, float]]

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """A row of the table under `HEADS`."""
        (_, first), (step, last) = self.losses[0], self.losses[-1]
        return self.id, self.optimizer, count(step), number(first), number(last)


HEADS = ("stage", "optimizer", "steps", "first loss", "last loss")


@dataclass(frozen=True)
class Comparison:
    trainings: Sequence[Training]
    chart: Scene


def comparison(folder: RunFolder) -> Comparison | None:
    """None where there are not several trainings, or where they differ in their loss: such curves
    cannot be compared.
    """
    stages = [stage for stage in folder.stages if folder.points(stage.id, "loss")]
    losses = {in_words(stage.settings.get("loss", "")) for stage in stages}
    if len(stages) < 2 or len(losses) > 1:
        return None
    optimizers = [in_words(stage.settings.get("optimizer", "")) for stage in stages]
    trainings = [
        Training(stage.id, optimizer, folder.points(stage.id, "loss"))
        for stage, optimizer in zip(stages, optimizers, strict=True)
    ]
    series = [_series(index, training) for index, training in enumerate(trainings)]
    return Comparison(trainings, curves(series, what="loss", height=290.0))


def table_lines(found: Comparison) -> list[str]:
    """The table as plain text, its numbers to the right."""
    rows = [HEADS, *(training.cells for training in found.trainings)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(_aligned, row, widths, range(len(row)))).rstrip() for row in rows]


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column < 2 else cell.rjust(width)


def _series(index: int, training: Training) -> Series:
    """A colour for each, and dashes once the colours are used up."""
    repeats, colour = divmod(index, len(_COLOURS))
    return Series(training.id, training.losses, _COLOURS[colour], dashed=repeats > 0)
