"""All rules, in the order in which they run."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import cast

from cifar_pipe.checks.rule import Rule
from cifar_pipe.checks.static import (
    class_names,
    datasets,
    initializers,
    layer_inputs,
    no_effect,
    normalization,
    output_paths,
    regression_targets,
    splits,
    transforms,
    untrained_model,
)

# Without torch.
STATIC: tuple[Rule, ...] = (
    output_paths,
    layer_inputs,
    initializers,
    datasets,
    class_names,
    transforms,
    normalization,
    splits,
    regression_targets,
    no_effect,
    untrained_model,
)

# By their addresses: they are imported when torch is wanted. `layers` follows the shapes that the
# rules below it look at, of what `torch_version` and the static rules have not excluded.
TORCH: tuple[str, ...] = (
    "cifar_pipe.checks.torch.torch_version",
    "cifar_pipe.checks.torch.layers",
    "cifar_pipe.checks.torch.image_shapes",
    "cifar_pipe.checks.torch.class_count",
    "cifar_pipe.checks.torch.batches",
    "cifar_pipe.checks.torch.losses",
    "cifar_pipe.checks.torch.optimizers",
    "cifar_pipe.checks.torch.schedulers",
    "cifar_pipe.checks.torch.inspections",
    "cifar_pipe.checks.torch.saved_weights",
)

# Once nothing else is wrong: what is read from the disk, and what takes its time.
LAST: tuple[str, ...] = (
    "cifar_pipe.checks.torch.weight_files",
    "cifar_pipe.checks.torch.memory",
)


def imported(addresses: tuple[str, ...]) -> Iterator[Rule]:
    for address in addresses:
        yield cast("Rule", import_module(address))
