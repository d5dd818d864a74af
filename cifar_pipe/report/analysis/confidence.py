"""How sure a network is of its answers, beside how often they are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from cifar_pipe.report.charts.chart import Chart
from cifar_pipe.report.charts.confidence import accuracy_kept, reliability
from cifar_pipe.report.formatting import percent
from cifar_pipe.report.language import _
from cifar_pipe.report.tables.answer_table import Answer
from cifar_pipe.training.evaluation.intervals import interval

# As Guo et al. have them.
_BINS = 15
_POINTS = 50
# With fewer images the bins say nothing.
_LEAST = 100


@dataclass(frozen=True)
class Bin:
    """The images whose probability is in one of equally wide ranges: their mean probability and their
    accuracy, with its 95 % interval.
    """

    images: int
    probability: float
    accuracy: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Confidence:
    """`error` is the expected calibration error, a share; `kept` are (share of the images, accuracy of
    these), the surest images first.
    """

    bins: Sequence[Bin]
    error: float
    probability: float
    accuracy: float
    kept: Sequence[tuple[float, float]]

    @property
    def sentence(self) -> str:
        over = 100 * (self.probability - self.accuracy)
        words, points = _("about as sure as it is right"), f"{abs(over):.1f}"
        if over >= 1:
            words = _("too sure by {points} points", points=points)
        elif over <= -1:
            words = _("too unsure by {points} points", points=points)
        half = next(accuracy for share, accuracy in self.kept if share >= 0.5)
        return _(
            "On average the network gives its answer a probability of {probability}, and"
            " {accuracy} of its answers are right: it is {words}. Of the half of the images"
            " that it is surest of, {half} are right.",
            probability=percent(self.probability),
            accuracy=percent(self.accuracy),
            words=words,
            half=percent(half),
        )

    @property
    def charts(self) -> dict[str, Chart]:
        """By the name of their picture file."""
        points = [(one.images, one.probability, one.accuracy, one.interval) for one in self.bins]
        return {
            "reliability": reliability(points, error=self.error),
            "accuracy_kept": accuracy_kept(self.kept),
        }


def confidence(answers: Sequence[Answer]) -> Confidence | None:
    """The calibration error is the mean distance of probability and accuracy over 15 bins of equal
    width, weighted by their images (Guo et al., "On Calibration of Modern Neural Networks", ICML
    2017). None for fewer than 100 images.
    """
    if len(answers) < _LEAST:
        return None
    of_bins: list[list[Answer]] = [[] for _ in range(_BINS)]
    for one in answers:
        of_bins[min(int(one.probability * _BINS), _BINS - 1)].append(one)
    bins = [_bin(images) for images in of_bins if images]
    apart = (one.images * abs(one.accuracy - one.probability) for one in bins)
    surest = sorted(answers, key=lambda one: -one.probability)
    return Confidence(
        bins,
        sum(apart) / len(answers),
        fmean(one.probability for one in answers),
        _share_right(answers),
        list(_kept(surest)),
    )


def _bin(images: Sequence[Answer]) -> Bin:
    share = _share_right(images)
    probability = fmean(one.probability for one in images)
    return Bin(len(images), probability, share, interval(share, len(images)))


def _share_right(images: Sequence[Answer]) -> float:
    return sum(one.is_right for one in images) / len(images)


def _kept(surest: Sequence[Answer]) -> list[tuple[float, float]]:
    right, counts = 0, [0]
    for one in surest:
        right += one.is_right
        counts.append(right)
    whole = len(surest)
    numbers = sorted({max(1, round(whole * step / _POINTS)) for step in range(1, _POINTS + 1)})
    return [(number / whole, counts[number] / number) for number in numbers]
