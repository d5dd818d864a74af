"""The losses that compare what a network gives, [N, classes], with labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cifar_pipe.catalog.core.component_keys import LossKeys
from cifar_pipe.catalog.core.entry import Arg, Entry, table
from cifar_pipe.catalog.core.facts import LossFacts
from cifar_pipe.catalog.core.types import (
    Bool,
    NonNegativeFloat,
    PositiveFloat,
    choice,
    whole_choice,
)
from cifar_pipe.catalog.tables.arguments import LOSS, with_usual


def _loss(name: str, summary: str, facts: LossFacts, /, **args: Any) -> Entry:
    per_class = tuple(key for key in ("weight", "pos_weight") if key in args)
    return Entry(
        "loss",
        name,
        summary,
        f"torch.nn:{name}",
        with_usual(args, LOSS),
        f"https://docs.pytorch.org/docs/stable/generated/torch.nn.{name}.html",
        replace(facts, per_class=per_class),
        tensor_args=per_class,
    )


_OF_DIFFERENCES = LossFacts(takes="scores", target="one-hot", also=("signs",))

_TWO_INPUTS = "compares pairs or triples of images"

_LEFT_OUT: Mapping[str, str] = {
    "AdaptiveLogSoftmaxWithLoss": "a layer and a loss in one, for very many classes",
    "CTCLoss": "for sequences of symbols",
    "CosineEmbeddingLoss": _TWO_INPUTS,
    "GaussianNLLLoss": "takes a variance beside the prediction",
    "HingeEmbeddingLoss": "takes distances, and makes that of the right class the smallest",
    "LinearCrossEntropyLoss": "a layer and a loss in one: use Linear and CrossEntropyLoss",
    "MarginRankingLoss": _TWO_INPUTS,
    "NLLLoss2d": "PyTorch's older name of NLLLoss",
    "TripletMarginLoss": _TWO_INPUTS,
    "TripletMarginWithDistanceLoss": _TWO_INPUTS,
}

TABLE = table(
    "loss",
    [
        _loss(
            "CrossEntropyLoss",
            "Cross-entropy of logits [N, classes] with labels [N].",
            LossFacts(
                takes="logits",
                applies="LogSoftmax",
                target="class index",
                also=("probability",),
                weighted_mean=True,
            ),
            weight=None,
            ignore_index=-100,
            reduction="mean",
            label_smoothing=0.0,
        ),
        _loss(
            "NLLLoss",
            "Negative log-likelihood of log-probabilities [N, classes], as LogSoftmax gives them.",
            LossFacts(
                takes="log-probabilities", target="class index", weighted_mean=True, one_output=True
            ),
            weight=None,
            ignore_index=-100,
            reduction="mean",
        ),
        _loss(
            "MultiMarginLoss",
            "Hinge loss between the right class's score and each other's.",
            LossFacts(takes="scores", target="class index"),
            p=Arg(whole_choice(1, 2), 1, "Exponent of the hinge: 1 or 2."),
            margin=1.0,
            weight=None,
            reduction="mean",
        ),
        _loss(
            "BCEWithLogitsLoss",
            "Binary cross-entropy of logits [N, classes], each class by itself.",
            LossFacts(takes="logits", applies="Sigmoid", target="one-hot"),
            weight=None,
            reduction="mean",
            pos_weight=None,
        ),
        _loss(
            "MultiLabelSoftMarginLoss",
            "BCEWithLogitsLoss averaged over the classes.",
            LossFacts(takes="logits", applies="Sigmoid", target="one-hot"),
            weight=None,
            reduction="mean",
        ),
        _loss(
            "BCELoss",
            "Binary cross-entropy of probabilities [N, classes], as Sigmoid gives them.",
            LossFacts(takes="probabilities", target="one-hot"),
            weight=None,
            reduction="mean",
        ),
        _loss(
            "MSELoss",
            "Mean squared difference from one-hot targets [N, classes].",
            _OF_DIFFERENCES,
            reduction="mean",
        ),
        _loss(
            "L1Loss",
            "Mean absolute difference from one-hot targets [N, classes].",
            _OF_DIFFERENCES,
            reduction="mean",
        ),
        _loss(
            "SmoothL1Loss",
            "Squared near zero and absolute elsewhere, from one-hot targets.",
            _OF_DIFFERENCES,
            reduction="mean",
            beta=Arg(NonNegativeFloat, 1.0, "Difference where squared turns to absolute."),
        ),
        _loss(
            "HuberLoss",
            "SmoothL1Loss times delta.",
            _OF_DIFFERENCES,
            reduction="mean",
            delta=Arg(PositiveFloat, 1.0, "Difference where squared turns to absolute."),
        ),
        _loss(
            "KLDivLoss",
            "Distance of log-probabilities [N, classes], as LogSoftmax gives them, from the target's.",
            LossFacts(takes="log-probabilities", target="probability"),
            reduction=Arg(
                choice("batchmean", "sum"), description="Mean over the images, or their sum."
            ),
        ),
        _loss(
            "PoissonNLLLoss",
            "Negative log-likelihood of one-hot targets as counts; scores are their logarithms.",
            LossFacts(takes="scores", target="one-hot", counts_without="log_input"),
            log_input=Arg(Bool, default=True, description="Scores are logarithms of the counts."),
            full=Arg(Bool, default=False, description="Add Stirling's term; 0 for these targets."),
            eps=Arg(PositiveFloat, 1e-8, "Added to the scores where they are not logarithms."),
            reduction="mean",
        ),
        _loss(
            "SoftMarginLoss",
            "Logistic loss of each class's score: its sign says whether it is the right class.",
            LossFacts(takes="scores", target="signs"),
            reduction="mean",
        ),
        _loss(
            "MultiLabelMarginLoss",
            "Hinge loss between the right class's score and each other's, over all classes.",
            LossFacts(takes="scores", target="class list"),
            reduction="mean",
        ),
        Entry(
            "loss",
            "SumOfDifferences",
            "Sum of prediction - target: the autograd tutorial's, to look at gradients with.",
            "cifar_pipe.training.losses:SumOfDifferences",
            facts=LossFacts(takes="scores", target="one-hot", reduction="sum"),
        ),
    ],
    left_out=_LEFT_OUT,
    source=("torch.nn",),
    arguments_left_out={
        "size_average": "PyTorch's older form of reduction",
        "reduce": "PyTorch's older form of reduction",
        "KLDivLoss.log_target": "targets are probabilities: the logarithm of 0 is not a number",
    },
    keys=lambda _: LossKeys,
)
