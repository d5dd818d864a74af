"""One step of each engine, against the same step written by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim import LBFGS, SGD

from cifar_pipe.context import Context
from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.engine import ClosureEngine, EagerEngine, Step, make_engine
from tests.kit import small

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
