"""What a shipped pipeline becomes by one mistake is reported by `validate`, or runs.

`python tests/verdicts.py --count N` tries more of them, in all pipelines.
"""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from itertools import takewhile
from pathlib import Path

import pytest

from cifar_pipe.checks.check import check
from cifar_pipe.diagnostics.findings import Findings
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


@pytest.mark.parametrize("how", ["override", "file over it"])
def test_a_mistake_that_is_laid_over_a_right_pipeline_is_reported_there(
    how: str, documents: dict[str, faults.Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    places: Counter[str] = Counter()
    for mutant in faults.mutants(right_ones(documents), COUNT, seed=11):
        base = documents[mutant.source]
        path, value = faults.difference(base, mutant.document)
        if not path or path[0] in ("version", "name"):
            continue
        Path("base.yaml").write_text(faults.text_of(base))
        Path("over.yaml").write_text(f"extends: base.yaml\n{variant(mutant.document, path)}")
        override = f"{'.'.join(map(str, path))}={json.dumps(value)}"
        findings = Findings()
        if how == "override":
            check(Path("base.yaml"), [override], findings)
        else:
            check(Path("over.yaml"), [], findings)
        places.update(one.span.source.name.partition(" ")[0] for one in findings.all_sorted())
    assert set(places) == {"-S" if how == "override" else "over.yaml"}
    assert places.total() > COUNT / 3


def right_ones(documents: dict[str, faults.Document]) -> dict[str, faults.Document]:
    """Those in which nothing is found, so that each finding is of the mistake."""
    right = {}
    for name, document in documents.items():
        Path("base.yaml").write_text(faults.text_of(document))
        findings = Findings()
        check(Path("base.yaml"), [], findings)
        if not findings.all_sorted():
            right[name] = document
    return right


def variant(document: faults.Document, path: faults.KeyPath) -> str:
    """A file that sets what the path leads to, or the whole list that it is in."""
    keys = list(takewhile(lambda step: isinstance(step, str), path))
    value = faults.at(document, tuple(keys))
    for key in reversed(keys):
        value = {key: value}
    return faults.text_of(value)


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
