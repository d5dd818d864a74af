"""What the curves of a finished training say: that it still improves, or that it overfits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cifar_pipe.training.progress.points import mean_loss, spans

if TYPE_CHECKING:  # Who reads the curves needs no torch.
    from cifar_pipe.training.job import TrainingJob

# With fewer steps an epoch's mean says too little.
_STEPS_PER_EPOCH = 20
# An epoch that lowers the loss by this share is worth another one. The loss on the validation split
# is that of new images; the training loss goes on falling where a network only learns its images
# by heart.
_IMPROVES = {"val_loss": 0.01, "the training loss": 0.05}
# Below this share of its first epoch's there is little left of a loss to be gained.
_LITTLE_LEFT = 0.1
# A learning rate that has come down to this share of its highest has ended the training: what the
# loss gains then comes from the rate.
_RATE_AT_END = 0.1
# By this share the validation loss has to rise from its lowest to be called worse.
_WORSE = 0.05


@dataclass(frozen=True, slots=True)
class Curves:
    """One value per epoch: the mean training loss, the learning rate at its end, and what was measured
    on the validation split, empty where nothing was.
    """

    losses: Sequence[float]
    rates: Sequence[float]
    val_losses: Sequence[float] = ()
    val_accuracies: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """What is to be said, and what helps: words, and the overrides that do it."""

    message: str
    help: str
    overrides: Sequence[str]


def curves(rows: Iterable[Mapping[str, Any]], *, epochs: int) -> Curves:
    """Of the log points of the first `epochs` epochs."""
    found: dict[str, dict[int, list[float]]] = {}
    rows = [row for row in rows if row["epoch"] <= epochs]
    for row in rows:
        for key in ("lr", "val_loss", "val_accuracy"):
            if key in row:
                found.setdefault(key, {}).setdefault(row["epoch"], []).append(row[key])
    of_epoch: dict[int, list[tuple[Mapping[str, Any], int]]] = {}
    for point in spans(rows):
        of_epoch.setdefault(point[0]["epoch"], []).append(point)

    def values(key: str) -> list[list[float]]:
        return [found.get(key, {})[epoch] for epoch in sorted(found.get(key, {}))]

    losses = [mean_loss(of_epoch[epoch]) for epoch in sorted(of_epoch)]
    last = {key: [one[-1] for one in values(key)] for key in ("lr", "val_loss", "val_accuracy")}
    return Curves(losses, last["lr"], last["val_loss"], last["val_accuracy"])


def still_improves(found: Curves) -> str | None:
    """In words, where a person would train on: the last epochs lowered the loss as much as before.

    The loss on the validation split, where there is one, is at its lowest in the last epoch, and the
    last fifth of the epochs lowered it by 1 % or more each; without one, the training loss fell by
    5 % or more each, and is not yet a tenth of what it was in the first epoch. Nothing is said where
    the learning rate has come down to a tenth of its highest: then the training was meant to end.
    """
    name = "val_loss" if found.val_losses else "the training loss"
    losses = found.val_losses or found.losses
    if len(losses) < 2 or losses[-1] <= 0 or losses[-1] > min(losses):
        return None
    if not found.val_losses and losses[-1] < _LITTLE_LEFT * losses[0]:
        return None
    if found.rates and found.rates[-1] <= _RATE_AT_END * max(found.rates):
        return None
    span = max(1, len(losses) // 5)
    share = (losses[-1 - span] - losses[-1]) / span / losses[-1 - span]
    if share < _IMPROVES[name]:
        return None
    epochs = "epoch" if span == 1 else f"{span} epochs, in each"
    return f"{name} still fell by {100 * share:.0f} % in the last {epochs}".removesuffix(
        ", in each"
    )


def overfits(found: Curves) -> tuple[str, int] | None:
    """In words, and the best epoch (1-based), where new images gain nothing from what is learnt.

    Two epochs or more after its lowest, the loss on the validation split is higher by 5 % or more, the
    accuracy on it is no better than it was then, and the training loss has gone on falling.
    """
    losses = found.val_losses
    if len(losses) < 3 or len(losses) != len(found.losses):
        return None
    best = min(range(len(losses)), key=losses.__getitem__)
    accuracies = found.val_accuracies
    worse = losses[-1] > losses[best] + _WORSE * abs(losses[best])
    better_accuracy = bool(accuracies) and accuracies[-1] > accuracies[best]
    if best > len(losses) - 3 or not worse or better_accuracy:
        return None
    if found.losses[-1] >= found.losses[best]:
        return None
    rose = f"val_loss rose from {losses[best]:.3f} in epoch {best + 1} to {losses[-1]:.3f}"
    fell = f"the training loss fell from {found.losses[best]:.3f} to {found.losses[-1]:.3f}"
    return f"the training overfits: {rose}, while {fell}", best + 1


def endings(
    job: TrainingJob, rows: Iterable[Mapping[str, Any]], *, stopped: bool
) -> Iterator[Ending]:
    """What is to be said of a training that has ended; nothing of a short one.

    `stopped` is true where a callback ended it: then it was not its length.
    """
    settings, stage, length = job.settings, job.context.stage, job.length
    if length.steps_per_epoch < _STEPS_PER_EPOCH:
        return
    found = curves(rows, epochs=length.steps // length.steps_per_epoch)
    restores = settings.restore_best and settings.monitor is not None
    if (words := still_improves(found)) and not stopped:
        name = "epochs" if settings.epochs is not None else "steps"
        twice = 2 * (settings.epochs or settings.steps or 1)
        yield Ending(words, "train longer", [f"{stage}.{name}={twice}"])
    if not restores and (overfitted := overfits(found)):
        words, best = overfitted
        monitor = [] if settings.monitor else [f"{stage}.monitor=val_loss"]
        keep = [*monitor, f"{stage}.restore_best=true"]
        if settings.averaging is None:
            yield Ending(words, "keep the weights of the best epoch", keep)
        elif settings.epochs is not None:
            yield Ending(words, "train for fewer epochs", [f"{stage}.epochs={best}"])


def warn_of_endings(job: TrainingJob, rows: Iterable[Mapping[str, Any]], *, stopped: bool) -> None:
    for one in endings(job, rows, stopped=stopped):
        job.context.warn(one.message, help=one.help, overrides=one.overrides)
