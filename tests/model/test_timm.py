"""timm's networks: seeds, weights of files, what is trained, and that a saved one is the same."""

from __future__ import annotations

from pathlib import Path
from urllib.error import URLError

import pytest
import torch

from cifar_pipe.errors import RunError
from cifar_pipe.model.network import Network, build
from tests.kit import layer
from tests.timm_families import losses

timm = pytest.importorskip("timm")


def network(
    name: str = "resnet10t", shape: tuple[int, ...] = (3, 32, 32), **others: object
) -> Network:
    stand_in = bool(others.pop("stand_in_allowed", False))
    layers = [layer("timm", id="net", name=name, **others)]
    return build(layers, shape, seed=3, stand_in_allowed=stand_in)


def test_it_is_the_network_that_timm_makes_from_the_seed() -> None:
    ours = network(num_classes=5).state_dict()
    torch.manual_seed(3)
    theirs = timm.create_model("resnet10t", num_classes=5).state_dict()
    assert [f"net.{name}" for name in theirs] == [*ours]
    assert all(torch.equal(one, ours[f"net.{name}"]) for name, one in theirs.items())


def test_images_may_have_any_number_of_channels_and_features_need_no_head() -> None:
    ours = network(shape=(1, 32, 32), num_classes=0)
    assert ours.rows[-1].output_shape == (512,)
    assert ours(torch.zeros(2, 1, 32, 32)).shape == (2, 512)


def test_what_is_trained_is_named_as_timm_names_it() -> None:
    ours = network(num_classes=3, trainable=["layer4", "fc"])
    trained = {name.split(".")[1] for name, one in ours.named_parameters() if one.requires_grad}
    assert trained == {"layer4", "fc"}


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    torch.manual_seed(5)
    torch.save(timm.create_model("resnet10t", num_classes=7).state_dict(), tmp_path / "mine.pth")
    return tmp_path / "mine.pth"


def test_a_file_brings_all_weights_and_a_new_head_for_other_classes(mine: Path) -> None:
    theirs = torch.load(mine, weights_only=True)
    same = network(num_classes=7, weights_file=str(mine))
    assert all(torch.equal(theirs[name[4:]], one) for name, one in same.state_dict().items())
    other = network(num_classes=4, weights_file=str(mine))
    assert torch.equal(other.state_dict()["net.conv1.0.weight"], theirs["conv1.0.weight"])
    assert other.pretrained[0].network == "resnet10t"
    assert other.pretrained[0].remarks == ("its fc is for other classes, and stays new",)


def test_a_file_for_other_channels_or_another_size_is_brought_into_form(
    mine: Path, tmp_path: Path
) -> None:
    """Of one channel the first kernels are summed over the colours, as timm has it."""
    theirs = torch.load(mine, weights_only=True)
    grey = network(shape=(1, 32, 32), num_classes=7, weights_file=str(mine))
    summed = theirs["conv1.0.weight"].sum(1, keepdim=True)
    assert torch.allclose(grey.state_dict()["net.conv1.0.weight"], summed)
    assert "as timm does" in grey.pretrained[0].remarks[-1]
    large = timm.create_model("vit_tiny_patch16_224", num_classes=3, img_size=64)
    torch.save(large.state_dict(), tmp_path / "vit.pth")
    arguments = {"img_size": 32, "num_classes": 3, "weights_file": str(tmp_path / "vit.pth")}
    small = network("vit_tiny_patch16_224", **arguments)
    assert small.state_dict()["net.pos_embed"].shape == (1, 5, 192)


def test_a_file_of_another_network_is_reported(tmp_path: Path) -> None:
    torch.save({"fc.weight": torch.ones(2)}, tmp_path / "other.pth")
    with pytest.raises(RunError, match="does not fit the network"):
        network(num_classes=4, weights_file=str(tmp_path / "other.pth"))


def test_random_weights_stand_in_where_there_is_no_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setattr("cifar_pipe.catalog.torch.timm_networks.urlopen", refuse)
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *_: None)
    with pytest.raises(
        RunError, match="of resnet10t are not available: no route to host"
    ) as caught:
        network(weights="DEFAULT")
    assert "https://huggingface.co/timm/resnet10t.c3_in1k" in caught.value.help[0]
    ours = network(weights="DEFAULT", weights_stand_in="random", stand_in_allowed=True)
    assert ours.pretrained[0].stand_in
    plain = network().state_dict()
    assert all(torch.equal(plain[name], one) for name, one in ours.state_dict().items())


@pytest.mark.parametrize("name", ["resnet10t", "convnext_atto", "mobilenetv3_small_050"])
def test_it_trains_and_a_saved_one_gives_the_same_loss(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before, after = losses(name)
    assert before == after
