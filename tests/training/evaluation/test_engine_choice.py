"""Which engine evaluates follows from the pipeline and from what the training has recorded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from cifar_pipe.context import Context
from cifar_pipe.training.engines import loading, remembered
from cifar_pipe.training.evaluation import engine_choice
from cifar_pipe.training.evaluation.engine_choice import engine_after, engine_while_training
from tests.kit import small

pytest.importorskip("numba")
MANY = 10**9


@pytest.fixture
def auto(context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    monkeypatch.setattr(remembered, "_path", lambda key: tmp_path / f"{key}.json")
    return replace(context, engine="auto")


def raced(monkeypatch: pytest.MonkeyPatch, eager: float, kernels: float) -> None:
    monkeypatch.setattr(engine_choice, "_raced", lambda *_: {"eager": eager, "kernels": kernels})


@pytest.mark.parametrize(("kernels", "taken"), [(0.5, "kernels"), (0.95, "eager"), (2.0, "eager")])
def test_a_training_by_kernels_evaluates_by_what_is_clearly_faster(
    kernels: float, taken: str, auto: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    raced(monkeypatch, 1.0, kernels)
    assert engine_while_training(small(), auto, "kernels") == taken
    # Whatever another trial would find.
    raced(monkeypatch, kernels, 1.0)
    assert engine_while_training(small(), auto, "kernels") == taken


@pytest.mark.parametrize("engine", ["eager", "compile", "closure"])
def test_other_trainings_evaluate_eagerly(engine: str, auto: Context) -> None:
    assert engine_while_training(small(), auto, engine) == "eager"


def test_kernels_that_are_asked_for_are_taken_without_a_trial(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_choice, "_raced", None)
    asked = replace(context, engine="kernels")
    assert engine_while_training(small(), asked, "kernels") == "kernels"
    assert engine_after(None, small(), 1, asked) == "kernels"


def test_the_trial_leaves_random_numbers_and_the_network_as_they_are(auto: Context) -> None:
    network, before = small(), torch.get_rng_state()
    weights = {name: one.clone() for name, one in network.state_dict().items()}
    engine_while_training(network, auto, "kernels")
    assert torch.equal(torch.get_rng_state(), before)
    assert network.training
    assert all(torch.equal(one, weights[name]) for name, one in network.state_dict().items())


@pytest.mark.parametrize(
    ("recorded", "images", "taken"),
    [
        ("kernels", MANY, "kernels"),
        ("kernels", 10, "eager"),
        ("eager", MANY, "eager"),
        (None, MANY, "eager"),
    ],
)
def test_after_a_training_many_images_go_as_it_has_recorded(
    recorded: str | None,
    images: int,
    taken: str,
    auto: Context,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loading, "is_compiled", lambda *, usual: True)
    assert engine_after(recorded, small(), images, auto) == taken
    eager = replace(auto, engine="eager")
    assert engine_after(recorded, small(), images, eager) == "eager"


def test_nothing_is_compiled_or_installed_for_an_evaluation(
    auto: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "is_compiled", lambda *, usual: False)
    assert engine_after("kernels", small(), MANY, auto) == "eager"
    assert engine_after(None, small(), MANY, auto) == "eager"
