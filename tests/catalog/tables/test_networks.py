"""torchvision's networks as layers: each is built, and is the one that torchvision describes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import ValidationError
from torch import nn
from torchvision.models import get_model_weights

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.entry import Entry
from cifar_pipe.catalog.core.facts import NetworkFacts, layer_facts
from cifar_pipe.catalog.tables.networks import ENTRIES, WEIGHTS_LEFT_OUT
from cifar_pipe.catalog.torch.build import NumbersOnCpu, build, resolve
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.network import build as build_network
from cifar_pipe.model.planning.shapes import check

NAMES = {entry.name: entry for entry in ENTRIES}
# Inception has 3.3 million parameters in the auxiliary head that is left away.
AUXILIARY = {"googlenet": 0, "inception_v3": 3_326_696}


def network_facts(entry: Entry) -> NetworkFacts:
    facts = layer_facts(entry).network
    assert facts is not None
    return facts


def side(entry: Entry) -> int:
    return 299 if entry.name == "inception_v3" else 224


@pytest.mark.parametrize("name", NAMES)
def test_each_network_is_the_one_that_torchvision_describes(name: str) -> None:
    described: Any = next(
        one for one in get_model_weights(name) if one.meta["min_size"] != (518, 518)
    )
    (size,) = described.transforms().crop_size
    row = check([make("layer", name)], (3, size, size))[0]
    # Published in thousand millions with three digits behind the point.
    assert row.multiply_adds == pytest.approx(described.meta["_ops"] * 1e9, abs=0.6e6)
    assert row.output_shape == (1000,)
    assert row.parameters + AUXILIARY.get(name, 0) == described.meta["num_params"]


@pytest.mark.parametrize("name", NAMES)
def test_each_network_offers_the_weights_that_there_are(name: str) -> None:
    there = {
        weights
        for weights in get_model_weights(name).__members__
        if f"{name}.{weights}" not in WEIGHTS_LEFT_OUT
    }
    for weights in there:
        sizes = {"image_size": min_size(name, weights)} if name.startswith("vit_") else {}
        make("layer", name, weights=weights, **sizes)
    with pytest.raises(ValidationError):
        make("layer", name, weights="IMAGENET1K_V3")
    with pytest.raises(ValidationError):
        make("layer", "vgg16", weights="IMAGENET1K_FEATURES")


def min_size(name: str, weights: str) -> int:
    return int(get_model_weights(name)[weights].meta["min_size"][0])  # type: ignore[index]


def test_weights_want_their_own_image_size() -> None:
    with pytest.raises(ValidationError, match="image_size: 384 only"):
        make("layer", "vit_b_16", weights="IMAGENET1K_SWAG_E2E_V1")
    with pytest.raises(ValidationError, match="image_size: 224 only"):
        make("layer", "vit_b_16", weights="DEFAULT", image_size=32)
    with pytest.raises(ValidationError, match=r"input_size: \[224, 224\] only"):
        make("layer", "maxvit_t", weights="DEFAULT", input_size=[448, 448])


# The first of each is its smallest.
FAMILIES = {entry.signature: entry for entry in reversed(ENTRIES)}


@pytest.mark.filterwarnings("ignore:for .* copying from a non-meta parameter")
@pytest.mark.parametrize("entry", FAMILIES.values(), ids=lambda entry: entry.name)
def test_pretrained_weights_stay_and_the_head_is_new(
    entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state_dict of a network with all its heads is loaded as torchvision would load it."""

    def whole(*_: object, **__: object) -> dict[str, torch.Tensor]:
        heads = (
            {"aux_logits": True, "init_weights": False} if network_facts(entry).auxiliary else {}
        )
        with torch.device("meta"), NumbersOnCpu():
            state: dict[str, torch.Tensor] = resolve(entry)(**heads).state_dict()
        return state

    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", whole)
    monkeypatch.setattr("torchvision.models.densenet._load_state_dict", lambda **_: None)
    with torch.device("meta"):
        network = build(make("layer", entry.name, weights="DEFAULT", num_classes=7))
        size = side(entry)
        output = network(torch.empty(2, 3, size, size))
    assert output.shape == (2, 7)
    head = network.get_submodule(network_facts(entry).head)
    assert head.weight.shape[0] == 7
    assert isinstance(head, nn.Linear | nn.Conv2d)


@pytest.mark.parametrize(
    ("name", "shape", "message", "help_"),
    [
        (
            "vit_b_16",
            (3, 32, 32),
            "vit_b_16 takes images of 224x224 only",
            "give another image_size",
        ),
        ("maxvit_t", (3, 256, 256), "maxvit_t takes images of 224x224 only", "size: [224, 224]"),
        ("inception_v3", (3, 32, 32), "inception_v3 does not fit [N, 3, 32, 32]", "Resize"),
        ("alexnet", (3, 32, 32), "alexnet does not fit [N, 3, 32, 32]", "Resize"),
        ("resnet18", (1, 32, 32), "resnet18 takes images with 3 channels", "Grayscale"),
    ],
)
def test_images_of_a_wrong_size_are_described(
    name: str, shape: tuple[int, ...], message: str, help_: str
) -> None:
    with pytest.raises(ProblemError) as raised:
        check([make("layer", name, num_classes=10)], shape)
    assert raised.value.message.startswith(message)
    assert help_ in str(raised.value.help)


def test_a_vision_transformer_for_small_images() -> None:
    layers = [make("layer", "vit_b_16", image_size=32, num_classes=10)]
    assert check(layers, (3, 32, 32))[0].output_shape == (10,)
    with pytest.raises(ProblemError, match="cannot be made"):
        check([make("layer", "maxvit_t", input_size=[32, 32])], (3, 32, 32))


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_auxiliary_heads_are_off_in_training_too(name: str) -> None:
    with torch.device("meta"):
        network = build(make("layer", name, num_classes=3)).train()
        output = network(torch.empty(2, 3, 299, 299))
    assert output.shape == (2, 3)


def test_a_file_may_hold_the_auxiliary_heads_that_are_off(tmp_path: Path) -> None:
    torch.manual_seed(0)
    entry = NAMES["googlenet"]
    whole = resolve(entry)(aux_logits=True, init_weights=False)
    torch.save(whole.state_dict(), tmp_path / "googlenet.pth")
    layers = [
        make("layer", "googlenet", weights_file=str(tmp_path / "googlenet.pth"), num_classes=3)
    ]
    network = build_network(layers, (3, 32, 32), seed=0)
    ours = network.get_submodule("googlenet_1").state_dict()
    assert torch.equal(ours["conv1.conv.weight"], whole.conv1.conv.weight)
    assert ours["fc.weight"].shape == (3, 1024)
    assert not any(name.startswith("aux") for name in ours)
