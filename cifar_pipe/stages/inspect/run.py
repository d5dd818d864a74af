"""inspect: the network, its parameters, an output and the gradients, in the tutorial's order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

import torch
from torch import Tensor, nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import loss_facts
from cifar_pipe.catalog.core.loss_targets import form_of, unweighted
from cifar_pipe.context import Context
from cifar_pipe.errors import RunError
from cifar_pipe.files import write_json, write_text
from cifar_pipe.model.network import Network
from cifar_pipe.stages.inspect.spec import EVERYTHING, Inspect, Shown
from cifar_pipe.training.class_weights import with_class_weights
from cifar_pipe.training.inspection import Backward, Inspection, inspect, norm
from cifar_pipe.training.random_state import seeded
from cifar_pipe.training.targets import criterion

# Of larger tensors, and of longer backward passes, the beginning is printed.
_MOST_VALUES = 100
_MOST_OPERATIONS = 6


def run(spec: Inspect, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    network: Network = inputs["model"]
    watched = _watched(spec, network)
    with seeded(context):
        images, labels = _batch(spec, inputs, context)
        loss = spec.loss
        if loss is not None:
            loss = unweighted(loss) if labels is None else with_class_weights(loss, inputs["data"])
        result = inspect(network, images, _backward(loss, labels, context.device), context)
    lines = {part: list(_lines(part, spec, network, result, watched)) for part in EVERYTHING}
    if context.stage != "inspect":
        context.events.say(f"{context.stage}:")
    for part in spec.show:
        for line in "\n".join(lines[part]).split("\n"):
            context.events.say(line)
    text = "\n\n".join("\n".join(one) for one in lines.values())
    write_text(context.folder / "inspect.txt", f"{text}\n")
    write_json(context.folder / "inspect.json", _plain(spec, network, result, watched))
    return {}


def _batch(
    spec: Inspect, inputs: Mapping[str, Any], context: Context
) -> tuple[Tensor, Tensor | None]:
    """Images `[N, C, H, W]`, and their labels where they are the data's."""
    if spec.input == "random":
        images = torch.randn(spec.batch_size or 1, *inputs["model"].input_shape)
        return images.to(context.device), None
    batches = inputs["data"].batches("train", batch_size=spec.batch_size, device=context.device)
    images, labels = next(batches)
    return images, labels


def _backward(loss: Component | None, labels: Tensor | None, device: str) -> Backward:
    """From the loss, or from the output with a random gradient of its shape."""
    if loss is None:
        return lambda output: (output, torch.randn(output.shape).to(device))
    loss_of = criterion(loss, device=device)
    if labels is None:
        return lambda output: (loss_of(output, _random_target(loss, output)), None)
    return lambda output: (loss_of(output, labels), None)


def _random_target(loss: Component, output: Tensor) -> Tensor:
    if loss_facts(loss).of_probabilities or form_of(loss) in ("class index", "class list"):
        return torch.randint(output.shape[1], output.shape[:1]).to(output.device)
    return torch.randn(output.shape).to(output.device)


def _watched(spec: Inspect, network: nn.Module) -> str:
    """The parameter that is looked at closely: the one that is named, else the first bias."""
    parameters = dict(network.named_parameters())
    biases = [name for name in parameters if name.endswith("bias")]
    if spec.watch is None:
        return next(iter([*biases, *parameters]), "")
    if spec.watch not in parameters:
        help_ = f"its parameters are {', '.join(list(parameters)[:8])} …"
        raise RunError(f"the network has no parameter {spec.watch}", help=help_)
    return spec.watch


def _lines(
    part: Shown, spec: Inspect, network: nn.Module, result: Inspection, watched: str
) -> Iterator[str]:
    match part:
        case "network":
            yield str(network)
        case "parameters":
            yield from _parameter_lines(network)
        case "output":
            yield f"output {list(result.output.shape)} for a {spec.input} input {list(result.images.shape)}"
            yield _tensor_text(result.output)
        case "gradients":
            yield from _gradient_lines(spec, result, watched)


def _parameter_lines(network: nn.Module) -> Iterator[str]:
    parameters = dict(network.named_parameters())
    yield f"{len(parameters)} parameters"
    width = max(map(len, parameters))
    for name, one in parameters.items():
        yield f"{name:{width}}  {list(one.shape)}"


def _gradient_lines(spec: Inspect, result: Inspection, watched: str) -> Iterator[str]:
    if spec.loss is None:
        yield f"backward: a random gradient {list(result.output.shape)}"
    else:
        yield f"{spec.loss.name}: {result.loss:.4f}"
    more = " <- …" if len(result.operations) > _MOST_OPERATIONS else ""
    yield " <- ".join(result.operations[:_MOST_OPERATIONS]) + more
    yield f"{watched}.grad before: None"
    yield f"{watched}.grad after: {_tensor_text(result.gradients[watched])}"
    yield "norm of each gradient"
    width = max(map(len, result.gradients))
    for name, gradient in result.gradients.items():
        value = norm(gradient)
        yield f"{name:{width}}  {'None' if value is None else f'{value:.4g}'}"


def _tensor_text(tensor: Tensor | None) -> str:
    if tensor is None or tensor.numel() <= _MOST_VALUES:
        return str(tensor)
    return f"{tensor.detach().flatten()[:10]} and {tensor.numel() - 10:,} more"


def _plain(spec: Inspect, network: nn.Module, result: Inspection, watched: str) -> dict[str, Any]:
    """What inspect.json holds; numbers that are not finite become null."""
    value = result.loss if result.loss is not None and isfinite(result.loss) else None
    parameters = [
        {
            "name": name,
            "shape": list(one.shape),
            "trainable": one.requires_grad,
            "gradient_norm": norm(result.gradients[name]),
        }
        for name, one in network.named_parameters()
    ]
    return {
        "input": {"from": spec.input, "shape": list(result.images.shape)},
        "output": {"shape": list(result.output.shape), "values": _values(result.output)},
        "loss": {"name": spec.loss.name, "value": value} if spec.loss is not None else None,
        "operations": result.operations,
        "parameters": parameters,
        "watched": {"name": watched, "before": None, "after": _values(result.gradients[watched])},
    }


def _values(tensor: Tensor | None) -> Any:
    """Nested lists of the tensor's shape; large tensors are in inspect.txt only."""
    if tensor is None or tensor.numel() > 10_000 or not tensor.isfinite().all():
        return None
    return tensor.detach().cpu().tolist()
