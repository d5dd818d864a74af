"""The losses that compare what a network gives, [N, classes], with labels.

Traits:

- `input`: what the network must give: `logits`, `log-probabilities`, `probabilities`, `scores`
  (any numbers).
- `target`: the form of the targets that the training makes of the labels: `class index` (int64
  [N]) or `one-hot` (float32 [N, classes]).
- `tensors`: arguments that the builder turns from lists into tensors.
- `per_class`: arguments with one number a class.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from cifar_pipe.catalog.arguments import LOSS, described
from cifar_pipe.catalog.entry import Arg, Entry, table
from cifar_pipe.catalog.types import (
    Float,
    Int,
    NonNegativeFloat,
    PositiveFloat,
    Probability,
    choice,
    list_of,
    optional,
)

_PER_CLASS = Arg(optional(list_of(NonNegativeFloat, minimum=1)), None)
_REDUCTION = Arg(choice("mean", "sum"), "mean")
_IGNORE_INDEX = Arg(Int, -100)
_TENSORS = ("weight", "pos_weight")


def _loss(name: str, summary: str, /, *, takes: str, target: str, **args: Arg) -> Entry:
    tensors = tuple(key for key in _TENSORS if key in args)
    return Entry(
        "loss",
        name,
        summary,
        f"torch.nn:{name}",
        described(args, LOSS),
        f"https://docs.pytorch.org/docs/stable/generated/torch.nn.{name}.html",
        {"input": takes, "target": target, "tensors": tensors, "per_class": tensors},
    )


_TWO_INPUTS = "compares pairs or triples of images"

_LEFT_OUT: Mapping[str, str] = {
    "AdaptiveLogSoftmaxWithLoss": "a layer and a loss in one, for very many classes",
    "CTCLoss": "for sequences of symbols",
    "CosineEmbeddingLoss": _TWO_INPUTS,
    "GaussianNLLLoss": "takes a variance beside the prediction",
    "HingeEmbeddingLoss": _TWO_INPUTS,
    "KLDivLoss": "takes distributions as targets; for labels it is NLLLoss",
    "LinearCrossEntropyLoss": "a layer and a loss in one: use Linear and CrossEntropyLoss",
    "MarginRankingLoss": _TWO_INPUTS,
    "MultiLabelMarginLoss": "takes several labels an image",
    "NLLLoss2d": "PyTorch's older name of NLLLoss",
    "PoissonNLLLoss": "for counts, not for classes",
    "SoftMarginLoss": "takes targets of 1 and -1: use BCEWithLogitsLoss",
    "TripletMarginLoss": _TWO_INPUTS,
    "TripletMarginWithDistanceLoss": _TWO_INPUTS,
}

TABLE = table(
    "loss",
    [
        _loss(
            "CrossEntropyLoss",
            "Cross-entropy of logits [N, classes] with labels [N].",
            takes="logits",
            target="class index",
            weight=_PER_CLASS,
            ignore_index=_IGNORE_INDEX,
            reduction=_REDUCTION,
            label_smoothing=Arg(Probability, 0.0),
        ),
        _loss(
            "NLLLoss",
            "Negative log-likelihood of log-probabilities [N, classes], as LogSoftmax gives them.",
            takes="log-probabilities",
            target="class index",
            weight=_PER_CLASS,
            ignore_index=_IGNORE_INDEX,
            reduction=_REDUCTION,
        ),
        _loss(
            "MultiMarginLoss",
            "Hinge loss between the right class's score and each other's.",
            takes="scores",
            target="class index",
            p=Arg(Literal[1, 2], 1, "Exponent of the hinge: 1 or 2."),
            margin=Arg(Float, 1.0),
            weight=_PER_CLASS,
            reduction=_REDUCTION,
        ),
        _loss(
            "BCEWithLogitsLoss",
            "Binary cross-entropy of logits [N, classes], each class by itself.",
            takes="logits",
            target="one-hot",
            weight=_PER_CLASS,
            reduction=_REDUCTION,
            pos_weight=_PER_CLASS,
        ),
        _loss(
            "MultiLabelSoftMarginLoss",
            "BCEWithLogitsLoss averaged over the classes.",
            takes="logits",
            target="one-hot",
            weight=_PER_CLASS,
            reduction=_REDUCTION,
        ),
        _loss(
            "BCELoss",
            "Binary cross-entropy of probabilities [N, classes], as Sigmoid gives them.",
            takes="probabilities",
            target="one-hot",
            weight=_PER_CLASS,
            reduction=_REDUCTION,
        ),
        _loss(
            "MSELoss",
            "Mean squared difference from one-hot targets [N, classes].",
            takes="scores",
            target="one-hot",
            reduction=_REDUCTION,
        ),
        _loss(
            "L1Loss",
            "Mean absolute difference from one-hot targets [N, classes].",
            takes="scores",
            target="one-hot",
            reduction=_REDUCTION,
        ),
        _loss(
            "SmoothL1Loss",
            "Squared near zero and absolute elsewhere, from one-hot targets.",
            takes="scores",
            target="one-hot",
            reduction=_REDUCTION,
            beta=Arg(NonNegativeFloat, 1.0, "Difference where squared turns to absolute."),
        ),
        _loss(
            "HuberLoss",
            "SmoothL1Loss times delta.",
            takes="scores",
            target="one-hot",
            reduction=_REDUCTION,
            delta=Arg(PositiveFloat, 1.0, "Difference where squared turns to absolute."),
        ),
    ],
    left_out=_LEFT_OUT,
    source=("torch.nn",),
    arguments_left_out={
        "size_average": "PyTorch's older form of reduction",
        "reduce": "PyTorch's older form of reduction",
    },
)
