"""build_model: the network, its layer table and its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cifar_pipe.errors import RunError
from cifar_pipe.files import write_json, write_text
from cifar_pipe.model.misfit import Misfit
from cifar_pipe.model.network import Network, build
from cifar_pipe.stages.build_model import BuildModel
from cifar_pipe.stages.context import Context


def run(spec: BuildModel, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    network = _build(spec, inputs, context)
    write_json(context.folder / "layers.json", [asdict(row) for row in network.rows])
    write_text(context.folder / "network.txt", f"{network}\n")
    return {"model": network.to(context.device)}


def _build(spec: BuildModel, inputs: Mapping[str, Any], context: Context) -> Network:
    """What `validate` could not know, the images' shape, is known here: a misfit may come late."""
    shape = spec.input_shape or inputs["data"].image_shape
    try:
        return build(spec.layers, shape, seed=context.seed)
    except Misfit as misfit:
        name = spec.layers[misfit.index].name
        help_ = (misfit.help,) if misfit.help else ()
        raise RunError(
            f"layer {misfit.index + 1} ({name}) does not fit: {misfit.message}",
            help=(*misfit.notes, *help_),
        ) from misfit
