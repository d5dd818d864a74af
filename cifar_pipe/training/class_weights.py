"""`weight: balanced` of a loss, as numbers."""

from __future__ import annotations

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.loss_targets import is_balanced, weighted
from cifar_pipe.data.batches import Data
from cifar_pipe.errors import RunError
from cifar_pipe.training.job import TrainingJob

# From so many times the images of the rarest class on, the most frequent one decides what is learnt.
_UNEVEN = 5


def with_class_weights(loss: Component, data: Data) -> Component:
    """The loss with the weight of each class in numbers, float `[classes]`; any other as it is.

    images / (classes * images of the class), counted in the training split, as scikit-learn's
    compute_class_weight("balanced"); 0 for a class without images there. Raises RunError where the
    targets are not classes.
    """
    if not is_balanced(loss):
        return loss
    if data.num_classes is None:
        raise RunError(f"{loss.name} has weight: balanced, and the targets are not classes")
    counts = data.splits["train"].per_class(data.num_classes)
    images = sum(counts)
    return weighted(loss, [images / (len(counts) * one) if one else 0.0 for one in counts])


def note_imbalance(job: TrainingJob) -> None:
    """Keeps for the page that classes have far fewer images than others, and count no more for it."""
    loss, data = job.settings.loss, job.data
    can_weigh = "weight" in loss.entry.args
    is_weighed = can_weigh and loss.get("weight") is not None
    if data.num_classes is None or data.batching.sampler is not None or is_weighed:
        return
    counts = data.splits["train"].per_class(data.num_classes)
    least, most = min(counts), max(counts)
    if most < _UNEVEN * max(least, 1):
        return
    rare, frequent = (data.classes[counts.index(one)] for one in (least, most))
    job.context.keep_warning(
        f"the classes are uneven: {most:,} training images of {frequent}, {least:,} of {rare}",
        help="give the rare ones more weight"
        if can_weigh
        else "draw the rare ones more often, with sampler: WeightedRandomSampler in load_data",
        overrides=[f"{job.context.stage}.loss.weight=balanced"] if can_weigh else (),
    )
