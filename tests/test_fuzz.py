"""A piece of the fuzzing that `python benchmarks/fuzz.py` does by the million, and of benchmarks/hard.py."""

from __future__ import annotations

import random
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from cifar_pipe.diagnostics.codes.table import CODES

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
COUNT = 3000


@pytest.fixture(scope="module", autouse=True)
def _benchmarks_on_the_path() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield


@pytest.fixture(scope="module")
def fuzz() -> ModuleType:
    return import_module("fuzz")


def test_mutated_documents_are_taken_or_reported(fuzz: ModuleType, tmp_path: Path) -> None:
    texts = fuzz.corpus()
    reported: set[str] = set()
    for number in range(COUNT):
        chance = random.Random(f"tests/{number}")
        content = fuzz.mutated(texts, chance)
        overrides = [chance.choice(fuzz.OVERRIDES)] if chance.random() < 0.1 else []
        shapes = chance.random() < 0.02
        base = chance.choice(texts)
        reported |= set(fuzz.examined(content, overrides, base, tmp_path, shapes=shapes))
    assert reported <= {*CODES, "wrong usage"}
    assert len(reported) > 12


def test_documents_that_are_made_to_break_it_are_taken_or_reported(
    fuzz: ModuleType, tmp_path: Path
) -> None:
    hard = import_module("hard")
    fine = set()
    for name, content in hard.documents().items():
        codes = fuzz.examined(content, [], hard.BASE, tmp_path, shapes=True)
        assert {*codes} <= {*CODES}, name
        if not codes:
            fine.add(name)
    assert fine >= {"CRLF", "byte order mark", "a line of 4 MB", "40 lists in each other"}
    assert not fine & {"alias bomb", "100,000 keys", "NUL", "UTF-16", "tabs", "extends itself"}
