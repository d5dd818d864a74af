"""The run in one sentence: how good, beside guessing, where it is weakest, and whether it was done."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from cifar_pipe.report.formatting import count, percent
from cifar_pipe.report.language import _, term
from cifar_pipe.report.run_folder import RunFolder, is_number, mapping
from cifar_pipe.report.sections.evaluation import EvaluationPart, first_of
from cifar_pipe.training.progress.divergence import has_diverged as diverged
from cifar_pipe.training.progress.endings import curves, still_improves


def has_diverged(folder: RunFolder) -> bool:
    """Whether the loss of a training ends far above that of its beginning and of guessing.

    Where the loss has another scale than cross-entropy, guessing is not known: log(classes) is at
    least as high, as a rule, and nothing is said of less.
    """
    classes = mapping(folder.run.get("data")).get("classes")
    guessing = math.log(max(2, len(classes) if isinstance(classes, list) else 2))
    for stage in folder.stages:
        losses = [value for __, value in folder.points(stage.id, "loss")]
        if losses and diverged(losses[-1], first=losses[0], guessing=guessing):
            return True
    return False


def sentence(folder: RunFolder, part: EvaluationPart | None) -> str:
    """54.3 % ± 1.0 on 10,000 test images, 5.4 times guessing; weakest: bird; … Empty where nothing was
    measured.
    """
    if part is None or part.accuracy is None:
        return ""
    return _("; ").join(_clauses(folder, part)) + _(".")


def _clauses(folder: RunFolder, part: EvaluationPart | None) -> Iterator[str]:
    if part is None or part.accuracy is None:
        return
    half = _half_width(folder, part)
    share, split = percent(part.accuracy), term(part.split)
    if half:
        share += f" ± {100 * half:.1f}"
    text = (
        _("{share} on {count} {split} images", share=share, count=count(part.images), split=split)
        if part.images
        else _("{share} on {split}", share=share, split=split)
    )
    times = f"{part.accuracy * len(part.classes):.1f}"
    if len(part.classes) > 1:
        text = _("{result}, {times} times guessing", result=text, times=times)
    yield text
    if weakest := weakest_in_words(_per_class(folder, part)):
        yield _("weakest: {names}", names=weakest)
    if still := _still_improving(folder):
        yield still


def weakest_in_words(shares: Mapping[str, float]) -> str:
    """The class with the lowest share; of several with the same one how many there are."""
    if len(shares) < 2:
        return ""
    lowest = min(shares.values())
    names = [name for name, share in shares.items() if share == lowest]
    if len(names) == len(shares):
        return ""
    return _("{value} ({interval})", value=first_of(names), interval=percent(lowest))


def _per_class(folder: RunFolder, part: EvaluationPart) -> dict[str, float]:
    metrics = mapping(mapping(folder.run.get("metrics")).get(part.id))
    shares = mapping(metrics.get("per_class_accuracy"))
    return {str(name): share for name, share in shares.items() if is_number(share)}


def _half_width(folder: RunFolder, part: EvaluationPart) -> float | None:
    """Of the accuracy's 95 % interval."""
    match mapping(mapping(folder.run.get("metrics")).get(part.id)).get("accuracy_interval"):
        case [low, high] if is_number(low) and is_number(high):
            return (high - low) / 2
    return None


def _still_improving(folder: RunFolder) -> str:
    """Of the last training."""
    logged = [folder.log[stage.id] for stage in folder.stages if folder.points(stage.id, "loss")]
    rows = [row for row in logged[-1] if _is_whole(row)] if logged else []
    if not rows:
        return ""
    last = max(row["epoch"] for row in rows)
    return _("still improving at the end") if still_improves(curves(rows, epochs=last)) else ""


def _is_whole(row: Mapping[str, Any]) -> bool:
    numbers = [row[key] for key in ("epoch", "loss", "lr", "val_loss") if key in row]
    return "epoch" in row and all(map(is_number, numbers))
