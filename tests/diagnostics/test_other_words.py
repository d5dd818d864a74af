from __future__ import annotations

from typing import get_args

import pytest

from cifar_pipe.catalog.core.entry import KINDS
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.diagnostics.other_words import habits, letters, reason
from cifar_pipe.pipeline.document import TOP_LEVEL
from cifar_pipe.pipeline.key_places import homes_by_key
from cifar_pipe.runtime import Precision


def test_words_are_written_as_they_are_compared() -> None:
    assert all(key.isalnum() and key == key.casefold() for key in habits())


def test_our_words_are_names_of_ours() -> None:
    """A key or a component that is renamed leaves a row without use."""
    names = {name for kind in KINDS for name in table_of(kind).entries}
    ours = {*names, *homes_by_key(), *TOP_LEVEL, *get_args(Precision), "type", "cuda"}
    assert {one for row in habits().values() for one in row} - ours == set()


@pytest.mark.parametrize("word", ["num_workers", "num-workers", "NumWorkers", "numworkers"])
def test_a_reason_is_found_however_the_word_is_written(word: str) -> None:
    assert reason(word) == "images are decoded once and kept; batches need no workers"


def test_no_key_of_a_stage_has_a_reason_why_there_is_none() -> None:
    own = {key for key, homes in homes_by_key().items() if any(not one.takers for one in homes)}
    assert {key for key in own if reason(key)} == set()


def test_a_word_may_be_one_of_several() -> None:
    assert {"root", "file"} <= set(habits()[letters("path")])


def test_each_of_them_is_there_once() -> None:
    assert [word for word, ours in habits().items() if len({*ours}) < len(ours)] == []
