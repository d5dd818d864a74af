from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import nn

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import layer_facts, loss_facts, optimizer_facts
from cifar_pipe.catalog.core.lookup import Arguments, table_of
from cifar_pipe.catalog.core.types import PositiveInt
from cifar_pipe.catalog.docs.example import example_arguments
from cifar_pipe.catalog.torch import versions
from cifar_pipe.catalog.torch.build import TorchTooOldError, build, check_installed, resolve

LAYERS = {
    name: entry
    for name, entry in table_of("layer").entries.items()
    if (facts := layer_facts(entry))
    and not (facts.network or facts.joins or facts.lists or facts.shares)
}
# Sizes at which the example of each layer works on 16 channels.
SIDES = {"Fold": (144, 900), "Unflatten": (400,)}


def sample(entry: Entry) -> torch.Tensor:
    """A batch of two on the meta device, of a rank that the layer takes."""
    facts = layer_facts(entry)
    dimensions = facts.dimensions or ((2,) if facts.after_flatten else (4,))
    shape = SIDES.get(entry.name, (16, 8, 8, 8)[: min(dimensions) - 1])
    return torch.empty(2, *shape, device="meta")


@pytest.mark.parametrize("name", LAYERS)
def test_each_layer_is_built_and_takes_what_its_table_says(name: str) -> None:
    entry = LAYERS[name]
    images = sample(entry)
    sizes = {"channels": images.shape[1], "features": images.shape[-1], "shape": images.shape[-1]}
    inferred = {key: sizes[arg.inferred] for key, arg in entry.args.items() if arg.inferred}
    written = example_arguments(entry)
    if name == "TransformerEncoderLayer":
        written["nhead"] = 2
    with torch.device("meta"):
        layer = build(make("layer", name, **written), **inferred)
    assert isinstance(layer, nn.Module)
    assert isinstance(layer(images), torch.Tensor)


@pytest.mark.parametrize("name", table_of("optimizer").entries)
def test_each_optimizer_takes_a_step(name: str) -> None:
    weights = nn.Parameter(torch.ones(3, 2))
    optimizer = build(make("optimizer", name), params=[weights])
    weights.grad = torch.ones(3, 2)
    closure = optimizer_facts(table_of("optimizer").entries[name]).needs_closure
    optimizer.step((lambda: torch.tensor(1.0)) if closure else None)
    assert not torch.equal(weights, torch.ones(3, 2))


@pytest.mark.parametrize("name", table_of("loss").entries)
def test_each_loss_takes_the_target_that_its_table_says(name: str) -> None:
    entry = table_of("loss").entries[name]
    given = torch.rand(4, 3)
    labels = torch.tensor([0, 1, 2, 0])
    one_hot = nn.functional.one_hot(labels, 3).float()
    targets = {
        "class index": labels,
        "one-hot": one_hot,
        "probability": one_hot,
        "signs": 2 * one_hot - 1,
        "class list": torch.tensor([[0, -1, -1], [1, -1, -1], [2, -1, -1], [0, -1, -1]]),
    }
    for form in loss_facts(entry).targets:
        loss = build(make("loss", name, **example_arguments(entry)))
        assert loss(given, targets[form]).shape == ()


def test_class_weights_become_a_tensor() -> None:
    loss = build(make("loss", "CrossEntropyLoss", weight=[1, 2, 0.5]))
    assert torch.equal(loss.weight, torch.tensor([1.0, 2.0, 0.5]))


def test_lists_become_tuples() -> None:
    layer = build(make("layer", "Conv2d", out_channels=6, kernel_size=[3, 5]), in_channels=3)
    assert layer.kernel_size == (3, 5)


def test_only_what_was_written_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    passed: dict[str, object] = {}

    def fake(out_channels: int, kernel_size: int, in_channels: int, stride: int = 1) -> None:
        passed.update(locals())

    monkeypatch.setattr(torch.nn, "Conv2d", fake)
    build(make("layer", "Conv2d", out_channels=6, kernel_size=5), in_channels=3)
    assert {key: passed[key] for key in ("out_channels", "kernel_size", "in_channels")} == {
        "out_channels": 6,
        "kernel_size": 5,
        "in_channels": 3,
    }


def test_what_is_fixed_here_is_always_passed() -> None:
    layer = build(make("layer", "TransformerEncoderLayer", nhead=2), d_model=8)
    assert layer.self_attn.batch_first


# ---- an older PyTorch -------------------------------------------------------------------------


class Old:
    """As of a version that had no `groups` yet."""

    def __init__(self, *, size: int) -> None:
        self.size = size


class _Arguments(Arguments):
    size: PositiveInt
    groups: PositiveInt = 1


def old(**arguments: int) -> Component:
    args = {"size": Arg(PositiveInt), "groups": Arg(PositiveInt, 1)}
    entry = Entry("layer", "Old", "", "torch.nn:Old", args)
    return Component(entry, _Arguments(**arguments))


@pytest.fixture(autouse=True)
def forget_versions() -> Iterator[None]:
    """What is installed is remembered, and these tests change it."""
    versions.installed.cache_clear()
    yield
    versions.installed.cache_clear()


@pytest.fixture
def with_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.nn, "Old", Old, raising=False)
    monkeypatch.setattr(versions, "_in_name", lambda _: "2.10.0")


@pytest.mark.usefixtures("with_old")
def test_an_argument_that_the_installed_version_lacks_is_reported() -> None:
    component = old(size=2, groups=2)
    with pytest.raises(TorchTooOldError) as raised:
        build(component)
    assert raised.value.message == "PyTorch 2.10.0 has no argument `groups` of Old"
    assert raised.value.argument == "groups"
    assert check_installed(component) == raised.value.message


@pytest.mark.usefixtures("with_old")
def test_without_that_argument_it_works() -> None:
    assert build(old(size=2)).size == 2
    assert check_installed(old(size=2)) is None


def test_a_name_that_the_installed_version_lacks_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(versions, "_in_name", lambda _: "2.10.0")
    component = old(size=2)
    with pytest.raises(TorchTooOldError, match=r"has no Old$"):
        resolve(component.entry)
    assert check_installed(component) is not None


@pytest.mark.parametrize("kind", ["layer", "loss", "optimizer", "scheduler"])
def test_examples_of_all_kinds_suit_the_installed_version(kind: str) -> None:
    for name, entry in table_of(kind).entries.items():  # type: ignore[arg-type]
        assert check_installed(make(kind, name, **example_arguments(entry))) is None  # type: ignore[arg-type]


# ---- whole networks ---------------------------------------------------------------------------


def test_a_network_has_the_wanted_classes() -> None:
    with torch.device("meta"):
        network = build(make("layer", "resnet18", num_classes=10))
    assert network(torch.empty(2, 3, 32, 32, device="meta")).shape == (2, 10)


def test_pretrained_weights_are_loaded_and_the_head_is_made_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    torch.manual_seed(0)
    pretrained = resolve(table_of("layer").entries["resnet18"])()
    weights = torch.hub.load_state_dict_from_url
    monkeypatch.setattr(
        "torchvision.models._api.load_state_dict_from_url", lambda *_, **__: pretrained.state_dict()
    )
    network = build(make("layer", "resnet18", weights="DEFAULT", num_classes=10))
    assert torch.equal(network.conv1.weight, pretrained.conv1.weight)
    assert network.fc.weight.shape == (10, 512)
    assert weights is torch.hub.load_state_dict_from_url
