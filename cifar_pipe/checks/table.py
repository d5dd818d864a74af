"""All rules by their addresses, in the order in which they run; they are imported when they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import cast

from cifar_pipe.checks.rule import Rule
from cifar_pipe.pipeline.pipeline import Stage

# Without torch.
STATIC = (
    "cifar_pipe.checks.static.output_paths",
    "cifar_pipe.checks.static.intent.file_formats",
    "cifar_pipe.checks.static.layer_inputs",
    "cifar_pipe.checks.static.initializers",
    "cifar_pipe.checks.static.datasets",
    "cifar_pipe.checks.static.class_names",
    "cifar_pipe.checks.static.data.not_read",
    "cifar_pipe.checks.static.data.folds",
    "cifar_pipe.checks.static.data.empty_classes",
    "cifar_pipe.checks.static.transforms",
    "cifar_pipe.checks.static.normalization",
    "cifar_pipe.checks.static.splits",
    "cifar_pipe.checks.static.samplers",
    "cifar_pipe.checks.static.data.trained_images",
    "cifar_pipe.checks.static.data.views",
    "cifar_pipe.checks.static.regression_targets",
    "cifar_pipe.checks.static.step_settings",
    "cifar_pipe.checks.static.intent.trials",
    "cifar_pipe.checks.static.averaging",
    "cifar_pipe.checks.static.callbacks",
    "cifar_pipe.checks.static.intent.trackers",
    "cifar_pipe.checks.static.no_effect",
    "cifar_pipe.checks.static.untrained_model",
    "cifar_pipe.checks.static.intent.unusual_values",
)

# `layers` follows the shapes that the rules below it look at, of what `torch_version` and the
# static rules have not excluded.
TORCH = (
    "cifar_pipe.checks.torch.torch_version",
    "cifar_pipe.checks.torch.timm_names",
    "cifar_pipe.checks.torch.layers",
    "cifar_pipe.checks.torch.image_shapes",
    "cifar_pipe.checks.torch.class_count",
    "cifar_pipe.checks.torch.batches",
    "cifar_pipe.checks.torch.losses",
    "cifar_pipe.checks.torch.optimizers",
    "cifar_pipe.checks.torch.schedulers",
    "cifar_pipe.checks.torch.inspections",
    "cifar_pipe.checks.torch.saved_weights",
    "cifar_pipe.checks.torch.exports",
)

# Once nothing else is wrong: what is read from the disk, and what takes its time.
LAST = (
    "cifar_pipe.checks.torch.weight_files",
    "cifar_pipe.checks.torch.unlabelled_images",
    "cifar_pipe.checks.torch.memory",
)


# The type of the stages that a rule is for, if it looks at no others.
OF_STAGES: Mapping[str, str] = {
    "cifar_pipe.checks.torch.inspections": "inspect",
    "cifar_pipe.checks.torch.saved_weights": "load",
    "cifar_pipe.checks.torch.exports": "export",
    "cifar_pipe.checks.torch.unlabelled_images": "predict_folder",
}


def imported(addresses: tuple[str, ...], stages: Iterable[Stage] | None = None) -> Iterator[Rule]:
    """The rules; with `stages` only those that look at one of them."""
    types = None if stages is None else {None, *(stage.type.name for stage in stages)}
    for address in addresses:
        if types is None or OF_STAGES.get(address) in types:
            yield cast("Rule", import_module(address))
