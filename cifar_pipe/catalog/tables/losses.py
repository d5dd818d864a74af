"""The losses that compare what a network gives, [N, classes], with labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cifar_pipe.catalog.core.component_keys import LossKeys
from cifar_pipe.catalog.core.entry import Arg, Entry, table
from cifar_pipe.catalog.core.facts import LossFacts
from cifar_pipe.catalog.core.types import (
    Bool,
    Float,
    Int,
    NonNegativeFloat,
    PositiveFloat,
    Probability,
    choice,
    list_of,
    optional,
    whole_choice,
)
from cifar_pipe.catalog.tables.arguments import LOSS, described

_PER_CLASS = Arg(optional(list_of(NonNegativeFloat, minimum=1)), None)
_REDUCTION = Arg(choice("mean", "sum"), "mean")
_IGNORE_INDEX = Arg(Int, -100)


def _loss(name: str, summary: str, facts: LossFacts, /, **args: Arg) -> Entry:
    per_class = tuple(key for key in ("weight", "pos_weight") if key in args)
    return Entry(
        "loss",
        name,
        summary,
        f"torch.nn:{name}",
        described(args, LOSS),
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
            weight=_PER_CLASS,
            ignore_index=_IGNORE_INDEX,
            reduction=_REDUCTION,
            label_smoothing=Arg(Probability, 0.0),
        ),
        _loss(
            "NLLLoss",
            "Negative log-likelihood of log-probabilities [N, classes], as LogSoftmax gives them.",
            LossFacts(
                takes="log-probabilities", target="class index", weighted_mean=True, one_output=True
            ),
            weight=_PER_CLASS,
            ignore_index=_IGNORE_INDEX,
            reduction=_REDUCTION,
        ),
        _loss(
            "MultiMarginLoss",
            "Hinge loss between the right class's score and each other's.",
            LossFacts(takes="scores", target="class index"),
            p=Arg(whole_choice(1, 2), 1, "Exponent of the hinge: 1 or 2."),
            margin=Arg(Float, 1.0),
            weight=_PER_CLASS,
            reduction=_REDUCTION,
        ),
        _loss(
            "BCEWithLogitsLoss",
            "Binary cross-entropy of logits [N, classes], each class by itself.",
            LossFacts(takes="logits", applies="Sigmoid", target="one-hot"),
            weight=_PER_CLASS,
            reduction=_REDUCTION,
            pos_weight=_PER_CLASS,
        ),
        _loss(
            "MultiLabelSoftMarginLoss",
            "BCEWithLogitsLoss averaged over the classes.",
            LossFacts(takes="logits", applies="Sigmoid", target="one-hot"),
            weight=_PER_CLASS,
            reduction=_REDUCTION,
        ),
        _loss(
            "BCELoss",
            "Binary cross-entropy of probabilities [N, classes], as Sigmoid gives them.",
            LossFacts(takes="probabilities", target="one-hot"),
            weight=_PER_CLASS,
            reduction=_REDUCTION,
        ),
        _loss(
            "MSELoss",
            "Mean squared difference from one-hot targets [N, classes].",
            _OF_DIFFERENCES,
            reduction=_REDUCTION,
        ),
        _loss(
            "L1Loss",
            "Mean absolute difference from one-hot targets [N, classes].",
            _OF_DIFFERENCES,
            reduction=_REDUCTION,
        ),
        _loss(
            "SmoothL1Loss",
            "Squared near zero and absolute elsewhere, from one-hot targets.",
            _OF_DIFFERENCES,
            reduction=_REDUCTION,
            beta=Arg(NonNegativeFloat, 1.0, "Difference where squared turns to absolute."),
        ),
        _loss(
            "HuberLoss",
            "SmoothL1Loss times delta.",
            _OF_DIFFERENCES,
            reduction=_REDUCTION,
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
            reduction=_REDUCTION,
        ),
        _loss(
            "SoftMarginLoss",
            "Logistic loss of each class's score: its sign says whether it is the right class.",
            LossFacts(takes="scores", target="signs"),
            reduction=_REDUCTION,
        ),
        _loss(
            "MultiLabelMarginLoss",
            "Hinge loss between the right class's score and each other's, over all classes.",
            LossFacts(takes="scores", target="class list"),
            reduction=_REDUCTION,
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
