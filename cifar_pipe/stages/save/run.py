"""save: the network's state_dict as a file in the run directory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.model.weights.files import write_weights
from cifar_pipe.stages.run_file import place
from cifar_pipe.stages.save.spec import Save


def run(spec: Save, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    path = place(context.run_dir, spec.path)
    write_weights(path, inputs["model"].state_dict())
    context.events.note(f"saved {path}")
    return {"files": [path]}
