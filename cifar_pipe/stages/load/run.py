"""load: a copy of the network with the weights from a file."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.files import file_digest
from cifar_pipe.model.weights.files import read_weights
from cifar_pipe.model.weights.loading import head_of, load_weights
from cifar_pipe.stages.load.spec import Load


def external(spec: Load, *, whole: bool) -> str | None:  # noqa: ARG001 (it is one file)
    """The content of the file that is named; what a stage above saves is an input."""
    return file_digest(Path(spec.file)) if spec.file else ""


def run(spec: Load, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    path = Path(spec.file) if spec.file else inputs["files"][-1]
    network = copy.deepcopy(inputs["model"]).to(context.device)
    head = head_of(network) if spec.new_head else None
    remarks = load_weights(network, read_weights(path, sha256=spec.sha256), head=head)
    context.events.note(": ".join([f"loaded {path}", *filter(None, [", ".join(remarks)])]))
    return {"model": network}
