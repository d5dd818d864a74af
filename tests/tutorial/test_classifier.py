"""Part 3 and 4: training continued from a saved file, and the device."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn, optim

from cifar_pipe.data.batches import Data, Epoch
from cifar_pipe.runner.seeds import stage_seed
from tests.conftest import ROOT, Done
from tests.kit import LeNet
from tests.tutorial.conftest import ON_CPU, Runner, assert_equal, losses, state

# The shipped files with a few drawn images instead of CIFAR-10's.
SMALL = (
    *("-S", "load_data.dataset={type: Shapes, train: 40, test: 20}"),
    *("-S", "load_data.classes=null"),
)
TRAINING = ("-S", "train.log_every=5")


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Data]:
    """The data of each run, for the plain loop to take its batches from."""
    import cifar_pipe.stages.load_data.run as code

    found: list[Data] = []
    load = code.load

    def kept(*arguments: object, **more: object) -> Data:
        found.append(load(*arguments, **more))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(code, "load", kept)
    return found


def plain_loop(network: LeNet, data: Data) -> list[str]:
    """One epoch of the tutorial's loop; gives the losses as it prints them."""
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(network.parameters(), lr=0.001, momentum=0.9)
    printed, running_loss = [], 0.0
    batches = data.batches("train", training=Epoch(0, stage_seed(0, "train")))
    for i, (inputs, labels) in enumerate(batches):
        optimizer.zero_grad()
        loss = criterion(network(inputs), labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
        if i % 5 == 4:
            printed.append(f"{running_loss / 5:.3f}")
            running_loss = 0.0
    return printed


@pytest.fixture
def saved() -> LeNet:
    """A network whose weights lie in cifar_net.pth, as the tutorial saves them."""
    torch.manual_seed(11)
    network = LeNet()
    torch.save(network.state_dict(), "cifar_net.pth")
    return network


@pytest.fixture
def first(cli: Callable[..., Done]) -> Done:
    """cifar10_lenet, and its weights where the next command looks for them."""
    pipeline = str(ROOT / "pipelines" / "cifar10_lenet.yaml")
    done = cli("run", pipeline, "--run-dir", "first", *ON_CPU, *SMALL, *TRAINING)
    assert done.status == 0, done.err
    Path("first/cifar_net.pth").rename("cifar_net.pth")
    return done


def accuracies(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(("Accuracy", "Predicted"))]


def test_training_goes_on_from_the_saved_weights(
    run: Runner, seen: list[Data], tmp_path: Path
) -> None:
    assert Path.cwd() == tmp_path
    torch.manual_seed(11)
    network = LeNet()
    torch.save(network.state_dict(), "cifar_net.pth")
    done = run("cifar10_continue.yaml", *SMALL, *TRAINING)
    assert done.status == 0, done.err
    assert losses(done.out) == plain_loop(network, seen[0])
    assert_equal(state(Path("out/cifar_net.pth")), network.state_dict())


@pytest.mark.usefixtures("first")
def test_the_saved_network_measures_as_it_did_when_it_was_saved(run: Runner, first: Done) -> None:
    done = run("cifar10_evaluate.yaml", *SMALL)
    assert done.status == 0, done.err
    assert len(accuracies(done.out)) == 12
    assert accuracies(done.out) == accuracies(first.out)


@pytest.mark.parametrize("name", ["cifar10_continue.yaml", "cifar10_evaluate.yaml"])
def test_without_the_saved_file_the_message_names_it(run: Runner, name: str) -> None:
    done = run(name, *SMALL)
    assert done.status == 3
    assert "cifar_net.pth" in done.err


def test_the_gpus_pipeline_trains_the_same_on_the_cpu(run: Runner, seen: list[Data]) -> None:
    """Where there is a CUDA device, the next test compares the two."""
    done = run("cifar10_gpu.yaml", *SMALL, *TRAINING, "-S", "train.epochs=1")
    assert done.status == 0, done.err
    torch.manual_seed(stage_seed(0, "build_model"))
    network = LeNet()
    assert losses(done.out) == plain_loop(network, seen[0])
    assert_equal(state(Path("out/cifar_net.pth")), network.state_dict())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cpu_and_gpu_are_equal_within_tolerance(cli: Callable[..., Done]) -> None:
    pipeline = str(ROOT / "pipelines" / "tutorial" / "cifar10_gpu.yaml")
    for device in ("cpu", "cuda"):
        where = ("--run-dir", device, "-S", f"runtime.device={device}")
        assert cli("run", pipeline, *where, *SMALL, *TRAINING).status == 0
    ours, theirs = (state(Path(f"{device}/cifar_net.pth")) for device in ("cuda", "cpu"))
    for name, tensor in theirs.items():
        torch.testing.assert_close(ours[name], tensor, rtol=1e-3, atol=1e-4, msg=name)


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without CUDA")
def test_a_device_that_is_not_there_is_an_error_at_once(cli: Callable[..., Done]) -> None:
    pipeline = str(ROOT / "pipelines" / "tutorial" / "cifar10_gpu.yaml")
    done = cli("run", pipeline, "--run-dir", "out", *SMALL)
    assert done.status == 3
    assert "the pipeline asks for cuda, and there is no CUDA device here" in done.err
    assert "runtime.device=auto" in done.err
    assert not Path("out").exists()


def test_auto_takes_the_best_there_is_and_says_which(cli: Callable[..., Done]) -> None:
    pipeline = str(ROOT / "pipelines" / "tutorial" / "cifar10_gpu.yaml")
    auto = ("-S", "runtime.device=auto")
    done = cli("run", pipeline, "--run-dir", "out", *auto, *SMALL, *TRAINING)
    assert done.status == 0, done.err
    best = "cuda:0" if torch.cuda.is_available() else "cpu"
    assert f"device: {best}" in done.err
