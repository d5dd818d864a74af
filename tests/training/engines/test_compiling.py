"""Steps whose forward and backward pass torch.compile makes: here without code of its own, which takes a minute."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch

from cifar_pipe.context import Context
from cifar_pipe.training.engines import choice, loading, remembered, trial
from cifar_pipe.training.engines.choice import Chosen, Making, Wanted
from cifar_pipe.training.engines.compiling import CompileEngine
from cifar_pipe.training.optimization.steps import steps_of
from tests.kit import conv, layer, random_data, small
from tests.training.checkpoints.trainings import (
    HEAD,
    Process,
    Result,
    Training,
    differences,
    garbage_in_the_random_states,
)
from tests.training.engines.times import seem_to_take

COMPILE = {"engine": "compile"}
DROPOUT = Training(layers=(conv(4), layer("BatchNorm2d"), layer("Dropout"), *HEAD), context=COMPILE)


def chosen(context: Context, kept: str | None = None, *, compiles: bool = True) -> Chosen:
    spec, wanted = Training().spec, Wanted(1000, kept, compiles)
    with steps_of(small(), random_data(), spec, context, wanted=wanted) as steps:
        return steps.chosen


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """Traced and differentiated by the compiler, and computed by PyTorch; the functions that were compiled."""
    seen: list[Any] = []
    real = torch.compile

    def compile_(function: Callable[..., Any], **given: Any) -> Any:
        seen.append(given)
        return real(function, dynamic=given["dynamic"], backend="aot_eager")

    monkeypatch.setattr(torch, "compile", compile_)
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    return seen


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(torch, "compile", lambda function, **given: functools.partial(function))
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))


def test_it_is_taken_where_it_is_asked_for(traced: list[Any], context: Context) -> None:
    data, network, wanted = random_data(), small(), Wanted(1000)
    before = {name: one.clone() for name, one in network.state_dict().items()}
    context = replace(context, engine="compile")
    with steps_of(network, data, Training().spec, context, wanted=wanted) as steps:
        found = steps.chosen
        assert isinstance(found.engine, CompileEngine)
        assert found.reason.endswith(" eagerly")
        # What was tried is taken back.
        assert all(torch.equal(one, before[name]) for name, one in network.state_dict().items())
        assert not steps.optimizer.state
        for batch in data.batches("train"):
            found.engine.step([batch])
    # It is compiled once, the trial included.
    assert traced == [
        {"dynamic": False, "options": {"fallback_random": True, "triton.cudagraphs": False}}
    ]


@pytest.mark.usefixtures("plain")
def test_a_resumed_training_keeps_it(context: Context) -> None:
    assert chosen(replace(context, engine="auto"), "compile").engine.name == "compile"
    assert chosen(replace(context, engine="eager"), "compile").engine.name == "eager"


@pytest.fixture
def auto(
    plain: None, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Context, dict[str, float]]:
    """Without kernels; the seconds that steps seem to take. So long a training is worth compiling for."""
    seconds = {"eager": 10.0, "compile": 8.0}
    monkeypatch.setattr(loading, "is_installed", lambda: False)
    monkeypatch.setattr(remembered, "_path", lambda key: tmp_path / f"{key}.json")
    seem_to_take(monkeypatch, seconds)
    return replace(context, engine="auto"), seconds


def test_auto_compiles_for_a_long_training_where_it_is_faster(
    auto: tuple[Context, dict[str, float]],
) -> None:
    context, seconds = auto
    found = chosen(context)
    assert (found.engine.name, found.reason) == ("compile", "8 s a step, 10 s eagerly")
    # Whatever the machine does now.
    seconds["compile"] = 11.0
    assert chosen(context).engine.name == "compile"


def test_auto_compiles_for_no_short_training(auto: tuple[Context, dict[str, float]]) -> None:
    context, seconds = auto
    seconds["eager"] = 1.0
    found = chosen(context)
    assert (found.engine.name, context.events.notes) == ("eager", [])


def test_auto_stays_eager_where_what_is_compiled_is_not_clearly_faster(
    auto: tuple[Context, dict[str, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, seconds = auto
    seconds["compile"] = 9.5
    found = chosen(context)
    assert found.engine.name == "eager"
    assert found.reason.endswith("; it is faster here: 10 s a step, 9.5 s compiled")
    # It is not compiled once more to find that out.
    monkeypatch.setattr(torch, "compile", None)
    assert chosen(context).engine.name == "eager"


def test_auto_is_eager_where_memory_holds_no_second_network(
    auto: tuple[Context, dict[str, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def first_steps(self: trial.Trial, **_: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(trial.Trial, "first_steps", first_steps)
    assert chosen(auto[0]).engine.name == "eager"


def test_auto_compiles_for_no_forecast(auto: tuple[Context, dict[str, float]]) -> None:
    assert chosen(auto[0], compiles=False).engine.name == "eager"


@pytest.mark.parametrize(
    ("device", "epochs", "compiles"),
    [("cuda:0", 50, True), ("cuda:0", 20, False), ("cpu", 50, False)],
)
def test_on_a_gpu_a_minute_of_resnet_is_worth_compiling_for(
    device: str, epochs: int, compiles: bool, context: Context
) -> None:
    making = cast("Making", SimpleNamespace(context=replace(context, device=device)))
    steps, known = 97 * epochs, {"eager": 0.0105}
    assert choice._is_worth_compiling(making, known, steps, lambda _: iter(())) is compiles
    # What a step then takes is known: later its code is kept.
    known["compile"] = 0.0075
    assert choice._is_worth_compiling(making, known, 97 * 50, lambda _: iter(())) is (
        device != "cpu"
    )


@pytest.mark.usefixtures("plain")
def test_the_time_of_a_step_is_that_of_the_device_and_the_precision(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    with steps_of(small(), random_data(), Training().spec, context, wanted=Wanted(9)) as steps:
        making = steps.making
    assert making is not None
    names = iter(["H100", "H200", "H200", "H200"])
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: next(names))
    on_a_gpu = replace(context, device="cuda:0")
    of = (context, on_a_gpu, on_a_gpu, replace(on_a_gpu, precision="bfloat16"))
    assert len({replace(making, context=one).key() for one in of}) == len(of)


@pytest.mark.parametrize(
    ("device", "accumulate", "graphs"), [("cuda", 1, True), ("cuda", 2, False), ("cpu", 1, False)]
)
def test_a_gpu_replays_graphs_but_of_gradients_that_are_added_up(
    device: str, accumulate: int, graphs: bool, traced: list[Any], context: Context
) -> None:
    network = small()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    given = network, torch.nn.CrossEntropyLoss(), optimizer, replace(context, device=device)
    CompileEngine(*given, batch_size=4, accumulate=accumulate)._compile(given[1])
    assert traced[0]["options"]["triton.cudagraphs"] is graphs


def test_without_a_compiler_the_training_is_eager_and_says_so(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compile_(function: Callable[..., Any], **given: Any) -> Any:
        def call(*args: Any) -> Any:
            raise RuntimeError("InvalidCxxCompiler: No working C++ compiler found\nmore")

        return call

    monkeypatch.setattr(torch, "compile", compile_)
    found = chosen(replace(context, engine="compile"))
    assert (found.engine.name, found.told) == ("eager", True)
    assert found.reason == (
        "torch.compile cannot be used: InvalidCxxCompiler: No working C++ compiler found"
    )


def test_what_computes_something_else_is_not_taken(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        torch, "compile", lambda function, **given: lambda *taken: 1.01 * function(*taken)
    )
    assert "computes something else" in chosen(replace(context, engine="compile")).reason


@pytest.mark.usefixtures("plain")
def test_a_smaller_last_batch_is_not_compiled_for(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def compile_(function: Callable[..., Any], **given: Any) -> Any:
        return lambda images, labels: (sizes.append(len(labels)), function(images, labels))[1]

    monkeypatch.setattr(torch, "compile", compile_)
    data, spec = random_data(train=10, batch_size=4), Training().spec
    with steps_of(
        small(), data, spec, replace(context, engine="compile"), wanted=Wanted(9)
    ) as steps:
        for batch in data.batches("train"):
            steps.engine.step([batch])
    assert set(sizes) == {4}


@pytest.mark.usefixtures("plain")
def test_a_training_that_is_stopped_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    expected = Process(DROPOUT, tmp_path / "whole", Result()).run()
    for stop_at in (1, expected.checks // 2, expected.checks - 1):
        result = Result()
        Process(DROPOUT, tmp_path / str(stop_at), result, stop_at=stop_at).run()
        garbage_in_the_random_states()
        found = Process(DROPOUT, tmp_path / str(stop_at), result, network_seed=5).run()
        assert found.history["choices"]["engine"] == "compile"
        assert differences(found.weights, expected.weights) == []
        assert differences(found.state, expected.state) == []
