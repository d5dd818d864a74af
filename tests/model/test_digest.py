"""The digest of a network changes with what it computes and what of it is trained, and nothing else."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
import torch

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.digest import model_digest
from cifar_pipe.model.network import Network, build
from tests.kit import conv, layer

SHAPE = (1, 8, 8)


def network(
    *layers: Component, shape: tuple[int, ...] = SHAPE, seed: int = 0, **more: Any
) -> Network:
    return build(layers, shape, seed=seed, **more)


def base(
    *, first: Component | None = None, activation: Component | None = None, seed: int = 0
) -> Network:
    norm, head = layer("BatchNorm2d", id="norm"), layer("Linear", out_features=3, id="fc")
    layers = [first or conv(id="conv"), norm, activation or layer("ReLU"), layer("Flatten"), head]
    return network(*layers, seed=seed)


def residual(*, input_: str) -> Network:
    """Of four numbers each layer of which could take those of the one above the other."""
    layers = [
        layer("Flatten"),
        layer("Linear", out_features=4, id="one"),
        layer("Linear", out_features=4, id="two"),
        layer("Add", input=[input_, "two"], id="sum"),
    ]
    return network(*layers, shape=(1, 2, 2))


def edited(edit: Callable[[Network], object]) -> Network:
    made = base()
    with torch.no_grad():
        edit(made)
    return made


def last_bit(one: torch.Tensor) -> None:
    """Changes the last bit of the last number."""
    bits = one.view(torch.int32 if one.dtype == torch.float32 else one.dtype)
    bits.view(-1)[-1] ^= 1


DIFFERENT: dict[str, Network] = {
    "as it is": base(),
    "another seed": base(seed=1),
    "the last bit of a weight": edited(lambda made: last_bit(made.get_parameter("fc.weight"))),
    "the sign of the last number of all": edited(
        lambda made: made.get_parameter("fc.bias")[-1].neg_()
    ),
    "the last bit of a bias": edited(lambda made: last_bit(made.get_parameter("conv.bias"))),
    "the last bit of a buffer": edited(lambda made: last_bit(made.get_buffer("norm.running_var"))),
    "a buffer that is a single number": edited(
        lambda made: made.get_buffer("norm.num_batches_tracked").add_(1)
    ),
    "two weights exchanged": edited(
        lambda made: made.get_parameter("fc.weight").copy_(
            made.get_parameter("fc.weight").flip(0).clone()
        )
    ),
    "a frozen parameter": edited(
        lambda made: made.get_parameter("conv.bias").requires_grad_(False)
    ),
    "another frozen parameter": edited(
        lambda made: made.get_parameter("fc.bias").requires_grad_(False)
    ),
    "all frozen": edited(lambda made: made.requires_grad_(False)),
    "doubles": edited(lambda made: made.double()),
    "another layer without numbers": base(activation=layer("GELU")),
    "another argument of such a layer": base(activation=layer("LeakyReLU")),
    "a value of such an argument": base(activation=layer("LeakyReLU", negative_slope=0.5)),
    "another name of a layer": base(first=conv(id="first")),
    "another argument of a layer with numbers": base(
        first=conv(id="conv", padding_mode="circular")
    ),
    "another stride, the same weights": network(
        conv(id="conv"), layer("AvgPool2d", kernel_size=2, stride=2), layer("Flatten")
    ),
    "another pooling": network(
        conv(id="conv"), layer("MaxPool2d", kernel_size=2, stride=2), layer("Flatten")
    ),
    "what a layer takes": residual(input_="one"),
    "what it takes instead": residual(input_="flatten_1"),
    "another size of images, the same weights": network(layer("Flatten"), shape=(1, 2, 8)),
    "these images": network(layer("Flatten"), shape=(1, 8, 2)),
}


def test_networks_that_differ_have_other_digests() -> None:
    digests = {name: model_digest(one) for name, one in DIFFERENT.items()}
    pairs = combinations(digests, 2)
    assert [pair for pair in pairs if digests[pair[0]] == digests[pair[1]]] == []


def saved_and_loaded(made: Network) -> Network:
    buffer = io.BytesIO()
    torch.save(made.state_dict(), buffer)
    buffer.seek(0)
    again = base(seed=5)
    again.load_state_dict(torch.load(buffer, weights_only=True))
    return again


def with_gradients(made: Network) -> Network:
    made.eval()
    made(torch.rand(2, *SHAPE)).sum().backward()
    return made


def on_views(made: Network) -> Network:
    """Its parameters as parts of larger tensors, every other row of them."""
    for one in made.parameters():
        one.data = one.data.repeat_interleave(2, dim=0)[::2]
    return made


EQUAL: dict[str, Callable[[Network], Network]] = {
    "made again": lambda made: base(),
    "copied": copy.deepcopy,
    "saved and loaded": saved_and_loaded,
    "channels last": lambda made: made.to(memory_format=torch.channels_last),
    "views": on_views,
    "evaluating": lambda made: made.eval(),
    "with gradients": with_gradients,
}


@pytest.mark.parametrize("name", EQUAL)
def test_how_and_where_the_numbers_lie_does_not_count(name: str) -> None:
    assert model_digest(EQUAL[name](base())) == model_digest(base())


@pytest.mark.parametrize(("channels", "kernel_size"), [(1, 3), (3, 1), (1, 1), (3, 3)])
def test_channels_last_is_seen_through_where_strides_mean_nothing(
    channels: int, kernel_size: int
) -> None:
    """A weight of one channel or pixel counts as contiguous in both layouts."""
    first = layer("Conv2d", out_channels=4, kernel_size=kernel_size, id="conv")
    made = network(first, layer("Flatten"), shape=(channels, 8, 8))
    before = model_digest(made)
    weight = made.get_parameter("conv.weight")
    assert model_digest(made.to(memory_format=torch.channels_last)) == before
    assert weight.is_contiguous(memory_format=torch.channels_last)


def test_weights_in_channels_last_are_not_taken_for_others_with_the_same_bytes() -> None:
    made = network(conv(id="conv"), layer("Flatten"), shape=(3, 8, 8))
    other = copy.deepcopy(made)
    weight = other.get_parameter("conv.weight")
    # In memory these numbers lie in the order of those of `made`.
    weight.data = weight.data.reshape(3, 3, 3, 3).permute(0, 3, 1, 2)
    assert weight.is_contiguous(memory_format=torch.channels_last)
    assert model_digest(other) != model_digest(made)


def test_it_changes_nothing() -> None:
    made = base().train().to(memory_format=torch.channels_last)
    before = {name: one.clone() for name, one in made.state_dict().items()}
    random_state = torch.get_rng_state()
    model_digest(made)
    assert all(torch.equal(one, before[name]) for name, one in made.state_dict().items())
    assert made.get_parameter("conv.weight").is_contiguous(memory_format=torch.channels_last)
    assert made.training
    assert torch.equal(torch.get_rng_state(), random_state)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_numbers_of_every_precision_count(dtype: torch.dtype) -> None:
    made, other = base().to(dtype), base().to(dtype)
    assert model_digest(made) == model_digest(other)
    with torch.no_grad():
        other.get_parameter("fc.bias")[0] += 1
    assert model_digest(made) != model_digest(other)


def test_a_network_of_torchvision_can_be_taken() -> None:
    def made(**more: Any) -> Network:
        return network(layer("resnet18", num_classes=10, id="net", **more), shape=(3, 32, 32))

    assert model_digest(made()) == model_digest(made())
    assert model_digest(made()) != model_digest(made(trainable=["fc"]))
