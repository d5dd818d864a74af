from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cifar_pipe.diagnostics.suggest import (
    allowed_are,
    did_you_mean,
    distance,
    habit,
    nearest,
    same_word,
    similar,
    some,
)

OPTIMIZERS = ["Adam", "AdamW", "SGD", "RMSprop"]
LOSSES = ["CrossEntropyLoss", "NLLLoss", "MSELoss", "BCEWithLogitsLoss"]
LAYERS = ["Conv1d", "Conv2d", "Conv3d", "Linear", "ReLU", "PReLU", "BatchNorm1d", "BatchNorm2d"]
SETTINGS = ["lr", "momentum", "weight_decay", "batch_size", "epochs", "optimizer"]


@pytest.mark.parametrize(
    ("word", "allowed", "meant"),
    [
        ("sgd", OPTIMIZERS, "SGD"),
        ("adamw", OPTIMIZERS, "AdamW"),
        ("AdamWW", OPTIMIZERS, "AdamW"),
        ("RMSProp", OPTIMIZERS, "RMSprop"),
        ("crossentropy", LOSSES, "CrossEntropyLoss"),
        ("cross_entropy", LOSSES, "CrossEntropyLoss"),
        ("cross-entropy-loss", LOSSES, "CrossEntropyLoss"),
        ("CrossEntropyLos", LOSSES, "CrossEntropyLoss"),
        ("xent", LOSSES, "CrossEntropyLoss"),
        ("mse", LOSSES, "MSELoss"),
        ("conv", LAYERS, "Conv2d"),
        ("Convolution", LAYERS, "Conv2d"),
        ("BatchNorm", LAYERS, "BatchNorm2d"),
        ("relu", LAYERS, "ReLU"),
        ("Dense", LAYERS, "Linear"),
        ("Liner", LAYERS, "Linear"),
        ("learning_rate", SETTINGS, "lr"),
        ("lrr", SETTINGS, "lr"),
        ("rl", SETTINGS, "lr"),
        ("batchsize", SETTINGS, "batch_size"),
        ("batch", SETTINGS, "batch_size"),
        ("momentun", SETTINGS, "momentum"),
        ("mometnum", SETTINGS, "momentum"),
        ("epoch", SETTINGS, "epochs"),
        ("optimiser", SETTINGS, "optimizer"),
        ("decay", SETTINGS, "weight_decay"),
    ],
)
def test_the_nearest_word_is_what_was_meant(word: str, allowed: list[str], meant: str) -> None:
    assert nearest(word, allowed) == meant


@pytest.mark.parametrize("word", ["zebra", "", "_", "x", "qqqqqqqq", "漢字"])
def test_a_word_that_is_near_to_nothing_gets_no_guess(word: str) -> None:
    assert nearest(word, [*OPTIMIZERS, *LAYERS, *SETTINGS]) is None


def test_habits_count_only_where_their_name_is_allowed() -> None:
    assert nearest("learning_rate", ["momentum"]) is None


def test_a_word_of_other_tools_stands_for_what_is_allowed_here() -> None:
    assert habit("path", ["root", "size"]) == "root"
    assert habit("path", ["file"]) == "file"
    assert habit("path", ["size"]) is None


def test_the_same_word_may_be_written_in_other_letters() -> None:
    assert same_word("Batch-Size", SETTINGS) == "batch_size"
    assert same_word("_", SETTINGS) is None


def test_a_similar_word_is_no_habit() -> None:
    assert similar("learning_rate", SETTINGS) is None
    assert similar("mometum", SETTINGS) == "momentum"


def test_the_guess_is_a_question() -> None:
    assert did_you_mean("lrr", ["lr", "momentum"]) == "did you mean `lr`?"


def test_without_a_guess_a_short_list_is_shown() -> None:
    assert did_you_mean("zebra", ["lr", "momentum"]) == "allowed are: lr, momentum"


def test_a_long_list_is_not_shown() -> None:
    assert did_you_mean("zebra", [f"name{n}" for n in range(11)]) is None


def test_an_empty_list_is_not_shown() -> None:
    assert did_you_mean("zebra", []) is None
    assert allowed_are([]) is None


@pytest.mark.parametrize(
    ("one", "other", "mistakes"),
    [("", "", 0), ("ab", "ba", 1), ("abc", "ab", 1), ("abc", "axc", 1), ("kitten", "sitting", 3)],
)
def test_a_swap_is_one_mistake(one: str, other: str, mistakes: int) -> None:
    assert distance(one, other, limit=5) == mistakes


def test_beyond_the_limit_is_all_the_same() -> None:
    assert distance("aaaaaa", "bbbbbb", limit=2) == 3
    assert distance("a", "aaaaaa", limit=2) == 3


@settings(deadline=None)
@given(st.text(max_size=20), st.lists(st.text(max_size=12), max_size=6))
def test_a_guess_is_one_of_the_allowed_words(word: str, allowed: list[str]) -> None:
    assert nearest(word, allowed) in {None, *allowed}


def test_of_a_long_list_only_the_first_words_are_shown() -> None:
    assert some(["a", "b"]) == "a, b"
    assert some(list("abcdefgh"), most=6) == "a, b, c, d, e, f and 2 more"
