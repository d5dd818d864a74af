"""What evaluate can measure, from the counts of true and predicted classes or from probabilities."""

from __future__ import annotations

from collections.abc import Iterable

from cifar_pipe.catalog.core.entry import Arg, Entry, table
from cifar_pipe.catalog.core.facts import HasFacts, MetricFacts, metric_facts
from cifar_pipe.catalog.core.types import Bool, PositiveInt, choice, either

_MODULE = "cifar_pipe.training.evaluation"
_PLAIN = MetricFacts()


def row(name: str, summary: str, facts: MetricFacts = _PLAIN) -> Entry:
    module = "metrics" if facts.takes == "counts" else "probabilities"
    return Entry("metric", name, summary, f"{_MODULE}.{module}:{name}", facts=facts)


_AVERAGE = Arg(
    choice("macro", "micro", "weighted", "none"),
    "macro",
    "Over the classes that occur or are predicted: macro is their mean, weighted by their images, "
    "micro of all images together, none gives each class's.",
)
_ONE_AGAINST_REST = Arg(
    choice("macro", "weighted", "none"),
    "macro",
    "Of each class against all others: macro is the mean over the classes that have images, "
    "weighted by their images, none gives each class's.",
)
_COUNTED = MetricFacts(counted=True)
_RANKING = MetricFacts(takes="probabilities", is_share=False, leaves_out="absent")
_OF_PROBABILITIES = MetricFacts(takes="probabilities", is_share=False)

_ROWS = [
    row("accuracy", "Share of the images whose class is predicted right.", _COUNTED),
    row("per_class_accuracy", "The same for the images of each class.", _COUNTED),
    row("confusion_matrix", "How many images of each class are taken for which."),
    row(
        "top_k_accuracy",
        "Share of the images whose class is among the k with the highest scores.",
        _COUNTED,
    ).takes(k=Arg(PositiveInt, 5, "How many classes count as right.")),
    row(
        "precision",
        "Of the images taken for a class, the share that is of it.",
        MetricFacts(leaves_out="unseen", zero_for="unpredicted"),
    ).takes(average=_AVERAGE),
    row(
        "recall",
        "Of the images of a class, the share that is taken for it.",
        MetricFacts(leaves_out="unseen", zero_for="absent"),
    ).takes(average=_AVERAGE),
    row("f1", "Harmonic mean of precision and recall.", MetricFacts(leaves_out="unseen")).takes(
        average=_AVERAGE
    ),
    row(
        "balanced_accuracy",
        "Mean of the accuracies of the classes that have images.",
        MetricFacts(leaves_out="absent"),
    ),
    row(
        "cohen_kappa",
        "How far the accuracy is above chance: 1 is all right, 0 is chance.",
        MetricFacts(is_share=False),
    ),
    row(
        "matthews_corrcoef",
        "Correlation of true and predicted classes, from -1 to 1.",
        MetricFacts(is_share=False, zero_for="constant"),
    ),
    row(
        "auroc",
        "Area under the ROC curve of each class against all others: 1 is all right, 0.5 is chance.",
        _RANKING,
    ).takes(average=_ONE_AGAINST_REST),
    row(
        "average_precision",
        "Area under the precision-recall curve of each class against all others, in steps.",
        _RANKING,
    ).takes(average=_ONE_AGAINST_REST),
    row(
        "brier_score",
        "Squared distance of the probabilities from the right class: 0 is all right, 2 all wrong.",
        _OF_PROBABILITIES,
    ).takes(
        scale_by_half=Arg(
            either(Bool, choice("auto"), expected="true, false or auto"),
            "auto",
            "Half of it, from 0 to 1; auto does so with two classes.",
        )
    ),
    row(
        "calibration_error",
        "How far accuracy and confidence, the probability of the predicted class, are apart.",
        _OF_PROBABILITIES,
    ).takes(
        n_bins=Arg(PositiveInt, 15, "Equal intervals of confidence that are compared."),
        norm=Arg(
            choice("l1", "l2", "max"),
            "l1",
            "l1 is the expected calibration error, l2 the root of the mean square, max the largest.",
        ),
    ),
    row(
        "log_loss",
        "Mean of -log p of the right classes, whatever the loss of the training is.",
        _OF_PROBABILITIES,
    ),
]

TABLE = table("metric", _ROWS)


def takes_probabilities(metrics: Iterable[HasFacts]) -> bool:
    """Whether the outputs of all images have to be kept for one of these metrics."""
    return any(metric_facts(one).takes == "probabilities" for one in metrics)
