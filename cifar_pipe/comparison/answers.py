"""Two networks' answers on the same images: which images have changed sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cifar_pipe.comparison.runs import ComparedRun
from cifar_pipe.comparison.settings import settings_of
from cifar_pipe.comparison.statistics import Paired, paired
from cifar_pipe.report.run_folder import mapping
from cifar_pipe.report.tables.answer_table import Answer
from cifar_pipe.stages.load_data.spec import LoadData


@dataclass(frozen=True)
class Pairs:
    """All images of the split, each as both networks have answered."""

    before: Sequence[Answer]
    after: Sequence[Answer]

    @property
    def counts(self) -> Paired:
        return paired([one.is_right for one in self.before], [one.is_right for one in self.after])

    def changed(self, *, gained: bool) -> list[tuple[Answer, Answer]]:
        """The images that only the second has right, or only the first."""
        return [
            (one, other)
            for one, other in zip(self.before, self.after, strict=True)
            if one.is_right != other.is_right and other.is_right == gained
        ]


def answers_of(run: ComparedRun, stage: str) -> list[Answer]:
    """By the order of the split; nothing where the run has kept none."""
    folder = next((one for one in run.folder.stages if one.id == stage), None)
    return folder.answers if folder else []


def pairs_of(before: ComparedRun, after: ComparedRun, stage: str) -> Pairs | None:
    """None where the answers of one were not kept, or were about other images."""
    answers = [answers_of(run, stage) for run in (before, after)]
    if not all(answers) or not have_same_images(before, after, stage):
        return None
    one, other = answers
    if [(a.label, a.file) for a in one] != [(a.label, a.file) for a in other]:
        return None
    return Pairs(one, other)


def have_same_images(before: ComparedRun, after: ComparedRun, stage: str) -> bool:
    """Whether both evaluations went over the same split of the same data, as far as settings say."""
    one, other = (_source(run, stage) for run in (before, after))
    return one is not None and one == other


def _source(run: ComparedRun, stage: str) -> object:
    pipeline = run.pipeline
    evaluation = pipeline.find(stage) if pipeline is not None else None
    if pipeline is None or evaluation is None:
        return None
    loading = pipeline.find(evaluation.inputs.get("data"))
    if loading is None or not isinstance(loading.spec, LoadData):
        return None
    settings = settings_of(pipeline)["stages"][loading.id]
    split, fold = run.metrics_of(stage).get("split"), settings.get("fold")
    # These draw which images a split has, from the seed.
    drawn = [fold, settings.get("validation_split") if split != "test" else None]
    seed = pipeline.document.seed if any(drawn) else None
    stand_in = mapping(run.folder.run.get("data")).get("stand_in")
    return settings.get("dataset"), settings.get("classes"), split, drawn, seed, stand_in
