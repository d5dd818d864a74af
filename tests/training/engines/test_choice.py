"""Kernels are taken where they compute the same and end first, and what is taken instead is told why."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.training import loop
from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.engines import choice, kernels, loading, remembered, trial
from cifar_pipe.training.engines.choice import Chosen, Wanted
from cifar_pipe.training.engines.kernels import KernelsEngine
from cifar_pipe.training.engines.optimizing import Update
from cifar_pipe.training.job import TrainingJob
from cifar_pipe.training.loop import train
from cifar_pipe.training.optimization.steps import steps_of
from tests.kit import random_data, small
from tests.training.checkpoints.trainings import Training
from tests.training.engines.times import seem_to_take

pytest.importorskip("numba")
LONG = Wanted(10_000)


def chosen(
    context: Context, wanted: Wanted = LONG, *, batch_size: int = 4, **settings: Any
) -> Chosen:
    spec, data = Training(settings).spec, random_data(batch_size=batch_size)
    with steps_of(small(), data, spec, context, wanted=wanted) as steps:
        return steps.chosen


@pytest.fixture
def auto(context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """Of two engines of which kernels are faster, whatever the machine does meanwhile."""
    monkeypatch.setattr(loading, "is_compiled", lambda *, usual: True)
    monkeypatch.setattr(loading, "LOAD_SECONDS", 0.0)
    monkeypatch.setattr(remembered, "_path", lambda key: tmp_path / f"{key}.json")
    seem_to_take(monkeypatch, {"eager": 0.2, "kernels": 0.1})
    return replace(context, engine="auto")


def test_auto_takes_kernels_where_they_end_first_and_tells_the_times(auto: Context) -> None:
    found = chosen(auto)
    assert isinstance(found.engine, KernelsEngine)
    assert found.reason == "100 ms a step, 200 ms eagerly"


def test_auto_takes_what_is_faster(auto: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    seem_to_take(monkeypatch, {"eager": 0.2, "kernels": 0.3})
    found = chosen(auto)
    assert (found.engine.name, found.told) == ("eager", True)
    assert found.reason == "it is faster here: 200 ms a step, 300 ms with kernels"


def test_steps_that_are_as_fast_eagerly_are_eager(
    auto: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    seem_to_take(monkeypatch, {"eager": 0.2, "kernels": 0.2})
    assert chosen(auto).engine.name == "eager"


def test_steps_are_timed_in_turn(auto: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[str] = []
    step = trial.Trial.race

    def race(one: trial.Trial, steps: int) -> float:
        turns.append(one._engine.name)
        return step(one, steps)

    monkeypatch.setattr(trial.Trial, "race", race)
    chosen(auto)
    assert turns == ["eager", "kernels"] * choice._RACE_STEPS


def test_a_training_that_diverges_while_steps_are_timed_is_left_to_the_training(
    auto: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def race(one: trial.Trial, steps: int) -> float:
        raise NotFinite(math.inf)

    monkeypatch.setattr(trial.Trial, "race", race)
    assert chosen(auto).engine.name == "kernels"


def test_a_second_run_chooses_as_the_first_without_another_trial(
    auto: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = chosen(auto)
    # Whatever the machine does now.
    seem_to_take(monkeypatch, {"eager": 0.2, "kernels": 0.3})
    assert (chosen(auto).engine.name, chosen(auto).reason) == (first.engine.name, first.reason)
    assert chosen(auto, batch_size=7).engine.name == "eager"


@pytest.mark.parametrize(
    ("tried", "kept"), [(1e9, False), (1e-9, True)], ids=["slower than it", "faster than it"]
)
def test_a_trial_that_the_training_refutes_is_forgotten(
    tried: float, kept: bool, auto: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seem_to_take(monkeypatch, {"eager": tried, "kernels": tried / 2})
    # Whose trial is kept beside it.
    monkeypatch.setattr(loop, "engine_while_training", lambda *_: "eager")
    spec = Training({"steps": 600, "log_every": 100}).spec
    history = train(TrainingJob(small(), random_data(), spec, auto))
    assert history.choices["engine"] == "kernels"
    assert bool([*tmp_path.glob("*.json")]) is kept


@pytest.mark.parametrize("content", ["", "[]", '{"eager": 0, "kernels": 1}', '{"eager": "a"}'])
def test_what_cannot_be_read_of_an_earlier_trial_is_tried_again(
    content: str, auto: Context, tmp_path: Path
) -> None:
    first = chosen(auto)
    (file,) = tmp_path.glob("*.json")
    file.write_text(content)
    assert chosen(auto).reason == first.reason


@pytest.mark.parametrize(
    ("kept", "taken"), [(None, "kernels"), ("eager", "eager"), ("kernels", "kernels")]
)
def test_a_resumed_training_keeps_its_engine(auto: Context, kept: str | None, taken: str) -> None:
    assert chosen(auto, Wanted(10_000, kept)).engine.name == taken


def test_what_has_no_kernel_goes_to_eager(auto: Context) -> None:
    found = chosen(auto, optimizer=make("optimizer", "LBFGS"))
    assert (found.engine.name, found.told) == ("closure", True)
    assert found.reason == "there is no kernel for the optimizer LBFGS"


def test_short_trainings_are_eager_without_a_word(auto: Context) -> None:
    found = chosen(auto, Wanted(100))
    assert (found.engine.name, found.told) == ("eager", False)


def test_a_training_too_short_to_compile_for_is_eager(
    auto: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "is_compiled", lambda *, usual: False)
    monkeypatch.setattr(loading, "COMPILE_SECONDS", dict.fromkeys((True, False), 1e6))
    assert chosen(auto).reason == "compiling kernels would take longer than they save"


def test_nothing_is_compiled_for_a_forecast(auto: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "is_compiled", lambda *, usual: False)
    monkeypatch.setattr(loading, "load", None)
    found = chosen(auto, Wanted(10**6, compiles=False))
    assert (found.engine.name, found.reason) == ("eager", "its kernels are not compiled yet")


def test_without_numba_what_to_install_is_told(
    auto: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "is_installed", lambda: False)
    found = chosen(auto)
    assert (found.engine.name, found.told) == ("eager", True)
    assert found.reason.endswith("pip install 'cifar-pipe[fast]'")


@pytest.mark.parametrize("setting", ["auto", "kernels"])
def test_kernels_that_cannot_be_loaded_are_told(
    setting: Any, auto: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*, usual: bool) -> None:
        raise OSError("no folder that numba may write")

    monkeypatch.setattr(kernels, "load", load)
    found = chosen(replace(auto, engine=setting))
    assert (found.engine.name, found.told) == ("eager", True)
    assert found.reason == "kernels cannot be loaded: no folder that numba may write"


def test_kernels_that_are_asked_for_and_refused_leave_the_network_as_it_was(
    auto: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[KernelsEngine] = []
    real = KernelsEngine.close
    monkeypatch.setattr(KernelsEngine, "step", lambda self, taken: 1e6)
    monkeypatch.setattr(KernelsEngine, "close", lambda self: (made.append(self), real(self)))
    spec = Training().spec
    context = replace(auto, engine="kernels")
    with steps_of(small(), random_data(), spec, context, wanted=LONG) as steps:
        assert steps.engine.name == "eager"
        # Views of one row of numbers, where kernels have taken them.
        sizes = [one.untyped_storage().nbytes() // 4 for one in steps.network.parameters()]
        assert sizes == [one.numel() for one in steps.network.parameters()]
    assert len(made) == 1


def test_kernels_that_compute_something_else_are_not_taken(
    auto: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = KernelsEngine.step
    monkeypatch.setattr(KernelsEngine, "step", lambda self, taken: float(real(self, taken)) + 0.01)
    found = chosen(auto)
    assert found.engine.name == "eager"
    assert found.reason.startswith("kernels compute something else: a loss of")


def test_gradients_that_are_wrong_are_found_whatever_the_loss(
    auto: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Update.apply

    def wrong(self: Update, gradients: Any) -> None:
        gradients *= 1.05
        real(self, gradients)

    monkeypatch.setattr(Update, "apply", wrong)
    assert "kernels compute something else" in chosen(auto).reason


def test_the_engine_is_reported(auto: Context) -> None:
    spec = Training({"steps": 600, "log_every": 100}).spec
    history = train(TrainingJob(small(), random_data(), spec, auto))
    assert history.choices["engine"] == "kernels"
    assert auto.facts["engine"] == "kernels"
    assert "train: kernels: 100 ms a step, 200 ms eagerly" in auto.events.notes


def test_the_trial_leaves_the_training_as_it_was(
    auto: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = Training({"steps": 3, "log_every": 1}).spec
    eager = train(TrainingJob(small(), random_data(), spec, replace(auto, engine="eager")))
    tried = train(TrainingJob(small(), random_data(), spec, replace(auto, engine="kernels")))
    ours, theirs = ([row["loss"] for row in one.rows if "loss" in row] for one in (tried, eager))
    assert ours == pytest.approx(theirs, rel=1e-6)
