"""Targets in the form that a loss takes, made from the labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import loss_facts
from cifar_pipe.catalog.core.loss_targets import form_of, is_summed
from cifar_pipe.catalog.torch.build import build
from cifar_pipe.diagnostics.problem import Problem, ProblemError
from cifar_pipe.errors import RunError
from cifar_pipe.model.planning.planned import words

# (outputs [N, classes], labels) -> the loss, a scalar
Criterion = Callable[[Tensor, Tensor], Tensor]


def criterion(loss: Component, *, device: str) -> Criterion:
    """The loss as a function of the network's outputs and the data's labels.

    Labels int64 `[N]` are brought into the form that the loss takes or that its key `target` names.
    Labels that are numbers already (float) are viewed in the outputs' shape: PyTorch would
    broadcast [N] against [N, 1] to [N, N]. Raises ProblemError for a form that the loss does not
    take, and for values that PyTorch refuses.
    """
    form = form_of(loss)
    try:
        module: nn.Module = build(loss).to(device)
    except (ValueError, TypeError) as error:
        raise ProblemError(Problem(f"{loss.name}: {error}", code="loss")) from error
    if form == "class index":
        if "ignore_index" not in loss.given:
            return module
        # PyTorch's mean of no images is 0 / 0, and its gradient 0.
        return lambda outputs, labels: torch.where(
            any_counts(loss, labels), module(outputs, labels), 0.0
        )
    targets = _FORMS[form]
    return lambda outputs, labels: module(outputs, targets(outputs, labels))


def any_counts(loss: Component, labels: Tensor) -> Tensor:
    """Whether the loss does not ignore all of these labels, a tensor of one boolean."""
    ignored: int = loss.given["ignore_index"]
    return labels.ne(ignored).any()


def has_no_weight(loss: Component, labels: Tensor) -> bool:
    """Whether PyTorch's mean over these labels divides by weights that are all 0.

    Its gradient is NaN then; that of labels that are all ignored is 0.
    """
    weights, ignored = loss.given.get("weight"), loss.given.get("ignore_index")
    by_label = loss_facts(loss).weighted_mean and form_of(loss) == "class index"
    # Labels that are mixed are shares of classes.
    if weights is None or is_summed(loss) or not by_label or labels.is_floating_point():
        return False
    return not any(weights[one] for one in labels.tolist() if one != ignored)


@dataclass(frozen=True, slots=True)
class WeightedMean:
    """The mean of a loss that weighs images by their labels, over several batches as over one.

    `summed` gives the sum over a batch; `divisor` takes the labels of all batches, `[N]` or shares of
    classes `[N, classes]`, and gives what the sums are divided by, a scalar.
    """

    summed: Criterion
    divisor: Callable[[Tensor], Tensor]


def weighted_mean(loss: Component, *, device: str) -> WeightedMean | None:
    """None where all images weigh the same."""
    if not weighs_by_label(loss):
        return None
    arguments = loss.arguments.model_copy(update={"reduction": "sum"})
    return WeightedMean(
        criterion(replace(loss, arguments=arguments), device=device),
        lambda labels: _divisor(loss, labels),
    )


def weighs_by_label(loss: Component) -> bool:
    """Whether the mean over a batch is one of `weight`s, or of the labels that are not ignored."""
    weighs = loss_facts(loss).weighted_mean and form_of(loss) == "class index"
    return weighs and not is_summed(loss) and bool(loss.given.keys() & {"weight", "ignore_index"})


def weight_of(loss: Component, labels: Tensor) -> Tensor:
    """What images with these labels `[N]` weigh together in the mean over a batch, a scalar."""
    weights, ignored = loss.given.get("weight"), loss.given.get("ignore_index")
    if labels.is_floating_point():
        # Of shares of classes PyTorch divides by the images.
        return labels.new_tensor(len(labels))
    counted = torch.ones_like(labels, dtype=torch.bool) if ignored is None else labels != ignored
    if weights is None:
        return counted.sum()
    return (torch.tensor(weights, device=labels.device)[labels.clamp(min=0)] * counted).sum()


def _divisor(loss: Component, labels: Tensor) -> Tensor:
    weight = weight_of(loss, labels)
    return weight.where(any_counts(loss, labels), 1) if "ignore_index" in loss.given else weight


def targets_like(outputs: Tensor, labels: Tensor) -> Tensor:
    """Float targets of the outputs' shape: one-hot of class labels, numbers as they are."""
    if labels.is_floating_point():
        return labels.view_as(outputs)
    return F.one_hot(labels, outputs.shape[1]).to(outputs.dtype).view_as(outputs)


def signs_like(outputs: Tensor, labels: Tensor) -> Tensor:
    """1 for the class and -1 for the others, float `[N, classes]`; numbers as they are."""
    targets = targets_like(outputs, labels)
    return targets if labels.is_floating_point() else 2 * targets - 1


def class_list(outputs: Tensor, labels: Tensor) -> Tensor:
    """The one class of each image, then -1, int64 `[N, classes]`: as MultiLabelMarginLoss reads it."""
    targets = torch.full_like(outputs, -1, dtype=torch.int64)
    targets[:, 0] = labels
    return targets


_FORMS: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "one-hot": targets_like,
    "probability": targets_like,
    "signs": signs_like,
    "class list": class_list,
}


def check_outputs(network: Any, data: Any) -> None:
    """Raises RunError where the network's outputs cannot be the classes of this data."""
    classes, shape = data.num_classes, network.rows[-1].output_shape
    if classes is not None and shape != (classes,):
        gives = f"{shape[0]} outputs" if len(shape) == 1 else words(shape)
        raise RunError(
            f"the network gives {gives}, the data has {classes} classes",
            help="the last layer must give one number per class",
        )
