"""What callbacks are given, and what they cannot do to a training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.entry import Entry
from cifar_pipe.catalog.core.facts import CallbackFacts
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.context import Context
from cifar_pipe.errors import Interrupted
from cifar_pipe.model.network import Network
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.callbacks.callback import Callback, State, View
from cifar_pipe.training.job import History, TrainingJob
from cifar_pipe.training.loop import train
from tests.kit import RecordedEvents, random_data, small


class Meddler(Callback):
    """Changes all that it is given, and draws random numbers."""

    def begin(self, view: View) -> None:
        self._view = view

    def after_step(self, state: State) -> None:
        torch.rand(3)
        found = self._view.predict("test", 4)
        found.probabilities.fill_(7)
        found.pictures.fill_(7)
        with pytest.raises(FrozenInstanceError):
            state.step = 0  # type: ignore[misc]
        with pytest.raises(TypeError):
            state.values["val_loss"] = 0  # type: ignore[index]
        with pytest.raises(FrozenInstanceError):
            self._view.folder = None  # type: ignore[misc,assignment]


class FailsAtOnce(Callback):
    def begin(self, view: View) -> None:
        raise KeyError("nothing there")


class FailsAfterSteps(Callback):
    def after_step(self, state: State) -> None:
        if state.step == 2:
            raise ValueError("two is too much")


class GivesNumbers:
    """Nothing but what it is for, without the base class."""

    def after_epoch(self, state: State) -> Any:
        return state.epoch


class Records(Callback):
    def begin(self, view: View) -> None:
        self._record = view.record

    def after_epoch(self, state: State) -> None:
        self._record(state, {"wide": [1, 2.5]})
        if state.epoch == 2:
            self._record(state, {"val_loss": 0.0})


class Stops(Callback):
    def after_step(self, state: State) -> str | None:
        return "it is enough" if state.step == 2 else None


class IsInterrupted(Callback):
    def after_step(self, state: State) -> str | None:
        raise Interrupted(2)


OWN = (Meddler, FailsAtOnce, FailsAfterSteps, GivesNumbers, Records, Stops, IsInterrupted)


@pytest.fixture(autouse=True)
def own_callbacks(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in OWN:
        address = f"{__name__}:{one.__name__}"
        entry = Entry("callback", one.__name__, "", address, facts=CallbackFacts())
        monkeypatch.setitem(table_of("callback").entries, one.__name__, entry)  # type: ignore[arg-type]


Trained = Callable[..., tuple[History, Network]]


@pytest.fixture
def trained(context: Context) -> Trained:
    def run(*callbacks: str) -> tuple[History, Network]:
        network, data = small(), random_data(train=12, test=8, val=4)
        spec = Train(
            epochs=3,
            loss=make("loss", "CrossEntropyLoss"),
            optimizer=make("optimizer", "SGD", lr=0.1),
            callbacks=[make("callback", name) for name in callbacks],
        )
        return train(TrainingJob(network, data, spec, context)), network

    return run


def same(one: Network, other: Network) -> bool:
    theirs = other.state_dict()
    return all(torch.equal(value, theirs[name]) for name, value in one.state_dict().items())


def test_whatever_a_callback_does_the_training_is_the_same(
    trained: Trained, events: RecordedEvents
) -> None:
    (_, alone), (_, with_it) = trained(), trained("Meddler")
    assert same(alone, with_it)
    assert with_it.training
    assert events.warnings == []


@pytest.mark.parametrize(
    ("name", "method", "said"),
    [
        ("FailsAtOnce", "begin", "KeyError: 'nothing there'"),
        ("FailsAfterSteps", "after_step", "ValueError: two is too much"),
        (
            "GivesNumbers",
            "after_epoch",
            "TypeError: after_epoch gives a text, or None, and not int",
        ),
        ("Records", "after_epoch", "ValueError: rows have a val_loss of their own"),
    ],
)
def test_one_that_raises_is_told_by_name_and_the_training_goes_on(
    name: str, method: str, said: str, trained: Trained, events: RecordedEvents, context: Context
) -> None:
    (history, network), (_, alone) = trained(name), trained()
    assert history.epochs == 3
    assert same(network, alone)
    file = f"{name}_failed.txt"
    told = f"train: the callback {name} failed in {method} and is left out from there on: {said}"
    assert events.warnings == [f"{told}; the traceback is in stages/train/{file}"]
    assert context.facts["warnings"]
    assert said in (context.folder / file).read_text()


def test_others_are_asked_after_one_that_failed(trained: Trained) -> None:
    history, _ = trained("FailsAtOnce", "Stops")
    assert (history.stopped, history.steps, history.epochs) == ("it is enough", 2, 1)


def test_what_ends_the_run_is_no_failure_of_a_callback(trained: Trained) -> None:
    with pytest.raises(Interrupted):
        trained("IsInterrupted")


def test_rows_have_their_place_in_the_training(trained: Trained, events: RecordedEvents) -> None:
    trained("Records")
    rows = [row for row in events.rows if "wide" in row]
    assert [(row["stage"], row["epoch"], row["step"], row["wide"]) for row in rows] == [
        ("train", 1, 3, [1, 2.5]),
        ("train", 2, 6, [1, 2.5]),
    ]


def test_each_has_a_folder_of_its_own(trained: Trained, context: Context) -> None:
    trained("Meddler", "Records")
    assert (context.folder / "Meddler").is_dir()
    assert (context.folder / "Records").is_dir()
