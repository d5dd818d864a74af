"""Part 2: the network by hand, its gradients, MSELoss and the update rules, each equal to the code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn, optim

from cifar_pipe.report.charts import drawing
from cifar_pipe.runner.seeds import stage_seed
from tests.kit import LeNet
from tests.tutorial.conftest import Runner, assert_equal, losses, numbers, saves, state

SEED = 0
STEPS = 10
TRAININGS = ("by_hand", "sgd", "nesterov", "adam", "rmsprop")


def net(kernel_size: int = 3) -> LeNet:
    torch.manual_seed(stage_seed(SEED, "build_model"))
    return LeNet(channels=1, kernel_size=kernel_size)


def batch() -> tuple[torch.Tensor, torch.Tensor]:
    """The one image and its target, as Random draws them."""
    generator = torch.Generator().manual_seed(stage_seed(SEED, "load_data"))
    image = torch.randn(1, 1, 32, 32, generator=generator)
    return image, torch.randn(1, 10, generator=generator)


def written(name: str) -> dict:
    return json.loads(Path(f"out/stages/{name}/inspect.json").read_text())


def norms(network: nn.Module) -> dict[str, float]:
    return {name: one.grad.norm().item() for name, one in network.named_parameters()}


def test_the_network_its_parameters_and_an_output_are_printed(run: Runner) -> None:
    done = run("neural_networks.yaml", "-S", "inspect.show=[network, parameters, output]")
    assert done.status == 0, done.err
    network = net()
    for name, one in network.named_children():
        assert f"({name}): {one}" in done.out
    assert "10 parameters" in done.out
    for name, one in network.named_parameters():
        assert f"{name:12}  {list(one.shape)}" in done.out
    torch.manual_seed(stage_seed(SEED, "inspect"))
    output = network(torch.randn(1, 1, 32, 32))
    assert str(output) in done.out


def test_a_random_gradient_goes_back_as_in_the_tutorial(run: Runner) -> None:
    assert run("neural_networks.yaml").status == 0
    network = net()
    torch.manual_seed(stage_seed(SEED, "inspect"))
    output = network(torch.randn(1, 1, 32, 32))
    network.zero_grad()
    output.backward(torch.randn(1, 10))
    seen = written("inspect")
    assert seen["output"]["values"][0] == pytest.approx(output.tolist()[0], rel=1e-4)
    found = {row["name"]: row["gradient_norm"] for row in seen["parameters"]}
    assert found == pytest.approx(norms(network), rel=1e-4)


def test_the_loss_and_the_bias_gradient_before_and_after(run: Runner) -> None:
    done = run("neural_networks.yaml")
    network, (image, target) = net(), batch()
    target = target.view(1, -1)
    loss = nn.MSELoss()(network(image), target)
    network.zero_grad()
    loss.backward()
    seen = written("inspect_loss")
    assert seen["loss"]["value"] == pytest.approx(loss.item())
    assert seen["watched"]["before"] is None
    assert seen["watched"]["after"] == pytest.approx(network.conv1.bias.grad.tolist(), abs=1e-6)
    part = done.out.partition("inspect_loss:")[2]
    assert f"MSELoss: {loss.item():.4f}" in part
    assert "conv1.bias.grad before: None" in part
    printed = part.partition("conv1.bias.grad after: ")[2].partition("])")[0]
    assert numbers(printed) == pytest.approx(network.conv1.bias.grad.tolist(), abs=1e-4)
    assert seen["operations"][:3] == ["MseLossBackward0", "AddmmBackward0", "ReluBackward0"]


def by_hand(network: nn.Module) -> Callable[[], None]:
    def step(learning_rate: float = 0.01) -> None:
        for weight in network.parameters():
            weight.data.sub_(weight.grad.data * learning_rate)

    return step


RULES: dict[str, Callable[[nn.Module], Callable[[], None]]] = {
    "by_hand": by_hand,
    "sgd": lambda net: optim.SGD(net.parameters(), lr=0.01).step,
    "nesterov": lambda net: optim.SGD(net.parameters(), lr=0.01, momentum=0.9, nesterov=True).step,
    "adam": lambda net: optim.Adam(net.parameters(), lr=0.001).step,
    "rmsprop": lambda net: optim.RMSprop(net.parameters(), lr=0.0001).step,
}


def plain_loop(rule: str, kernel_size: int = 3) -> tuple[LeNet, list[float]]:
    network, (image, target) = net(kernel_size), batch()
    step, printed = RULES[rule](network), []
    for _ in range(STEPS):
        network.zero_grad()
        loss = nn.MSELoss()(network(image), target)
        loss.backward()
        step()
        printed.append(loss.item())
    return network, printed


def test_each_update_rule_ends_with_the_weights_of_a_plain_loop(run: Runner) -> None:
    done = run("neural_networks.yaml", *saves(*TRAININGS))
    assert done.status == 0, done.err
    for rule in TRAININGS:
        network, printed = plain_loop(rule)
        assert_equal(state(Path(f"out/{rule}.pth")), network.state_dict())
        assert losses(done.out, rule) == [f"{loss:.3f}" for loss in printed]


def test_the_network_of_the_present_page_has_kernels_of_5x5(run: Runner) -> None:
    done = run("neural_networks_5x5.yaml", *saves("by_hand"))
    assert done.status == 0, done.err
    network, printed = plain_loop("by_hand", kernel_size=5)
    assert network.fc1.in_features == 16 * 5 * 5
    assert_equal(state(Path("out/by_hand.pth")), network.state_dict())
    assert losses(done.out, "by_hand") == [f"{loss:.3f}" for loss in printed]


def test_they_stand_side_by_side_in_the_terminal_and_in_the_report(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(drawing.SWITCH)
    done = run("neural_networks.yaml")
    table = done.out[done.out.index("stage     optimizer") :].splitlines()[1:]
    assert [line.split()[0] for line in table[:5]] == list(TRAININGS)
    page = Path("out/report.html").read_text()
    assert "Side by side" in page
    assert "Inside the network" in page
    assert Path("out/stages/report/compared_loss.png").read_bytes().startswith(b"\x89PNG")
