"""Follows the data through its transforms without touching it.

What only the disk can show (a folder's classes, the size of its images) is in the facts that are
passed in: what the catalogue declares, or what a look at the disk has found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.class_naming import renamed
from cifar_pipe.catalog.images.data_facts import DataFacts, Images, data_facts
from cifar_pipe.catalog.images.held_out import held_out
from cifar_pipe.catalog.images.transform_flow import network_inputs, through
from cifar_pipe.catalog.tables.samplers import images_per_epoch
from cifar_pipe.diagnostics.problem import Path, Problem, ProblemError
from cifar_pipe.frozen import frozen
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.pipeline.roles import SetsSteps, Trains
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.training_length import Length, batches_per_epoch

FactsOf = Callable[[Stage, LoadData], DataFacts]
_UNKNOWN = Images.of(None)


@frozen
class Flow:
    """What is known of the images that one stage loads, before and after their transforms.

    `facts` are those of the dataset, with the classes that the stage names; `dataset_facts` are
    without them. `train` and `test` are what a network is given, of unknown shape where there are
    `problems`, whose paths begin at the stage.
    """

    stage: Stage
    spec: LoadData
    dataset_facts: DataFacts
    train: Images = _UNKNOWN
    test: Images = _UNKNOWN
    problems: tuple[Problem, ...] = ()

    @property
    def facts(self) -> DataFacts:
        facts, names = self.dataset_facts, self.spec.classes
        if names is None or facts.target_shape is not None:
            return facts
        if facts.classes is not None:
            return replace(facts, classes=renamed(facts.classes, names))
        if isinstance(names, Mapping):
            return facts
        return replace(facts, classes=tuple(names), num_classes=facts.num_classes or len(names))

    @property
    def training_images(self) -> int | None:
        """Images of the training split without those set aside, if known."""
        images, share = self.facts.train, self.spec.validation_split
        return images if images is None or share is None else images - held_out(images, share)

    def images_of(self, split: str) -> int | None:
        """Images of the split, if known."""
        match split, self.training_images, self.facts.train:
            case "train", images, _:
                return images
            case "val", int() as kept, int() as images if self.spec.validation_split is not None:
                return images - kept
            case "test", _, _:
                return self.facts.test
        return None

    @property
    def images_per_epoch(self) -> int | None:
        """Images that a training takes in an epoch, with those taken several times, if known."""
        images = self.training_images
        return images if images is None else images_per_epoch(self.spec.sampler, images)

    @property
    def batches(self) -> int | None:
        """Of one epoch, if the number of images is known."""
        images, spec = self.images_per_epoch, self.spec
        if images is None:
            return None
        return batches_per_epoch(images, spec.batch_size, drop_last=spec.drop_last)

    def length(self, training: Trains) -> Length | None:
        """Of a training with these images, if their number is known."""
        if self.batches is None:
            return None
        return Length.over(
            self.batches,
            epochs=training.epochs,
            steps=training.steps,
            accumulate=training.accumulate if isinstance(training, SetsSteps) else 1,
        )


def declared(_: Stage, spec: LoadData) -> DataFacts:
    """What the pipeline alone says of a dataset."""
    return data_facts(spec.dataset, spec.fold)


def flow_of(stage: Stage, spec: LoadData, facts: DataFacts, pipeline: Pipeline) -> Flow:
    """The flow of the stage's data, whose dataset has these facts."""
    taken_with = [one.inputs for one in pipeline.stages if one.inputs.get("data") == stage.id]
    to_network = any("model" in inputs for inputs in taken_with)
    try:
        inputs = network_inputs(facts.image, spec.transforms, floats=to_network, seen=facts.inputs)
    except ProblemError as error:
        return Flow(stage, spec, facts, problems=(error.problem,))
    one_size = to_network and facts.image.shape is not None
    problems = tuple(_different_sizes(spec, facts.image)) if one_size else ()
    return Flow(stage, spec, facts, inputs["train"], inputs["test"], problems)


def transform_lists(spec: LoadData) -> Iterator[tuple[Path, Sequence[Component]]]:
    """The lists of transforms, each with its path below the stage."""
    if isinstance(spec.transforms, list):
        yield ("transforms",), spec.transforms
        return
    yield ("transforms", "train"), spec.transforms.train
    yield ("transforms", "test"), spec.transforms.test


def shapes_along(image: Images, transforms: Sequence[Component]) -> list[tuple[int, ...] | None]:
    """The images' shape before the first transform and after each."""
    return [through(image, transforms[:end]).shape for end in range(len(transforms) + 1)]


def _different_sizes(spec: LoadData, image: Images) -> Iterator[Problem]:
    """Where images of one size become images of several, which make no batch."""
    for path, transforms in transform_lists(spec):
        shapes = shapes_along(image, transforms)
        known = [shape is not None for shape in shapes]
        lost = [index for index, pair in enumerate(pairwise(known)) if pair == (True, False)]
        if lost and shapes[-1] is None:
            cause = transforms[lost[-1]]
            message = f"{cause.name} gives images of different sizes, and a batch takes one size"
            help_ = "put {type: Resize, size: [HEIGHT, WIDTH]} or a CenterCrop below it"
            argument = ["expand"] if "expand" in cause.given else []
            yield Problem(message, (*path, lost[-1], *argument), "transform", help_)
