"""build_model: the network, its layer table and its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from torch import nn

from cifar_pipe.catalog.core.layer_lists import every_layer
from cifar_pipe.context import Context
from cifar_pipe.diagnostics.problem import Path, ProblemError
from cifar_pipe.errors import RunError
from cifar_pipe.files import file_digest, write_json, write_text
from cifar_pipe.model.network import Network, build
from cifar_pipe.model.planning.planned import LayerRow, words
from cifar_pipe.model.planning.shapes import takes
from cifar_pipe.model.pretrained import weights_path
from cifar_pipe.stages.build_model.spec import BuildModel


def external(spec: BuildModel, *, whole: bool) -> str | None:  # noqa: ARG001 (they are few)
    """What is in the files of weights that it reads."""
    digests = []
    for _, layer in every_layer(spec.layers):
        if file := weights_path(layer):
            digest = file_digest(file)
            if digest is None:
                return None
            digests.append(digest)
    return "/".join(digests)


def run(spec: BuildModel, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    network = _build(spec, inputs, context)
    # With an input_shape of its own, it may be meant for other data.
    if "data" in inputs and inputs["data"].image_shape == network.input_shape:
        _check_every_split(network, inputs["data"].image_shapes)
    modules = dict(network.named_children())
    rows = [_plain(row, modules.get(row.name)) for row in network.rows]
    write_json(context.folder / "layers.json", rows)
    write_text(context.folder / "network.txt", f"{network}\n")
    if network.pretrained:
        _report_weights(network, context)
    return {"model": network.to(context.device)}


def _check_every_split(network: Network, shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Raises RunError for a split whose images the network does not take."""
    for split, shape in shapes.items():
        if shape == network.input_shape or takes(network.layers, network.rows, shape):
            continue
        raise RunError(
            f"the network is built for images of {words(network.input_shape)}, and the {split} "
            f"images are {words(shape)}",
            help="bring all images to one size with a Resize, or put AdaptiveAvgPool2d above the "
            "first Linear",
        )


def _plain(row: LayerRow, module: nn.Module | None = None) -> dict[str, Any]:
    """The row, with those of the layers inside of it where there are any, or of a network's modules."""
    plain = asdict(row)
    del plain["inside"]
    inside = [_plain(one) for one in row.inside] or (_modules_in(module) if module else [])
    return {**plain, "inside": inside} if inside else plain


def _modules_in(module: nn.Module) -> list[dict[str, Any]]:
    """What PyTorch knows of them: neither shapes nor what they take."""
    found = []
    for name, child in module.named_children():
        parameters = sum(one.numel() for one in child.parameters())
        inside = _modules_in(child)
        row = {"name": name, "type": type(child).__name__, "parameters": parameters}
        found.append({**row, "inside": inside} if inside else row)
    return found


def _report_weights(network: Network, context: Context) -> None:
    sources = [asdict(source) for source in network.pretrained]
    context.facts["weights"] = sources
    write_json(context.folder / "weights.json", sources)
    for source in network.pretrained:
        if source.stand_in:
            context.events.warn(
                f"NOT the weights {source.weights} of {source.network}: no connection to download "
                f"them ({source.reason}); random weights stand in for them. The numbers below say "
                f"nothing about a pretrained {source.network}."
            )
        else:
            begins = f"{source.network} begins with the weights {source.weights}"
            context.events.note(": ".join([begins, *filter(None, [", ".join(source.remarks)])]))


def _build(spec: BuildModel, inputs: Mapping[str, Any], context: Context) -> Network:
    """What `validate` could not know, the images' shape, is known here: a problem may come late."""
    shape = spec.input_shape or inputs["data"].image_shape
    try:
        return build(
            spec.layers,
            shape,
            seed=context.seed,
            by_type=spec.initialize,
            stand_in_allowed=context.stand_in_allowed,
        )
    except ProblemError as error:
        message = f"{_place(spec, error.problem.path)} does not fit: {error.message}"
        raise RunError(message, help=error.help) from error


def _place(spec: BuildModel, path: Path) -> str:
    """`layer 3 (Linear)`, or `layer 4, layers 2 (Conv2d)` where it is inside of another."""
    if path[0] != "layers":
        return ".".join(map(str, path))
    words, layer = "layer", None
    for key, index in zip(path[0::2], path[1::2], strict=False):
        assert isinstance(index, int)
        words += f", {key} {index + 1}" if layer else f" {index + 1}"
        layer = (layer.get(str(key)) if layer else spec.layers)[index]
    assert layer is not None
    return f"{words} ({layer.name})"
