"""What a shipped pipeline becomes by one mistake is reported by `validate`, or runs.

`python tests/verdicts.py --count N` tries more of them, in all pipelines.
"""

from __future__ import annotations

import copy
import random
from collections import Counter

import pytest

from tests import faults
from tests.verdicts import judge

COUNT = 60


@pytest.fixture(scope="module")
def documents() -> dict[str, faults.Document]:
    # The quick ones; the command tries all.
    names = [
        "examples/augmentation.yaml",
        "examples/continue_training.yaml",
        "examples/scheduler.yaml",
        "examples/two_splits.yaml",
        "examples/validation.yaml",
        "examples/width.yaml",
        "pipelines/cifar10_lenet.yaml",
    ]
    return {name: document for name, document in faults.sources().items() if name in names}


def test_every_mistake_is_reported_or_runs(documents: dict[str, faults.Document]) -> None:
    judged = [(mutant, judge(mutant)) for mutant in faults.mutants(documents, COUNT, seed=7)]
    kinds = Counter(verdict.kind for _, verdict in judged)
    wrong = [
        f"{mutant.source}: {mutant.fault}: {verdict.what}"
        for mutant, verdict in judged
        if verdict.kind in ("broken", "crash", "refused", "unknown")
    ]
    assert wrong == []
    assert kinds["reported"] > COUNT / 3
    assert kinds["ran"] > COUNT / 20


def test_the_same_seed_gives_the_same_mistakes(documents: dict[str, faults.Document]) -> None:
    one, other = (list(faults.mutants(documents, 20, seed=3)) for _ in range(2))
    assert one == other
    assert one != list(faults.mutants(documents, 20, seed=4))


@pytest.mark.parametrize("fault", dict.fromkeys(faults.FAULTS), ids=lambda one: one.__name__)
def test_each_kind_of_mistake_can_be_made(
    fault: faults.Fault, documents: dict[str, faults.Document]
) -> None:
    document = copy.deepcopy(documents["pipelines/cifar10_lenet.yaml"])
    before = faults.text_of(document)
    chance = random.Random(0)
    assert any(
        fault(copied, path, chance) and faults.text_of(copied) != before
        for path in faults.paths(document)
        for copied in [copy.deepcopy(document)]
    )
