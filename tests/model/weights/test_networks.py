"""torchvision's networks are saved, loaded and evaluated.

All load on meta; one of each class is written, read and compared, but for the three classes of which
each file would have 200 MB and more: their layers are those of the others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cifar_pipe.catalog.core.entry import Entry
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.tables.networks import ENTRIES
from cifar_pipe.model.network import Network, build, build_on_meta
from cifar_pipe.model.weights.files import Weights, read_weights, write_weights
from cifar_pipe.model.weights.loading import load_weights
from tests.kit import layer

NAMES = {entry.name: entry for entry in ENTRIES}
# The first of each class is its smallest.
FAMILIES = {entry.signature: entry for entry in reversed(ENTRIES)}
LARGE = ("AlexNet", "VGG", "VisionTransformer")
SMALL = [one for name, one in FAMILIES.items() if not str(name).endswith(LARGE)]
PATH = Path("net.pth")


def image_of(entry: Entry) -> tuple[int, int, int]:
    """The smallest that the network takes."""
    network = layer_facts(entry).network
    assert network is not None
    fixed = 224 if network.image_size else 0
    return (3, *[fixed or (75 if entry.name == "inception_v3" else 64)] * 2)


@pytest.mark.parametrize("name", NAMES)
def test_each_takes_its_own_weights(name: str) -> None:
    layers, image = [layer(name, num_classes=3, id="net")], image_of(NAMES[name])
    network = build_on_meta(layers, image)
    state = network.state_dict()
    assert load_weights(network, Weights(PATH, state)) == ()
    # As a file of safetensors has them: without the versions of modules.
    assert load_weights(network, Weights(PATH, dict(state))) == ()
    # As torch.save has those of the network alone.
    alone = network.get_submodule("net").state_dict()
    assert load_weights(network.get_submodule("net"), Weights(PATH, alone)) == ()


def made(entry: Entry, seed: int, **arguments: Any) -> Network:
    return build(
        [layer(entry.name, num_classes=3, id="net", **arguments)], image_of(entry), seed=seed
    )


def outputs(network: nn.Module, images: Tensor) -> Tensor:
    with torch.no_grad():
        given: Tensor = network.eval()(images)
    return given


@pytest.mark.parametrize("entry", SMALL, ids=lambda entry: entry.name)
def test_one_of_each_class_gives_the_same_once_it_is_loaded(entry: Entry, tmp_path: Path) -> None:
    saved, other = made(entry, 1), made(entry, 2)
    alone = saved.get_submodule("net")
    images = torch.randn(1, *saved.input_shape, generator=torch.Generator().manual_seed(0))
    expected = outputs(saved, images)
    for file in ("net.pth", "net.safetensors"):
        write_weights(tmp_path / file, saved.state_dict())
        load_weights(other, read_weights(tmp_path / file))
        assert torch.equal(outputs(other, images), expected)
    # PyTorch alone reads it.
    other.load_state_dict(torch.load(tmp_path / "net.pth", weights_only=True))
    torch.save(alone.state_dict(), tmp_path / "alone.pth")
    switched_off = {"transform_input": False} if "transform_input" in entry.args else {}
    for file in ("alone.pth", "net.pth"):
        again = made(entry, 2, weights_file=str(tmp_path / file), **switched_off)
        assert torch.equal(outputs(again, images), expected)


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_images_are_normalised_anew_where_a_file_has_the_weights(name: str, tmp_path: Path) -> None:
    """As torchvision's own builder does with weights, unless the pipeline says otherwise."""
    entry, path = NAMES[name], str(tmp_path / "net.pth")
    torch.save(made(entry, 1).get_submodule("net").state_dict(), path)

    def switch(**arguments: Any) -> bool:
        return bool(made(entry, 2, **arguments).get_submodule("net").transform_input)

    assert switch(weights_file=path)
    assert not switch(weights_file=path, transform_input=False)
    assert not switch()
    (source,) = made(entry, 2, weights_file=path).pretrained
    assert source.remarks == ("with transform_input, as torchvision's weights want it",)
