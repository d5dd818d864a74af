"""save: the network's state_dict as a file in the run directory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cifar_pipe.errors import RunError
from cifar_pipe.model.weights import write_weights
from cifar_pipe.stages.context import Context
from cifar_pipe.stages.save import Save


def run(spec: Save, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    path = _inside(context.run_dir, spec.path)
    write_weights(path, inputs["model"].state_dict())
    context.events.note(f"saved {path}")
    return {"files": [path]}


def _inside(run_dir: Path, path: str) -> Path:
    whole = run_dir / path
    if Path(path).is_absolute() or not whole.resolve().is_relative_to(run_dir.resolve()):
        raise RunError(
            f"the path {path} leads out of the run directory",
            help="write a path below it: cifar_net.pth, weights/final.pth",
        )
    if whole.resolve() == run_dir.resolve() or whole.is_dir():
        raise RunError(f"the path {path} is a folder", help="name a file: cifar_net.pth")
    return whole
