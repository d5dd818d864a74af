from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.stages.find_batch_size.run import run
from cifar_pipe.stages.find_batch_size.spec import FindBatchSize
from cifar_pipe.training.trials import batch_sizes
from tests.kit import RecordedEvents, random_data, small


def find_batch_size(**more: Any) -> FindBatchSize:
    loss, optimizer = make("loss", "CrossEntropyLoss"), make("optimizer", "SGD", lr=0.1)
    return FindBatchSize(loss=loss, optimizer=optimizer, **more)


@pytest.fixture
def context(context: Context, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A CPU with 3,000 bytes, into which batches of 22 fit."""
    monkeypatch.setattr(batch_sizes, "free_memory", lambda _: 3_000)
    return replace(context, stage="find_batch_size")


def test_it_says_the_largest_that_fits_and_the_usual_size_below(
    context: Context, events: RecordedEvents
) -> None:
    run(find_batch_size(), {"model": small(), "data": random_data()}, context)
    fits, to_try = events.said
    assert "a batch of 22 fits into the 2.9 KiB that are free on cpu (estimated" in fits
    assert to_try == "find_batch_size: to try: -S load_data.batch_size=16"
    found = json.loads((context.folder / "find_batch_size.json").read_text())
    assert (found["largest"], found["batch_size"], found["tried"]) == (22, 16, False)


def test_the_images_of_a_step_are_kept_by_accumulation(
    context: Context, events: RecordedEvents
) -> None:
    inputs = {"model": small(), "data": random_data()}
    spec = find_batch_size(effective_batch_size=60, for_stage="fit", **{"from": {"data": "images"}})
    run(spec, inputs, context)
    assert events.said[-1] == "find_batch_size: to try: -S images.batch_size=20 -S fit.accumulate=3"


def test_a_network_that_does_not_fit_is_told(
    context: Context, events: RecordedEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_sizes, "free_memory", lambda _: 10)
    run(find_batch_size(), {"model": small(), "data": random_data()}, context)
    (line,) = events.said
    assert line.startswith("find_batch_size: not even a batch of 2 fits")


def test_no_more_than_the_largest_that_is_wanted(context: Context, events: RecordedEvents) -> None:
    inputs = {"model": small(), "data": random_data()}
    run(find_batch_size(max_batch_size=10), inputs, context)
    assert "a batch of 10, all that were looked for, fits" in events.said[0]
