"""load: a copy of the network with the weights from a file."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.model.weights import compare, read_weights
from cifar_pipe.stages.load.spec import Load


def run(spec: Load, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    path = Path(spec.file) if spec.file else inputs["files"][-1]
    network = copy.deepcopy(inputs["model"]).to(context.device)
    state = read_weights(path)
    compare(path, state, network.state_dict())
    network.load_state_dict(state)
    context.events.note(f"loaded {path}")
    return {"model": network}
