"""Part 1: one training step of a pretrained ResNet-18, equal to the tutorial's code."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
from torchvision.models import ResNet18_Weights, resnet18

from cifar_pipe.runner.seeds import stage_seed
from tests.tutorial.conftest import Runner, assert_equal, losses, saves, state

# Saves the network as it is built too.
AFTER = ("-S", "stages.start.after=build_model", *saves("train"))


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Weights where torchvision keeps those that it has downloaded."""
    folder = tmp_path / "torch" / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    torch.manual_seed(3)
    path = folder / ResNet18_Weights.DEFAULT.url.rpartition("/")[2]
    torch.save(resnet18().state_dict(), path)
    return path


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setattr("torch.hub.download_url_to_file", refuse)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))


def tutorial(model: torch.nn.Module) -> tuple[float, dict[str, float]]:
    """The tutorial's code; gives the loss and the norm of each gradient."""
    generator = torch.Generator().manual_seed(stage_seed(0, "load_data"))
    data = torch.rand(1, 3, 64, 64, generator=generator)
    labels = torch.rand(1, 1000, generator=generator)
    prediction = model(data)
    loss = (prediction - labels).sum()
    loss.backward()
    norms = {name: one.grad.norm().item() for name, one in model.named_parameters()}
    torch.optim.SGD(model.parameters(), lr=1e-2, momentum=0.9).step()
    return loss.item(), norms


@pytest.mark.usefixtures("cached")
def test_one_step_from_pretrained_weights_is_the_tutorials(run: Runner) -> None:
    done = run("autograd.yaml", *saves("train"))
    assert done.status == 0, done.err
    model = resnet18(weights=ResNet18_Weights.DEFAULT)
    loss, norms = tutorial(model)
    assert_equal(state(Path("out/train.pth"), "model."), model.state_dict())
    (printed,) = losses(done.out)
    assert float(printed) == pytest.approx(loss, abs=2e-3)
    seen = json.loads(Path("out/stages/inspect/inspect.json").read_text())
    found = {row["name"].removeprefix("model."): row["gradient_norm"] for row in seen["parameters"]}
    assert found == pytest.approx(norms, rel=1e-3)
    assert seen["loss"]["value"] == pytest.approx(loss, rel=1e-4)
    assert "stand in" not in done.err
    weights = json.loads(Path("out/run.json").read_text())["weights"]["build_model"]
    assert [(one["weights"], one["stand_in"]) for one in weights] == [("DEFAULT", False)]


def test_weights_from_a_file_of_ones_own(run: Runner, cached: Path) -> None:
    mine = Path("mine.pth")
    cached.rename(mine)
    layer = "[{type: resnet18, weights_file: mine.pth, id: model}]"
    done = run("autograd.yaml", "-S", f"build_model.layers={layer}", *saves("train"))
    assert done.status == 0, done.err
    model = resnet18()
    model.load_state_dict(state(mine))
    tutorial(model)
    assert_equal(state(Path("out/train.pth"), "model."), model.state_dict())


@pytest.mark.usefixtures("offline")
def test_without_a_connection_random_weights_stand_in_and_everyone_says_so(run: Runner) -> None:
    done = run("autograd.yaml", *saves("train"))
    assert done.status == 0, done.err
    assert "warning: NOT the weights DEFAULT of resnet18" in done.err
    assert "no route to host" in done.err
    weights = json.loads(Path("out/run.json").read_text())["weights"]["build_model"]
    assert weights[0]["stand_in"] is True
    head = Path("out/report.html").read_text().partition("<main>")[0]
    assert "NOT the weights DEFAULT of resnet18" in head
    torch.manual_seed(stage_seed(0, "build_model"))
    model = resnet18()
    tutorial(model)
    assert_equal(state(Path("out/train.pth"), "model."), model.state_dict())


@pytest.mark.usefixtures("offline")
def test_a_stand_in_that_is_forbidden_or_not_declared_is_an_error_with_two_ways_out(
    run: Runner,
) -> None:
    done = run("autograd.yaml", "--no-stand-in")
    assert done.status == 3
    assert "the weights DEFAULT of resnet18 are not available: no route to host" in done.err
    assert "weights_file" in done.err
    assert "without --no-stand-in" in done.err


@pytest.mark.usefixtures("offline")
def test_without_the_key_the_message_names_it(run: Runner) -> None:
    layer = "[{type: resnet18, weights: DEFAULT, id: model}]"
    done = run("autograd.yaml", "-S", f"build_model.layers={layer}")
    assert done.status == 3
    assert "weights_file" in done.err
    assert "weights_stand_in: random" in done.err


@pytest.mark.usefixtures("cached")
def test_a_frozen_body_with_a_new_head_trains_as_in_the_tutorial(run: Runner) -> None:
    first = run("autograd_frozen.yaml", "-S", "stages.start={type: save, path: start.pth}", *AFTER)
    assert first.status == 0, first.err
    model = resnet18(num_classes=10)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(requires_grad=name.startswith("fc."))
    model.load_state_dict(state(Path("out/start.pth"), "model."))
    pretrained = resnet18(weights=ResNet18_Weights.DEFAULT)
    assert torch.equal(model.conv1.weight, pretrained.conv1.weight)
    generator = torch.Generator().manual_seed(stage_seed(0, "load_data"))
    images = torch.rand(4, 3, 64, 64, generator=generator)
    labels = torch.randint(10, (4,), generator=generator)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
    expected = []
    for _ in range(10):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        expected.append(loss.item())
    assert [float(one) for one in losses(first.out)] == pytest.approx(expected, abs=2e-3)
    assert_equal(state(Path("out/train.pth"), "model."), model.state_dict())
    assert "model.conv1.weight                  None" in first.out
