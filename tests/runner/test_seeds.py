from __future__ import annotations

import pytest

from cifar_pipe.errors import UsageError
from cifar_pipe.runner.many import Spread, summary_lines
from cifar_pipe.runner.seeds import parse_seeds, stage_seed


def test_a_stage_seed_follows_from_seed_and_id_alone() -> None:
    assert stage_seed(0, "train") == stage_seed(0, "train")
    assert len({stage_seed(s, i) for s in (0, 1) for i in ("train", "build_model")}) == 4
    assert 0 <= stage_seed(7, "train") < 2**63


def test_stage_seeds_never_change() -> None:
    # Runs of older versions are compared with newer ones: these numbers are a promise.
    assert stage_seed(0, "train") == 2225127660497744019


def test_seeds_include_both_ends() -> None:
    assert list(parse_seeds("0..2")) == [0, 1, 2]
    assert list(parse_seeds("5..5")) == [5]


@pytest.mark.parametrize("text", ["", "3", "3..1", "a..b", "0...2", "-1..2"])
def test_seeds_of_another_form_are_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="--seeds takes"):
        parse_seeds(text)


def test_the_spread_is_that_of_a_sample() -> None:
    spread = Spread("evaluate.accuracy", (0.5, 0.6))
    assert spread.mean == pytest.approx(0.55)
    assert spread.std == pytest.approx(0.0707107)
    assert Spread("x", (1.0,)).std is None


def test_the_summary_is_a_table() -> None:
    lines = summary_lines([Spread("evaluate.accuracy", (0.5, 0.6))])
    assert lines[0].split() == ["mean", "std", "min", "max", "(2", "runs)"]
    assert lines[1].split() == ["evaluate.accuracy", "0.5500", "0.0707", "0.5000", "0.6000"]
