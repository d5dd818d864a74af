from __future__ import annotations

from pathlib import Path
from urllib.error import URLError

import pytest
import torch
from torch import nn

from cifar_pipe.catalog.core.ids import INPUT
from cifar_pipe.errors import RunError
from cifar_pipe.model.graph import Step
from cifar_pipe.model.network import Network, build
from tests.kit import LENET, LeNet, layer


@pytest.mark.parametrize("seed", [0, 1, 12345])
def test_it_begins_with_the_weights_of_the_network_written_by_hand(seed: int) -> None:
    torch.manual_seed(seed)
    by_hand = LeNet()
    network = build(LENET, (3, 32, 32), seed=seed)
    ours, theirs = network.state_dict(), by_hand.state_dict()
    assert list(ours) == list(theirs)
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    images = torch.randn(2, 3, 32, 32)
    assert torch.equal(network(images), by_hand(images))


def test_building_leaves_the_global_random_state_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    build(LENET, (3, 32, 32), seed=1)
    assert torch.equal(torch.rand(1), expected)


def test_it_knows_its_rows_and_its_input() -> None:
    network = build(LENET, [3, 32, 32], seed=0)
    assert network.input_shape == (3, 32, 32)
    assert [row.name for row in network.rows][:2] == ["conv1", "relu_1"]


def test_steps_may_take_the_outputs_of_any_steps_above() -> None:
    modules = {"one": nn.Flatten(), "two": nn.Identity(), "join": nn.Bilinear(4, 4, 3)}
    steps = [Step("one", (INPUT,)), Step("two", ("one",)), Step("join", ("one", "two"))]
    network = Network(modules, layers=[], rows=[], input_shape=(1, 2, 2), steps=steps)
    images = torch.randn(2, 1, 2, 2)
    flat = images.flatten(1)
    assert torch.equal(network(images), modules["join"](flat, flat))


def test_a_torchvision_network_is_a_layer() -> None:
    network = build([layer("resnet18", num_classes=10, id="net")], (3, 32, 32), seed=0)
    from torchvision.models import resnet18

    torch.manual_seed(0)
    theirs = resnet18(num_classes=10).state_dict()
    ours = network.state_dict()
    assert list(ours) == [f"net.{name}" for name in theirs]
    assert all(torch.equal(ours[f"net.{name}"], tensor) for name, tensor in theirs.items())


def test_pretrained_weights_with_other_classes_keep_the_body_and_get_a_new_head(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from torchvision.models import ResNet18_Weights, resnet18

    theirs = resnet18().state_dict()
    monkeypatch.setattr(ResNet18_Weights, "get_state_dict", lambda *_, **__: theirs)
    layers = [layer("resnet18", weights="DEFAULT", num_classes=10, id="net")]
    network = build(layers, (3, 32, 32), seed=0)
    ours = network.state_dict()
    assert torch.equal(ours["net.layer1.0.conv1.weight"], theirs["layer1.0.conv1.weight"])
    assert ours["net.fc.weight"].shape == (10, 512)
    assert network(torch.randn(2, 3, 32, 32)).shape == (2, 10)


def test_weights_that_cannot_be_downloaded_are_reported_with_two_ways_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setattr("torch.hub.download_url_to_file", refuse)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(RunError, match="weights DEFAULT of resnet18 are not available") as caught:
        build([layer("resnet18", weights="DEFAULT")], (3, 32, 32), seed=0)
    assert "no route to host" in caught.value.message
    assert len(caught.value.help) == 2
