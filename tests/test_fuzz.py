"""A piece of the fuzzing that `python benchmarks/fuzz.py` does by the million."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path
from types import ModuleType

import pytest

from cifar_pipe.language.codes import CODES

PATH = Path(__file__).resolve().parent.parent / "benchmarks" / "fuzz.py"
COUNT = 3000


@pytest.fixture(scope="module")
def fuzz() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_mutated_documents_are_taken_or_told(fuzz: ModuleType, tmp_path: Path) -> None:
    texts = fuzz.corpus()
    told: set[str] = set()
    for number in range(COUNT):
        chance = random.Random(f"tests/{number}")
        content = fuzz.mutated(texts, chance)
        overrides = [chance.choice(fuzz.OVERRIDES)] if chance.random() < 0.1 else []
        shapes = chance.random() < 0.02
        base = chance.choice(texts)
        told |= set(fuzz.examined(content, overrides, base, tmp_path, shapes=shapes))
    assert told <= {*CODES, "wrong usage"}
    assert len(told) > 12
