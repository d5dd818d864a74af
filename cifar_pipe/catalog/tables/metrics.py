"""What evaluate can measure: all follow from the counts of true and predicted classes."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg, Entry, table
from cifar_pipe.catalog.core.types import PositiveInt, choice


def row(name: str, summary: str) -> Entry:
    return Entry("metric", name, summary, f"cifar_pipe.training.evaluation.metrics:{name}")


_AVERAGE = Arg(
    choice("macro", "micro", "weighted", "none"),
    "macro",
    "Over the classes that occur or are predicted: macro is their mean, weighted by their images, "
    "micro of all images together, none gives each class's.",
)

_ROWS = [
    row("accuracy", "Share of the images whose class is predicted right."),
    row("per_class_accuracy", "The same for the images of each class."),
    row("confusion_matrix", "How many images of each class are taken for which."),
    row(
        "top_k_accuracy", "Share of the images whose class is among the k with the highest scores."
    ).takes(k=Arg(PositiveInt, 5, "How many classes count as right.")),
    row("precision", "Of the images taken for a class, the share that is of it.").takes(
        average=_AVERAGE
    ),
    row("recall", "Of the images of a class, the share that is taken for it.").takes(
        average=_AVERAGE
    ),
    row("f1", "Harmonic mean of precision and recall.").takes(average=_AVERAGE),
    row("balanced_accuracy", "Mean of the accuracies of the classes that have images."),
    row("cohen_kappa", "How far the accuracy is above chance: 1 is all right, 0 is chance."),
    row("matthews_corrcoef", "Correlation of true and predicted classes, from -1 to 1."),
]

TABLE = table("metric", _ROWS)
