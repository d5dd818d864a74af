"""Where trained weights come from, and what is reported where they are not available."""

from __future__ import annotations

from email.message import Message
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest
import torch
from pydantic import ValidationError
from torchvision.models import ResNet18_Weights, resnet18

from cifar_pipe.errors import RunError
from cifar_pipe.model.network import Network, build, build_untrained
from tests.kit import layer


def network(*, stand_in_allowed: bool = False, **arguments: object) -> Network:
    layers = [layer("resnet18", id="net", **arguments)]
    return build(layers, (3, 32, 32), seed=0, stand_in_allowed=stand_in_allowed)


def download(monkeypatch: pytest.MonkeyPatch, folder: Path, error: Exception) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("torch.hub.download_url_to_file", refuse)
    monkeypatch.setenv("TORCH_HOME", str(folder))


NO_CONNECTION = [
    URLError("no route to host"),
    TimeoutError("timed out"),
    ConnectionResetError("reset by peer"),
    HTTPError("https://there", 503, "busy", Message(), None),
]


@pytest.mark.parametrize("error", NO_CONNECTION, ids=lambda error: type(error).__name__)
def test_random_weights_stand_in_where_there_is_no_connection(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception
) -> None:
    download(monkeypatch, tmp_path, error)
    ours = network(weights="DEFAULT", weights_stand_in="random", stand_in_allowed=True)
    (source,) = ours.pretrained
    assert (source.layer, source.network, source.weights, source.stand_in) == (
        "net",
        "resnet18",
        "DEFAULT",
        True,
    )
    plain = network().state_dict()
    assert all(torch.equal(plain[name], one) for name, one in ours.state_dict().items())


def test_they_do_not_where_that_is_forbidden(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    download(monkeypatch, tmp_path, NO_CONNECTION[0])
    with pytest.raises(RunError, match="are not available: no route to host") as caught:
        network(weights="DEFAULT", weights_stand_in="random")
    assert "without --no-stand-in" in caught.value.help[1]


@pytest.mark.parametrize(
    "error",
    [
        HTTPError("https://there", 404, "gone", Message(), None),
        RuntimeError('invalid hash value (expected "f37072fd", got "00")'),
        PermissionError("not yours"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_they_do_not_for_any_other_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception
) -> None:
    download(monkeypatch, tmp_path, error)
    with pytest.raises(RunError, match="the weights DEFAULT of resnet18"):
        network(weights="DEFAULT", weights_stand_in="random", stand_in_allowed=True)


def test_a_cached_file_that_is_damaged_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    file = tmp_path / "hub" / "checkpoints" / ResNet18_Weights.DEFAULT.url.rpartition("/")[2]
    file.parent.mkdir(parents=True)
    file.write_bytes(b"PK\x03\x04 broken off")
    with pytest.raises(RunError, match="are damaged") as caught:
        network(weights="DEFAULT")
    assert str(file) in caught.value.help[0]


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    torch.manual_seed(5)
    torch.save(resnet18(num_classes=7).state_dict(), tmp_path / "mine.pth")
    return tmp_path / "mine.pth"


def test_a_file_brings_all_weights(mine: Path) -> None:
    ours = network(weights_file=str(mine), num_classes=7)
    theirs = torch.load(mine, weights_only=True)
    assert all(torch.equal(theirs[name[4:]], one) for name, one in ours.state_dict().items())
    assert [(one.weights, one.stand_in) for one in ours.pretrained] == [(str(mine), False)]


def test_a_file_for_another_number_of_classes_gets_a_new_head(mine: Path) -> None:
    ours = network(weights_file=str(mine), num_classes=10).state_dict()
    theirs = torch.load(mine, weights_only=True)
    assert ours["net.fc.weight"].shape == (10, 512)
    assert torch.equal(ours["net.layer1.0.conv1.weight"], theirs["layer1.0.conv1.weight"])


def test_a_file_of_another_network_is_reported(tmp_path: Path) -> None:
    torch.save({"fc.weight": torch.ones(2)}, tmp_path / "other.pth")
    with pytest.raises(RunError, match="does not fit the network"):
        network(weights_file=str(tmp_path / "other.pth"))


def test_a_file_that_is_not_there_is_reported_whatever_may_stand_in(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no file"):
        network(weights_file=str(tmp_path / "none.pth"), stand_in_allowed=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": "DEFAULT", "weights_file": "mine.pth"}, "weights or weights_file, not both"),
        ({"weights_stand_in": "random"}, "it needs weights"),
        ({"weights_file": "mine.pth", "weights_stand_in": "random"}, "it needs weights"),
    ],
)
def test_there_is_one_source(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        layer("resnet18", **arguments)


def test_what_trained_weights_switch_on_is_on_where_others_are_loaded() -> None:
    """googlenet takes images in another way with weights: those of a training are of that network."""
    asked, plain = (
        build_untrained([layer("googlenet", num_classes=10, **one)], (3, 96, 96))
        for one in ({"weights": "DEFAULT"}, {})
    )
    assert [next(one.children()).transform_input for one in (asked, plain)] == [True, False]
