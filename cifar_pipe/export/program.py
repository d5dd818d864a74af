"""The network with its preprocessing as one module, and as a program of torch.export."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn
from torch.export import Dim, ExportedProgram

from cifar_pipe.errors import RunError
from cifar_pipe.export.preprocessing import Step
from cifar_pipe.model.network import Network
from cifar_pipe.model.value_ranges import gives_probabilities

OutputName = Literal["logits", "probabilities", "values"]
INPUT = "images"

# No two sides alike, nor 1, which torch.export would take for fixed.
_EXAMPLE = (2, 3, 45, 39)


def output_name(network: Network, classes: Sequence[str]) -> OutputName:
    """What the network's own output is; `values` where there are no classes."""
    if not classes:
        return "values"
    return "probabilities" if gives_probabilities(network.layers) else "logits"


class Program(nn.Module):
    """uint8 images `[n, 3, H, W]` to what `network` gives, float32 `[n, classes]`; of logits also the
    probabilities.
    """

    def __init__(self, network: Network, steps: Sequence[Step], output: OutputName) -> None:
        super().__init__()
        # In evaluation, and not the run's own.
        self.network = copy.deepcopy(network).cpu().float().eval()
        self._changes = [step.change for step in steps]
        self.outputs: tuple[OutputName, ...] = (output,)
        if output == "logits":
            self.outputs = ("logits", "probabilities")

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        inputs = images
        for change in self._changes:
            inputs = change(inputs)
        given: Tensor = self.network(inputs.float())
        return (given,) if len(self.outputs) == 1 else (given, given.softmax(1))


def exported(program: Program) -> ExportedProgram:
    """For batches and images of any size. Raises RunError where torch.export cannot follow the network."""
    example = torch.zeros(_EXAMPLE, dtype=torch.uint8)
    sizes = {0: Dim("n", min=1), 2: Dim("height", min=1), 3: Dim("width", min=1)}
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            return torch.export.export(program, (example,), dynamic_shapes={INPUT: sizes})
    except Exception as error:
        # Of many kinds, from wherever the network's code is.
        first = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise RunError(
            f"torch.export cannot follow the network: {first}",
            help="as safetensors it can be exported: the weights, and the pipeline beside them",
        ) from error
