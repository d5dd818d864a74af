from __future__ import annotations

import pytest

from cifar_pipe.errors import UsageError
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


@pytest.mark.parametrize("text", ["", "3", "3..1", "a..b", "0...2", "-1..2", f"0..{2**63}"])
def test_seeds_of_another_form_are_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="--seeds takes"):
        parse_seeds(text)
