"""cifar-pipe components: kinds, names, one component."""

from __future__ import annotations

from collections.abc import Callable

from tests.conftest import Done

Cli = Callable[..., Done]


def test_components_lists_kinds_then_names_then_one(cli: Cli) -> None:
    assert "optimizer" in cli("components").out
    assert "SGD" in cli("components", "optimizer").out
    assert "momentum" in cli("components", "optimizer", "SGD").out


def test_components_of_an_unknown_name_suggests_the_nearest(cli: Cli) -> None:
    done = cli("components", "optimizer", "SDG")
    assert done.status == 2
    assert "SGD" in done.err


def test_several_words_are_searched_for(cli: Cli) -> None:
    done = cli("components", "learning", "rate", "decay")
    assert done.status == 0
    assert "StepLR" in done.out
    assert cli("components", "learning rate decay").out == done.out
