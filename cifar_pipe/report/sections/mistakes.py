"""Where the network is wrong: the images of the highest loss, of each pair of classes that it confuses,
and a sample of all classes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cifar_pipe.report.formatting import percent
from cifar_pipe.report.kept_images import OF_EACH_PAIR, WORST, kept
from cifar_pipe.report.language import _
from cifar_pipe.report.run_folder import RunFolder, StageFolder
from cifar_pipe.report.tables.answer_table import NAME, Answer

MOST_PAIRS = 6


@dataclass(frozen=True)
class Shown:
    """One image with its answer; `alt` says in words what is to be seen."""

    uri: str
    answer: Answer

    @property
    def probability(self) -> str:
        return percent(self.answer.probability)

    @property
    def alt(self) -> str:
        one = self.answer
        if one.is_right:
            return _(
                "{label}, rightly taken for {predicted}", label=one.label, predicted=one.predicted
            )
        return _("{label}, wrongly taken for {predicted}", label=one.label, predicted=one.predicted)


@dataclass(frozen=True)
class Pair:
    """`amount` images of `label` were taken for `predicted`; `images` are some of them."""

    label: str
    predicted: str
    amount: int
    images: Sequence[Shown]


@dataclass(frozen=True)
class MistakesPart:
    """`right` of the `sample`'s images are right."""

    id: str
    worst: Sequence[Shown]
    pairs: Sequence[Pair]
    sample: Sequence[Shown]

    @property
    def right(self) -> int:
        return sum(one.answer.is_right for one in self.sample)


def mistakes_parts(folder: RunFolder) -> list[MistakesPart]:
    parts = (_part(stage) for stage in folder.stages if stage.has(NAME))
    return [part for part in parts if part.worst or part.sample]


def kept_by_pair(stage: StageFolder) -> dict[tuple[str, str], list[Shown]]:
    """The kept images by (true class, predicted class), right ones too, highest loss first."""
    uris, found = kept(stage).uris, defaultdict[tuple[str, str], list[Shown]](list)
    for one in sorted(stage.answers, key=lambda one: -one.loss):
        if one.index in uris and len(found[one.label, one.predicted]) < OF_EACH_PAIR:
            found[one.label, one.predicted].append(Shown(uris[one.index], one))
    return found


def _part(stage: StageFolder) -> MistakesPart:
    answers, images = stage.answers, kept(stage)
    by_index = {one.index: one for one in answers}
    there = [one for one in answers if one.index in images.uris]
    wrong = sorted((one for one in there if not one.is_right), key=lambda one: -one.loss)
    sample = [by_index[index] for index in images.sample if index in by_index]
    return MistakesPart(
        stage.id,
        _shown(wrong[:WORST], images.uris),
        _pairs(answers, wrong, images.uris),
        _shown(sample, images.uris),
    )


def _pairs(
    answers: Sequence[Answer], there: Sequence[Answer], uris: Mapping[int, str]
) -> list[Pair]:
    """The most frequent mistakes, each with some of its images, those of the highest loss first."""
    amounts: dict[tuple[str, str], int] = defaultdict(int)
    for one in answers:
        if not one.is_right:
            amounts[one.label, one.predicted] += 1
    most = sorted(amounts.items(), key=lambda item: -item[1])[:MOST_PAIRS]
    return [
        Pair(*pair, amount, _shown(images[:OF_EACH_PAIR], uris))
        for pair, amount in most
        if (images := [one for one in there if (one.label, one.predicted) == pair])
    ]


def _shown(answers: Sequence[Answer], uris: Mapping[int, str]) -> list[Shown]:
    return [Shown(uris[one.index], one) for one in answers]
