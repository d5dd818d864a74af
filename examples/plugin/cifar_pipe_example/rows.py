"""The rows: what a pipeline may write, checked before anything runs. They import no torch."""

from __future__ import annotations

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import CallbackFacts, LayerFacts, LossFacts, MetricFacts
from cifar_pipe.catalog.core.types import (
    Float,
    PositiveFloat,
    PositiveInt,
    number,
)
from cifar_pipe.catalog.images.data_facts import DataFacts, DatasetFacts, Images, TransformFacts
from cifar_pipe.stages.spec import StageType
from cifar_pipe_example.mistakes_spec import Mistakes

CLASSES = ("across", "down")


def _stripes_data(dataset: Component) -> DataFacts:
    return DataFacts(Images(3, 16, 16), CLASSES, 2, dataset.get("train"), dataset.get("test"))


STRIPES = Entry(
    "dataset",
    "Stripes",
    "Pictures of stripes across or down, made from the seed.",
    "cifar_pipe_example.stripes:draw_stripes",
    {
        "train": Arg(PositiveInt, 1000, "Images in the training split."),
        "test": Arg(PositiveInt, 200, "Images in the test split."),
    },
    facts=DatasetFacts(data=_stripes_data, generated=True),
)
DIM = Entry(
    "transform",
    "Dim",
    "Makes images darker.",
    "cifar_pipe_example.dim:Dim",
    {"factor": Arg(number(gt=0, le=1), 0.5, "What is left of each value.")},
    # What it gives is of the same shape and kind as what it is given.
    facts=TransformFacts(effect=lambda images, _: images, colours=True),
)
SCALE = Entry(
    "layer",
    "Scale",
    "Multiplies by one number, which is learnt.",
    "cifar_pipe_example.scale:Scale",
    {"start": Arg(Float, 1.0, "The number at the start.")},
    facts=LayerFacts(),
)
POLY_LOSS = Entry(
    "loss",
    "PolyLoss",
    "Cross entropy in which the probability itself counts too.",
    "cifar_pipe_example.poly_loss:PolyLoss",
    {"epsilon": Arg(number(ge=-1), 1.0, "How much; 0 is cross entropy.")},
    link="https://arxiv.org/abs/2204.12511",
    facts=LossFacts(takes="logits", target="class index", applies="LogSoftmax"),
)
WORST_CLASS_ACCURACY = Entry(
    "metric",
    "worst_class_accuracy",
    "The lowest of the accuracies of the classes.",
    "cifar_pipe_example.worst_class_accuracy:worst_class_accuracy",
    facts=MetricFacts(leaves_out="absent"),
)
LOSS_GOAL = Entry(
    "callback",
    "LossGoal",
    "Ends the training when the validation loss is low enough.",
    "cifar_pipe_example.loss_goal:LossGoal",
    {"below": Arg(PositiveFloat, ..., "The loss that is low enough.")},
    facts=CallbackFacts(needs_monitor=True),
)
MISTAKES = StageType("mistakes", Mistakes, "cifar_pipe_example.mistakes", example="{count: 20}")
