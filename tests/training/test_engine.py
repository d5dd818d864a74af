"""One step of each engine, against the same step written by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim import LBFGS, SGD

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.model.network import build
from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.engine import ClosureEngine, EagerEngine, Step, make_engine
from cifar_pipe.training.targets import criterion as criterion_of
from cifar_pipe.training.targets import weighted_mean
from tests.kit import conv, layer, small

LABELS = torch.tensor([0, 2])


@pytest.fixture
def images() -> Tensor:
    return torch.rand(2, 1, 2, 5, generator=torch.Generator().manual_seed(1))


def test_a_step_is_forward_backward_and_update(images: Tensor, context: Context) -> None:
    ours, theirs = small(), small()
    engine = make_engine(ours, nn.CrossEntropyLoss(), SGD(ours.parameters(), lr=0.1), context)
    value = engine.step([(images, LABELS)])
    loss = nn.CrossEntropyLoss()(theirs(images), LABELS)
    loss.backward()
    SGD(theirs.parameters(), lr=0.1).step()
    assert isinstance(engine, EagerEngine)
    assert value == loss.item()
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=0, atol=0)


def test_gradients_of_the_step_before_are_forgotten(images: Tensor, context: Context) -> None:
    network = small()
    engine = make_engine(network, nn.MSELoss(), SGD(network.parameters(), lr=0.0), context)
    targets = torch.zeros(2, 3)
    engine.step([(images, targets)])
    first = network.fc.weight.grad.clone()
    engine.step([(images, targets)])
    assert torch.equal(network.fc.weight.grad, first)


def test_on_another_device_than_the_cpu_the_loss_is_not_read(
    images: Tensor, context: Context
) -> None:
    network = small()
    optimizer = SGD(network.parameters(), lr=0.1)
    engine = EagerEngine(network, nn.CrossEntropyLoss(), optimizer, replace(context, device="cuda"))
    loss = engine.step([(images, LABELS)])
    assert isinstance(loss, Tensor)
    assert not loss.requires_grad


def test_a_loss_that_is_not_finite_changes_no_weight(images: Tensor, context: Context) -> None:
    network = small()
    before = network.fc.weight.detach().clone()
    optimizer = SGD(network.parameters(), lr=0.1)
    engine = make_engine(network, nn.CrossEntropyLoss(), optimizer, context)
    with pytest.raises(NotFinite) as caught:
        engine.step([(images * math.inf, LABELS)])
    assert math.isnan(caught.value.loss)
    assert torch.equal(network.fc.weight, before)


def test_lbfgs_reports_the_first_of_its_losses(images: Tensor, context: Context) -> None:
    network = small()
    optimizer = LBFGS(network.parameters(), lr=0.5)
    engine = make_engine(network, nn.CrossEntropyLoss(), optimizer, context)
    first = nn.CrossEntropyLoss()(network(images), LABELS).item()
    assert isinstance(engine, ClosureEngine)
    assert engine.step([(images, LABELS)]) == pytest.approx(first)


def batches_of(*sizes: int) -> list[tuple[Tensor, Tensor]]:
    generator = torch.Generator().manual_seed(2)
    return [
        (
            torch.rand(size, 1, 2, 5, generator=generator),
            torch.randint(0, 3, (size,), generator=generator),
        )
        for size in sizes
    ]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("sizes", [(4, 4, 4), (4, 4, 1)])
def test_accumulated_batches_make_the_step_of_one_large_batch(
    sizes: tuple[int, ...], reduction: str, context: Context
) -> None:
    ours, theirs = small(), small()
    criterion = nn.CrossEntropyLoss(reduction=reduction)
    step = Step(summed=reduction == "sum")
    optimizer = SGD(ours.parameters(), lr=0.1, momentum=0.9)
    engine = make_engine(ours, criterion, optimizer, context, step)
    by_hand = SGD(theirs.parameters(), lr=0.1, momentum=0.9)
    for _ in range(3):
        batches = batches_of(*sizes)
        value = engine.step(batches)
        images, labels = (torch.cat(parts) for parts in zip(*batches, strict=True))
        by_hand.zero_grad()
        loss = criterion(theirs(images), labels)
        loss.backward()
        by_hand.step()
        assert value == pytest.approx(loss.item(), rel=1e-6)
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=1e-5, atol=1e-6)


WEIGHT = [0.2, 1.0, 5.0]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("CrossEntropyLoss", {"weight": WEIGHT}),
        ("CrossEntropyLoss", {"weight": WEIGHT, "label_smoothing": 0.1}),
        ("CrossEntropyLoss", {"weight": WEIGHT, "ignore_index": 0}),
        ("CrossEntropyLoss", {"weight": WEIGHT, "reduction": "sum"}),
        ("CrossEntropyLoss", {"weight": [0.0, 1.0, 5.0]}),
        ("CrossEntropyLoss", {"ignore_index": 0}),
        ("NLLLoss", {"weight": WEIGHT}),
        ("NLLLoss", {"ignore_index": 0}),
        ("FocalLoss", {"weight": WEIGHT}),
        ("MultiMarginLoss", {"weight": WEIGHT}),
        ("BCEWithLogitsLoss", {"weight": WEIGHT}),
    ],
)
def test_accumulated_batches_weigh_as_in_one_large_batch(
    name: str, arguments: dict[str, Any], context: Context
) -> None:
    """In the first batch all images are of class 0: of some losses nothing counts there."""
    ours, theirs = small(), small()
    loss = make("loss", name, **arguments)
    criterion = criterion_of(loss, device="cpu")
    summed = arguments.get("reduction") == "sum"
    step = Step(summed=summed, weighted_mean=weighted_mean(loss, device="cpu"))
    engine = make_engine(ours, criterion, SGD(ours.parameters(), lr=0.1), context, step)
    by_hand = SGD(theirs.parameters(), lr=0.1)
    for _ in range(3):
        (images, labels), *others = batches_of(4, 4, 3)
        batches = [(images, torch.zeros_like(labels)), *others]
        value = engine.step(batches)
        all_images, all_labels = (torch.cat(parts) for parts in zip(*batches, strict=True))
        by_hand.zero_grad()
        value_by_hand = criterion(theirs(all_images), all_labels)
        value_by_hand.backward()
        by_hand.step()
        assert value == pytest.approx(value_by_hand.item(), rel=1e-6)
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=1e-5, atol=1e-6)


def test_accumulated_batches_that_are_all_ignored_change_nothing(context: Context) -> None:
    network = small()
    loss = make("loss", "CrossEntropyLoss", ignore_index=0)
    step = Step(weighted_mean=weighted_mean(loss, device="cpu"))
    optimizer = SGD(network.parameters(), lr=0.1)
    criterion = criterion_of(loss, device="cpu")
    engine = make_engine(network, criterion, optimizer, context, step)
    batches = [(images, torch.zeros_like(labels)) for images, labels in batches_of(2, 2)]
    assert engine.step(batches) == 0
    assert torch.equal(network.fc.weight, small().fc.weight)


def test_accumulated_shares_of_classes_weigh_as_in_one_large_batch(context: Context) -> None:
    """As MixUp makes them: PyTorch's weighted mean is over the images then."""
    ours, theirs = small(), small()
    loss = make("loss", "CrossEntropyLoss", weight=WEIGHT)
    criterion = criterion_of(loss, device="cpu")
    step = Step(weighted_mean=weighted_mean(loss, device="cpu"))
    engine = make_engine(ours, criterion, SGD(ours.parameters(), lr=0.1), context, step)
    batches = [(one, torch.rand(len(one), 3).softmax(1)) for one, _ in batches_of(4, 1)]
    value = engine.step(batches)
    images, shares = (torch.cat(parts) for parts in zip(*batches, strict=True))
    by_hand = criterion(theirs(images), shares)
    by_hand.backward()
    SGD(theirs.parameters(), lr=0.1).step()
    assert value == pytest.approx(by_hand.item(), rel=1e-6)
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=1e-5, atol=1e-6)


def test_a_loss_that_is_not_finite_in_any_of_the_batches_changes_no_weight(
    context: Context,
) -> None:
    network = small()
    before = network.fc.weight.detach().clone()
    optimizer = SGD(network.parameters(), lr=0.1)
    engine = make_engine(network, nn.CrossEntropyLoss(), optimizer, context)
    first, (images, labels) = batches_of(2, 2)
    with pytest.raises(NotFinite):
        engine.step([first, (images * math.inf, labels)])
    assert torch.equal(network.fc.weight, before)


@pytest.mark.parametrize(
    ("clipping", "clip"),
    [
        (Step(clip_grad_norm=0.05), lambda parameters: clip_grad_norm_(parameters, 0.05)),
        (Step(clip_grad_value=0.01), lambda parameters: clip_grad_value_(parameters, 0.01)),
    ],
)
def test_gradients_are_clipped_as_pytorch_clips_them(
    clipping: Step, clip: Callable[[list[nn.Parameter]], object], context: Context
) -> None:
    """Once for a step, when the gradients of all its batches are added up."""
    ours, theirs = small(), small()
    criterion = nn.CrossEntropyLoss()
    engine = make_engine(ours, criterion, SGD(ours.parameters(), lr=1.0), context, clipping)
    by_hand = SGD(theirs.parameters(), lr=1.0)
    for _ in range(3):
        batches = batches_of(2, 2)
        engine.step(batches)
        by_hand.zero_grad()
        for images, labels in batches:
            (criterion(theirs(images), labels) / 2).backward()
        parameters = list(theirs.parameters())
        before = [one.grad.clone() for one in parameters if one.grad is not None]
        clip(parameters)
        assert any(
            not torch.equal(one.grad, grad)
            for one, grad in zip(parameters, before, strict=True)
            if one.grad is not None
        )
        by_hand.step()
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=0, atol=0)


def test_bfloat16_is_the_loop_under_autocast(context: Context) -> None:
    ours, theirs = small(), small()
    criterion, context = nn.CrossEntropyLoss(), replace(context, precision="bfloat16")
    engine = make_engine(ours, criterion, SGD(ours.parameters(), lr=0.1), context)
    by_hand = SGD(theirs.parameters(), lr=0.1)
    for images, labels in batches_of(4, 4, 4):
        value = engine.step([(images, labels)])
        by_hand.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            outputs = theirs(images)
            loss = criterion(outputs, labels)
        assert outputs.dtype == torch.bfloat16
        loss.backward()
        by_hand.step()
        assert value == loss.item()
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=0, atol=0)
    assert {one.dtype for one in ours.parameters()} == {torch.float32}


@pytest.mark.parametrize("accumulated", [1, 2])
def test_bfloat16_true_is_the_loop_with_a_network_of_bfloat16(
    accumulated: int, context: Context
) -> None:
    """With batch normalization, whose statistics are in that format too."""
    layers = [conv(4), layer("BatchNorm2d"), layer("Flatten"), layer("Linear", out_features=3)]
    ours, theirs = (build(layers, (1, 2, 5), seed=0).to(torch.bfloat16) for _ in range(2))
    criterion, context = nn.CrossEntropyLoss(), replace(context, precision="bfloat16-true")
    optimizer = SGD(ours.parameters(), lr=0.1, momentum=0.9)
    engine = make_engine(ours, criterion, optimizer, context, Step(clip_grad_norm=0.5))
    by_hand = SGD(theirs.parameters(), lr=0.1, momentum=0.9)
    for _ in range(3):
        batches = batches_of(*[4] * accumulated)
        value = engine.step(batches)
        by_hand.zero_grad()
        losses = []
        for images, labels in batches:
            outputs = theirs(images.to(torch.bfloat16))
            assert outputs.dtype == torch.bfloat16
            loss = criterion(outputs.float(), labels) / accumulated
            loss.backward()
            losses.append(loss.item())
        clip_grad_norm_(theirs.parameters(), 0.5)
        by_hand.step()
        assert value == sum(losses)
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=0, atol=0)
    assert {one.dtype for one in ours.parameters()} == {torch.bfloat16}
    buffers = (state["momentum_buffer"] for state in optimizer.state.values())
    assert {one.dtype for one in buffers} == {torch.bfloat16}


def test_float16_scales_the_loss_and_clips_what_is_scaled_back(context: Context) -> None:
    ours, theirs = small(), small()
    criterion, context = nn.CrossEntropyLoss(), replace(context, precision="float16")
    step = Step(clip_grad_norm=0.05)
    engine = make_engine(ours, criterion, SGD(ours.parameters(), lr=1.0), context, step)
    by_hand, scaler = SGD(theirs.parameters(), lr=1.0), torch.amp.GradScaler("cpu")
    for images, labels in batches_of(4, 4, 4):
        value = engine.step([(images, labels)])
        by_hand.zero_grad()
        with torch.autocast("cpu", dtype=torch.float16):
            loss = criterion(theirs(images), labels)
        scaler.scale(loss).backward()
        scaler.unscale_(by_hand)
        clip_grad_norm_(theirs.parameters(), 0.05)
        scaler.step(by_hand)
        scaler.update()
        assert value == loss.item()
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=0, atol=0)
    assert not torch.equal(ours.fc.weight, small().fc.weight)
