from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections.evaluation import evaluation_parts, verdict
from cifar_pipe.report.sections.verdict import has_diverged, sentence, weakest_in_words

NBSP = "\u00a0"


def test_one_sentence_tells_how_good_it_is(run_dir: Path) -> None:
    folder = RunFolder(run_dir)
    words = sentence(folder, verdict(evaluation_parts(folder)))
    assert " on 10,000 test images, " in words
    assert " times guessing; weakest: " in words
    assert sentence(folder, None) == ""


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ({"a": 0.5, "b": 0.1}, f"b (10.0{NBSP}%)"),
        ({"a": 0.5, "b": 0.0, "c": 0.0, "d": 0.0}, f"b and 2 more (0.0{NBSP}%)"),
        ({"a": 0.5, "b": 0.5}, ""),
        ({"a": 0.5}, ""),
    ],
)
def test_the_weakest_class_is_one_of_how_many(shares: dict[str, float], expected: str) -> None:
    assert weakest_in_words(shares) == expected


def test_a_loss_that_ends_far_above_its_beginning_has_diverged(
    make_run: Callable[..., Path],
) -> None:
    run = make_run()
    assert not has_diverged(RunFolder(run))
    rows = [{"stage": "train", "step": step, "loss": 2.3 * 10**step} for step in range(4)]
    (run / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert has_diverged(RunFolder(run))


def test_a_trained_network_whose_loss_rises_a_little_has_not(make_run: Callable[..., Path]) -> None:
    run = make_run()
    rows = [{"stage": "train", "step": step, "loss": 0.01 * (1 + step)} for step in range(9)]
    (run / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert not has_diverged(RunFolder(run))
