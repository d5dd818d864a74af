"""What each image was taken for, as CSV: one row per image."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from cifar_pipe.report.tables.count_table import as_cell, as_name

if TYPE_CHECKING:  # Who reads a table needs no torch.
    from cifar_pipe.training.evaluation.answers import Answers

NAME = "predictions.csv"


@dataclass(frozen=True, slots=True)
class Answer:
    """One image of a split: its place there, its class and what it was taken for.

    `probability` is that of `predicted`; `loss` is -log of the probability of `label`. `file` is
    empty where the images have no files of their own.
    """

    index: int
    label: str
    predicted: str
    probability: float
    loss: float
    file: str = ""

    @property
    def is_right(self) -> bool:
        return self.label == self.predicted


_HEAD = [field.name for field in fields(Answer)]


def rows_of(answers: Answers, classes: Sequence[str], files: Sequence[str]) -> list[Answer]:
    """By the images' order; `files` are all of them or none, and lose the folders that all share."""
    columns = (
        [classes[one] for one in answers.labels.tolist()],
        [classes[one] for one in answers.predicted.tolist()],
        answers.probabilities.tolist(),
        answers.losses.tolist(),
        _below_their_folder(files) if files else [""] * len(answers.labels),
    )
    return [Answer(index, *row) for index, row in enumerate(zip(*columns, strict=True))]


def to_csv(rows: Iterable[Answer]) -> str:
    """Six significant digits; names as in the table of counts."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEAD)
    for one in rows:
        names = as_cell(one.label), as_cell(one.predicted)
        numbers = f"{one.probability:.6g}", f"{one.loss:.6g}"
        writer.writerow([one.index, *names, *numbers, as_cell(one.file)])
    return text.getvalue()


def from_csv(text: str) -> list[Answer]:
    """Empty where the table is cut off, or another one."""
    head, *lines = list(csv.reader(text.split("\n"))) or [[]]
    if head != _HEAD or not text.endswith("\n"):
        return []
    return [
        Answer(int(index), as_name(a), as_name(b), float(share), float(loss), as_name(file))
        for index, a, b, share, loss, file in filter(None, lines)
    ]


def _below_their_folder(files: Sequence[str]) -> list[str]:
    common = os.path.commonpath([one.rpartition(os.sep)[0] for one in files])
    return [one[len(common) :].lstrip(os.sep).replace(os.sep, "/") for one in files]
