"""What the proofs share: the pipeline files as they are shipped."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tests.conftest import ROOT, Done

FOLDER = ROOT / "pipelines" / "tutorial"
# On the CPU, so that the plain loop of the test computes the same.
ON_CPU = ("-S", "runtime={device: cpu, threads: 1}")

Runner = Callable[..., Done]


@pytest.fixture
def run(cli: Callable[..., Done]) -> Runner:
    """Runs a file of pipelines/tutorial into `out`, below the current directory."""

    def runner(name: str, *more: str) -> Done:
        return cli("run", str(FOLDER / name), "--run-dir", "out", *ON_CPU, *more)

    return runner


def saves(*trainings: str) -> list[str]:
    """Overrides that save the network of each of these stages as `<stage>.pth`."""
    return [
        word
        for name in trainings
        for word in (
            "-S",
            f"stages.save_{name}={{type: save, path: {name}.pth, from: {{model: {name}}}}}",
        )
    ]


def losses(text: str, stage: str = "") -> list[str]:
    """The losses as they are printed, three decimals; of one stage, where there are several."""
    part = text.partition(f"\n{stage}:\n")[2] if stage else text
    part = part.partition("Finished Training")[0]
    return re.findall(r"^\[\d+, +\d+\] loss: (.+)$", part, flags=re.MULTILINE)


def numbers(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"-?\d+\.\d*(?:e-?\d+)?", text)]


def state(path: Path, prefix: str = "") -> dict[str, torch.Tensor]:
    found = torch.load(path, weights_only=True)
    return {name.removeprefix(prefix): tensor for name, tensor in found.items()}


def assert_equal(ours: dict[str, torch.Tensor], theirs: dict[str, torch.Tensor]) -> None:
    assert list(ours) == list(theirs)
    for name, tensor in theirs.items():
        torch.testing.assert_close(ours[name], tensor, rtol=1e-5, atol=1e-6, msg=name)
