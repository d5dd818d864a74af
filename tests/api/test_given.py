from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.api.given import overrides_of, source_of
from cifar_pipe.errors import UsageError
from cifar_pipe.pipeline.assembly import PipelineText


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.01, "0.01"),
        (3, "3"),
        (None, "null"),
        (True, "true"),
        ("1e-3", "'1e-3'"),
        ("$vars.rate", "$vars.rate"),
        ({"type": "SGD", "lr": 0.1}, "{type: SGD, lr: 0.1}"),
        ((32, 32), "[32, 32]"),
        (Path("images/mine"), "images/mine"),
    ],
)
def test_a_value_is_written_as_after_s(value: Any, written: str) -> None:
    assert overrides_of({"train.x": value}) == [f"train.x={written}"]


def test_texts_stay_as_they_are() -> None:
    assert overrides_of(["train.epochs=1"]) == ["train.epochs=1"]


def test_a_single_text_is_refused_with_what_to_write() -> None:
    with pytest.raises(UsageError) as caught:
        overrides_of("train.epochs=1")
    assert caught.value.help == ("overrides=['train.epochs=1']",)


def test_a_text_is_a_path() -> None:
    assert source_of("a/b.yaml") == Path("a/b.yaml")
    with pytest.raises(UsageError, match="given as a path"):
        source_of("version: 1\nstages: {}\n")


def test_a_mapping_is_written_as_yaml() -> None:
    source = source_of({"version": 1, "stages": {"load_data": {"batch_size": "$vars.size"}}})
    assert isinstance(source, PipelineText)
    assert source.content == "version: 1\nstages:\n  load_data: {batch_size: $vars.size}\n"


@pytest.mark.parametrize(
    ("pipeline", "message"),
    [
        ({"stages": {"train": {"loss": object}}}, r"stages\.train\.loss: .* is type"),
        ({"stages": {"train": {"lr": float("nan")}}}, r"stages\.train\.lr: nan is float"),
        ({"stages": [{1, 2}]}, r"stages\.0: .* is set"),
        ({1: 2}, "the pipeline: the key 1 is not text"),
    ],
)
def test_what_a_pipeline_cannot_hold_is_named_with_its_place(
    pipeline: dict[Any, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        source_of(pipeline)
