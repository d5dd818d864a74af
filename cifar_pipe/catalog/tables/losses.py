"""The losses that compare what a network gives, [N, classes], with labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from cifar_pipe.catalog.core.component_keys import LossKeys
from cifar_pipe.catalog.core.entry import Arg, Entry, Usual, by_name, pytorch, table
from cifar_pipe.catalog.core.facts import LossFacts, loss_facts
from cifar_pipe.catalog.core.types import (
    Bool,
    Float,
    Int,
    NonNegativeFloat,
    PositiveFloat,
    Probability,
    choice,
    either,
    list_of,
    optional,
    whole_choice,
)

row = partial(pytorch, "loss", "torch.nn")


def _with_tensors(entry: Entry) -> Entry:
    per_class = tuple(key for key in ("weight", "pos_weight") if key in entry.args)
    facts = replace(loss_facts(entry), per_class=per_class)
    return replace(entry, facts=facts, tensor_args=per_class)


_PerClass = optional(list_of(NonNegativeFloat, minimum=1))
_Weight = either(
    list_of(NonNegativeFloat, minimum=1),
    choice("balanced"),
    None,
    expected="a list of numbers of at least 0, balanced or null",
)
_BINARY = LossFacts(takes="logits", applies="Sigmoid", target="one-hot")
_OF_DIFFERENCES = LossFacts(takes="scores", target="one-hot", also=("signs",))

_LEFT_OUT = {
    "a layer and a loss in one, for very many classes": "AdaptiveLogSoftmaxWithLoss",
    "for sequences of symbols": "CTCLoss",
    "compares pairs or triples of images":
        "CosineEmbeddingLoss MarginRankingLoss TripletMarginLoss TripletMarginWithDistanceLoss",
    "takes a variance beside the prediction": "GaussianNLLLoss",
    "takes distances, and makes that of the right class the smallest": "HingeEmbeddingLoss",
    "a layer and a loss in one: use Linear and CrossEntropyLoss": "LinearCrossEntropyLoss",
    "PyTorch's older name of NLLLoss": "NLLLoss2d",
}  # fmt: skip

_USUAL: Mapping[str, Arg] = {
    "ignore_index": Arg(Int, ..., "Label whose images do not count."),
    "label_smoothing": Arg(
        Probability,
        ...,
        "Share of the target spread evenly over all classes.",
        usual=Usual(
            lambda share: share < 1, "takes every class for as right as the others", "0.1 is usual"
        ),
    ),
    "margin": Arg(Float, ..., "How far the right class must be ahead of the others."),
    "pos_weight": Arg(_PerClass, ..., "Weight of a one among the targets, one number per class."),
    "reduction": Arg(
        choice("mean", "sum"),
        ...,
        "mean or sum over the batch; losses are shown per image in both cases.",
    ),
    "weight": Arg(
        _Weight,
        ...,
        "Weight of each class in the order of the labels, one number per class; balanced: images / "
        "(classes * images of the class), counted in the training split.",
    ),
}

_ROWS = [
    row(
        "CrossEntropyLoss",
        "Cross-entropy of logits [N, classes] with labels [N].",
        LossFacts(
            takes="logits",
            applies="LogSoftmax",
            target="class index",
            also=("probability",),
            weighted_mean=True,
        ),
    ).takes(weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0),
    row(
        "NLLLoss",
        "Negative log-likelihood of log-probabilities [N, classes], as LogSoftmax gives them.",
        LossFacts(
            takes="log-probabilities", target="class index", weighted_mean=True, one_output=True
        ),
    ).takes(weight=None, ignore_index=-100, reduction="mean"),
    row(
        "MultiMarginLoss",
        "Hinge loss between the right class's score and each other's.",
        LossFacts(takes="scores", target="class index"),
    ).takes(
        p=Arg(whole_choice(1, 2), 1, "Exponent of the hinge: 1 or 2."),
        margin=1.0,
        weight=None,
        reduction="mean",
    ),
    Entry(
        "loss",
        "FocalLoss",
        "Cross-entropy of logits [N, classes] in which images that are already right count little.",
        "cifar_pipe.training.losses:FocalLoss",
        link="https://arxiv.org/abs/1708.02002",
        facts=LossFacts(takes="logits", applies="LogSoftmax", target="class index"),
    ).takes(
        gamma=Arg(NonNegativeFloat, 2.0, "How much less; 0 is CrossEntropyLoss."),
        weight=None,
        reduction="mean",
    ),
    row(
        "BCEWithLogitsLoss",
        "Binary cross-entropy of logits [N, classes], each class by itself.",
        _BINARY,
    ).takes(weight=None, reduction="mean", pos_weight=None),
    row("MultiLabelSoftMarginLoss", "BCEWithLogitsLoss averaged over the classes.", _BINARY).takes(
        weight=None, reduction="mean"
    ),
    row(
        "BCELoss",
        "Binary cross-entropy of probabilities [N, classes], as Sigmoid gives them.",
        LossFacts(takes="probabilities", target="one-hot"),
    ).takes(weight=None, reduction="mean"),
    row(
        "MSELoss", "Mean squared difference from one-hot targets [N, classes].", _OF_DIFFERENCES
    ).takes(reduction="mean"),
    row(
        "L1Loss", "Mean absolute difference from one-hot targets [N, classes].", _OF_DIFFERENCES
    ).takes(reduction="mean"),
    row(
        "SmoothL1Loss",
        "Squared near zero and absolute elsewhere, from one-hot targets.",
        _OF_DIFFERENCES,
    ).takes(
        reduction="mean",
        beta=Arg(NonNegativeFloat, 1.0, "Difference where squared turns to absolute."),
    ),
    row("HuberLoss", "SmoothL1Loss times delta.", _OF_DIFFERENCES).takes(
        reduction="mean",
        delta=Arg(PositiveFloat, 1.0, "Difference where squared turns to absolute."),
    ),
    row(
        "KLDivLoss",
        "Distance of log-probabilities [N, classes], as LogSoftmax gives them, from the target's.",
        LossFacts(takes="log-probabilities", target="probability"),
    ).takes(reduction=Arg(choice("batchmean", "sum"), ..., "Mean over the images, or their sum.")),
    row(
        "PoissonNLLLoss",
        "Negative log-likelihood of one-hot targets as counts; scores are their logarithms.",
        LossFacts(takes="scores", target="one-hot", counts_without="log_input"),
    ).takes(
        log_input=Arg(Bool, True, "Scores are logarithms of the counts."),
        full=Arg(Bool, False, "Add Stirling's term; 0 for these targets."),
        eps=Arg(PositiveFloat, 1e-8, "Added to the scores where they are not logarithms."),
        reduction="mean",
    ),
    row(
        "SoftMarginLoss",
        "Logistic loss of each class's score: its sign says whether it is the right class.",
        LossFacts(takes="scores", target="signs"),
    ).takes(reduction="mean"),
    row(
        "MultiLabelMarginLoss",
        "Hinge loss between the right class's score and each other's, over all classes.",
        LossFacts(takes="scores", target="class list"),
    ).takes(reduction="mean"),
    Entry(
        "loss",
        "SumOfDifferences",
        "Sum of prediction - target: the autograd tutorial's, to look at gradients with.",
        "cifar_pipe.training.losses:SumOfDifferences",
        facts=LossFacts(takes="scores", target="one-hot", reduction="sum"),
    ),
]

TABLE = table(
    "loss",
    map(_with_tensors, _ROWS),
    usual=_USUAL,
    left_out=by_name(_LEFT_OUT),
    source=("torch.nn",),
    arguments_left_out=lambda: {
        "size_average": "PyTorch's older form of reduction",
        "reduce": "PyTorch's older form of reduction",
        "KLDivLoss.log_target": "targets are probabilities: the logarithm of 0 is not a number",
    },
    keys=lambda _: LossKeys,
)
