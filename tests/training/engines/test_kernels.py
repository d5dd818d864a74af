"""The kernels compute the steps that PyTorch computes, within rounding, whatever the network is made of."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from torch.optim import SGD, Adagrad, Adam, AdamW, NAdam, RMSprop

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Batching, Data, Epoch
from cifar_pipe.data.store import Split
from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.engine import Engine
from cifar_pipe.training.engines import chunks
from cifar_pipe.training.engines.kernels import KernelsEngine
from cifar_pipe.training.engines.layout import Program
from cifar_pipe.training.engines.loading import load
from cifar_pipe.training.engines.torch_loss import TorchLoss
from cifar_pipe.training.engines.tracing.trace import trace
from cifar_pipe.training.optimization.gradient_descent import GradientDescent
from tests.kit import layer
from tests.training.engines.pairs import (
    CLASSES,
    OptimizerOf,
    Pair,
    batches,
    conv,
    network,
    residual,
)

pytest.importorskip("numba")


@pytest.mark.parametrize(
    ("layers", "usual"),
    [
        ([conv(), layer("ReLU"), layer("MaxPool2d", kernel_size=2)], True),
        ([conv(), layer("BatchNorm2d"), layer("ReLU")], False),
        ([conv(), layer("AvgPool2d", kernel_size=2)], False),
    ],
    ids=["LeNet", "batch normalization", "average pooling"],
)
def test_only_what_a_network_needs_is_compiled(layers: list[Component], usual: bool) -> None:
    one = network(layers)
    assert trace(one, one.input_shape).is_usual is usual
    names = {True: "program", False: "any_program"}
    assert load(usual=usual).run.__module__.endswith(f".{names[usual]}")


SMALL = [conv(), layer("ReLU"), layer("Dropout", p=0.2)]


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda p: SGD(p, lr=0.01, fused=True),
        lambda p: SGD(p, lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.01, fused=True),
        lambda p: SGD(p, lr=0.01, momentum=0.5, maximize=True, fused=True),
        lambda p: SGD(
            [{"params": p[:1], "lr": 0.02}, {"params": p[1:]}], lr=0.01, weight_decay=0.1
        ),
        lambda p: GradientDescent(p, lr=0.01),
        lambda p: Adam(p, lr=0.001, weight_decay=0.01, fused=True),
        lambda p: AdamW(p, lr=0.001, betas=(0.8, 0.95), fused=True),
        lambda p: SGD(p, lr=0.01, momentum=0.9, dampening=0.5),
        lambda p: RMSprop(p, lr=0.001, momentum=0.5),
        lambda p: NAdam(p, lr=0.001),
        lambda p: Adagrad(p, lr=0.01),
    ],
    ids=[
        *("plain", "nesterov", "maximize", "groups", "tutorial", "Adam", "AdamW"),
        *("dampening", "RMSprop", "NAdam", "Adagrad"),
    ],
)
def test_200_steps_of_each_optimizer_are_those_of_pytorch(
    optimizer: OptimizerOf, context: Context
) -> None:
    base = network(SMALL)
    pair = Pair(base, context, optimizer=optimizer)
    for batch in batches(200, 4):
        eager, kernels = pair.step(batch)
        assert kernels == pytest.approx(eager, rel=1e-3, abs=1e-4)
    pair.check(base.state_dict(), tolerance=1e-2)
    states = [one.state_dict()["state"] for one in pair.optimizers]
    for number, state in states[0].items():
        assert state.keys() == states[1][number].keys()


@pytest.mark.parametrize(
    "loss",
    [
        {"label_smoothing": 0.1},
        {"weight": [1.0, 0.5, 2.0]},
        {"weight": [1.0, 0.5, 2.0], "label_smoothing": 0.2},
        {"ignore_index": 1},
        {"reduction": "sum"},
    ],
    ids=str,
)
@pytest.mark.parametrize("together", [1, 2])
def test_losses_are_those_of_pytorch(loss: dict[str, Any], together: int, context: Context) -> None:
    base = network(SMALL[:2])
    pair = Pair(base, context, loss=make("loss", "CrossEntropyLoss", **loss))
    taken = batches(40, 5)
    for at in range(0, len(taken), together):
        eager, kernels = pair.step(*taken[at : at + together])
        assert kernels == pytest.approx(eager, rel=1e-4, abs=1e-5)
    pair.check(base.state_dict())


def test_labels_may_be_shares_of_the_classes(context: Context) -> None:
    base = network(SMALL[:2])
    pair = Pair(base, context)
    for images, labels in batches(20, 4):
        shares = torch.nn.functional.one_hot(labels, CLASSES).float().mul(0.7).add(0.1)
        eager, kernels = pair.step((images, shares))
        assert kernels == pytest.approx(eager, rel=1e-4)


OTHERS = {
    "FocalLoss": {},
    "FocalLoss with weights": {"weight": [1.0, 0.5, 2.0]},
    "BCEWithLogitsLoss": {},
    "MSELoss": {"reduction": "sum"},
    "MultiMarginLoss": {"weight": [1.0, 0.5, 2.0]},
    "CrossEntropyLoss of shares": {"target": "probability"},
}


@pytest.mark.parametrize(("name", "given"), OTHERS.items(), ids=OTHERS.keys())
@pytest.mark.parametrize("size", [5, 37])
def test_other_losses_are_computed_by_pytorch(
    name: str, given: dict[str, Any], size: int, context: Context
) -> None:
    base = network(SMALL[:2])
    pair = Pair(base, context, loss=make("loss", name.split(maxsplit=1)[0], **given), threads=2)
    taken = batches(20, size)
    for at in range(0, len(taken), 2):
        eager, kernels = pair.step(*taken[at : at + 2])
        assert kernels == pytest.approx(eager, rel=1e-4, abs=1e-5)
    pair.check(base.state_dict())
    pair.engines[1].close()


@pytest.mark.parametrize("clipping", [{"clip_grad_norm": 0.1}, {"clip_grad_value": 0.01}], ids=str)
def test_gradients_are_clipped_as_pytorch_does(
    clipping: dict[str, float], context: Context
) -> None:
    base = network(SMALL)
    pair = Pair(base, context, **clipping)
    for batch in batches(20, 4):
        pair.step(batch)
    pair.check(base.state_dict())


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_large_batch_is_that_of_pytorch_on_any_number_of_threads(
    threads: int, context: Context
) -> None:
    base = network(SMALL)
    pair = Pair(base, context, threads=threads)
    for batch in batches(10, 53):
        eager, kernels = pair.step(batch)
        assert kernels == pytest.approx(eager, rel=1e-4)
    pair.check(base.state_dict())
    pair.engines[1].close()


@pytest.mark.parametrize("kind", ["BatchNorm2d", "BatchNorm1d"])
def test_a_single_image_is_normalized_as_pytorch_does(kind: str, context: Context) -> None:
    of_features = [layer("Flatten"), layer("Linear", out_features=6), layer("BatchNorm1d")]
    pair = Pair(network(of_features if kind == "BatchNorm1d" else [conv(), layer(kind)]), context)
    ((images, labels),) = batches(1, 1)
    if kind == "BatchNorm1d":
        with pytest.raises(ValueError, match="more than 1 value per channel"):
            pair.engines[1].step([(images, labels)])
        return
    eager, kernels = pair.step((images, labels))
    assert kernels == pytest.approx(eager, rel=1e-4)


NORMALIZED = [
    conv(), layer("BatchNorm2d"), layer("ReLU"), residual(conv(padding=1), layer("BatchNorm2d")),
    layer("Dropout", p=0.2), layer("MaxPool2d", kernel_size=2),
]  # fmt: skip


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("loss", ["CrossEntropyLoss", "MultiMarginLoss"])
def test_a_batch_is_normalized_as_a_whole_on_any_number_of_threads(
    threads: int, loss: str, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "WORTH_A_MEETING", 0)
    base = network(NORMALIZED)
    pair = Pair(base, context, threads=threads, loss=make("loss", loss))
    for batch in batches(30, 7):
        eager, kernels = pair.step(batch)
        assert kernels == pytest.approx(eager, rel=1e-3, abs=1e-4)
    pair.check(base.state_dict())
    pair.engines[1].close()


def test_what_fails_on_one_thread_is_told_and_the_others_do_not_wait(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = TorchLoss.run

    def failing(self: TorchLoss, program: Program, *given: Any) -> float:
        if program.images == 3:
            raise ValueError("a bad label")
        return real(self, program, *given)

    monkeypatch.setattr(chunks, "WORTH_A_MEETING", 0)
    monkeypatch.setattr(TorchLoss, "run", failing)
    pair = Pair(network(NORMALIZED), context, threads=2, loss=make("loss", "MultiMarginLoss"))
    with pytest.raises(ValueError, match="a bad label"):
        pair.engines[1].step(batches(1, 7))
    pair.engines[1].close()


@pytest.mark.parametrize(
    ("layers", "threads"), [(SMALL, 2), (NORMALIZED, 3)], ids=["apart", "meeting"]
)
def test_two_runs_on_several_threads_are_equal_to_the_bit(
    layers: list[Component], threads: int, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "WORTH_A_MEETING", 0)
    ends = []
    for _ in range(2):
        torch.manual_seed(0)
        pair = Pair(network(layers), context, threads=threads)
        for batch in batches(10, 70):
            pair.engines[1].step([batch])
        pair.engines[1].close()
        ends.append(pair.kernels.state_dict())
    torch.testing.assert_close(*ends, rtol=0, atol=0)


@pytest.mark.parametrize("size", [4, 8, 11, 48])
@pytest.mark.parametrize("moved", [False, True], ids=["as they are", "moved"])
def test_images_made_from_bytes_are_those_of_the_transforms(
    size: int, moved: bool, context: Context
) -> None:
    source = torch.Generator().manual_seed(1)
    images = torch.randint(0, 256, (50, 2, 7, 6), dtype=torch.uint8, generator=source)
    split = Split("train", images, torch.arange(50) % CLASSES)
    moves = [make("transform", "RandomCrop", size=[7, 6], padding=2)]
    moves += [make("transform", "RandomHorizontalFlip")]
    values = [
        make("transform", "ToTensor"),
        make("transform", "Normalize", mean=[0.4, 0.5], std=[0.2, 0.3]),
    ]
    batching = Batching([*(moves if moved else []), *values], batch_size=size)
    data = Data({"train": split}, classes=("plane", "car", "bird"), batching=batching)
    ends = []
    for how in (Engine.batches, KernelsEngine.batches):
        pair = Pair(network(SMALL[:2]), context, threads=2)
        engine = pair.engines[1]
        losses = [
            engine.step([one]) for epoch in range(2) for one in how(engine, data, Epoch(epoch))
        ]  # type: ignore[arg-type]
        engine.close()
        ends.append((losses, pair.kernels.state_dict()))
    torch.testing.assert_close(*ends, rtol=0, atol=0)


def test_a_loss_that_is_not_finite_changes_no_weight(context: Context) -> None:
    pair = Pair(network(SMALL), context)
    before = copy.deepcopy(pair.kernels.state_dict())
    ((images, labels),) = batches(1, 4)
    with pytest.raises(NotFinite):
        pair.engines[1].step([(images * torch.inf, labels)])
    torch.testing.assert_close(pair.kernels.state_dict(), before, rtol=0, atol=0)


def test_after_the_last_step_each_tensor_has_memory_of_its_own(context: Context) -> None:
    pair = Pair(network([conv(), layer("BatchNorm2d")]), context)
    pair.engines[1].close()
    places = {one.untyped_storage().data_ptr() for one in pair.kernels.state_dict().values()}
    assert len(places) == len(pair.kernels.state_dict())
