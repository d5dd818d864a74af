"""The answer in words: what is clear after so many seeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.comparison.why.question import Effort
from cifar_pipe.comparison.why.tables import answer_lines, question_lines, verdict
from cifar_pipe.diagnostics.terminal_width import width_of
from tests.comparison.why.kit import answered, question

MEASURED = [
    (
        {
            "A": (0.3, 0.5, 0.4),
            "A+1": (0.3, 0.5, 0.4),
            "A+2": (0.4, 0.6, 0.5),
            "B": (0.4, 0.6, 0.5),
        },
        "The difference of +10.0 points comes from train.optimizer.lr (+10.0 points); the share of 1 other setting",
    ),
    (
        {
            "A": (0.3, 0.5, 0.4),
            "A+1": (0.2, 0.4, 0.3),
            "A+2": (0.4, 0.6, 0.5),
            "B": (0.3, 0.5, 0.4),
        },
        "Over 3 seeds the two do not clearly differ: 0.0 points (0.0 to 0.0); clear all the same",
    ),
    (
        {
            "A": (0.3, 0.5, 0.4),
            "A+1": (0.4, 0.4, 0.4),
            "A+2": (0.2, 0.6, 0.4),
            "B": (0.1, 0.7, 0.4),
        },
        "Over 3 seeds the two do not clearly differ",
    ),
]


@pytest.mark.parametrize(("measured", "words"), MEASURED)
def test_the_verdict_names_the_settings_whose_share_is_clear(
    tmp_path: Path, measured: dict[str, tuple[float, ...]], words: str
) -> None:
    answer = answered(question(tmp_path), measured)
    assert verdict(answer).replace("\u00a0", " ").startswith(words)
    assert max(map(width_of, answer_lines(answer)[2:])) <= 80


def test_one_seed_says_nothing_of_others(tmp_path: Path) -> None:
    measured = {"A": (0.3,), "A+1": (0.3,), "A+2": (0.4,), "B": (0.4,)}
    answer = answered(question(tmp_path, (0,)), measured)
    assert "how far another seed moves that is not known" in verdict(answer)
    assert any("not known" in line for line in answer_lines(answer))


def test_the_question_tells_the_settings_and_the_effort(tmp_path: Path) -> None:
    lines = question_lines(question(tmp_path), Effort(12, 10, 75.0))
    assert lines[0] == "1  load_data.batch_size: 4 -> 8"
    assert " ".join(lines[3:]).replace("\u00a0", " ") == (
        "2 settings, all of their 4 variants, 3 seeds: 12 runs, of which 10 have something to compute, "
        "about 1 min 15 s by what their stages took."
    )
