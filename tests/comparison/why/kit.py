"""A question about two settings, with answers that are made up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cifar_pipe.comparison.runs import ComparedRun
from cifar_pipe.comparison.why.crossing import crossing
from cifar_pipe.comparison.why.question import Answer, Question, answer
from tests.comparison.kit import make_run


def question(folder: Path, seeds: tuple[int, ...] = (0, 1, 2)) -> Question:
    before = make_run(folder / "a")
    after = make_run(folder / "b", lr=0.1)
    text = (after / "resolved.yaml").read_text()
    (after / "resolved.yaml").write_text(text.replace("batch_size: 4", "batch_size: 8"))
    pair = ComparedRun.of(before), ComparedRun.of(after)
    crossed = crossing(*pair, "evaluate", full=False, by_stage=False)
    assert [one.name for one in crossed.factors] == ["load_data.batch_size", "train.optimizer.lr"]
    return Question(*pair, "evaluate.accuracy", crossed, seeds)


def answered(asked: Question, of: Mapping[str, tuple[float, ...]]) -> Answer:
    """`of` is what each variant has measured with each seed, by the variant's label."""
    label = asked.crossing.label
    values = {
        one: dict(zip(asked.seeds, of[label(one)], strict=True)) for one in asked.crossing.variants
    }
    return answer(asked, values)
