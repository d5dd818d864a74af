"""Follows the data through the pipeline without touching it: dataset, transforms, splits.

What only the disk can tell (a folder's classes, its images' size) comes from `facts_of`: what the
catalogue declares, or what a probe of the disk has found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from cifar_pipe.catalog.images.data_facts import DataFacts, Images
from cifar_pipe.catalog.images.dataset_checks import problems
from cifar_pipe.catalog.images.transform_flow import (
    network_inputs,
    wrong_statistics,
)
from cifar_pipe.checks.static.image_sizes import check_one_size, lists
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.pipeline.spans import component_span, name_span
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.syntax.nodes import locate

SplitName = Literal["train", "test"]
FactsOf = Callable[[Stage, LoadData], DataFacts]


@dataclass(frozen=True, slots=True)
class Flow:
    """What is known of one load_data stage's images behind their transforms.

    `sound` is false where the transforms have a finding: then the images are of unknown shape.
    """

    facts: DataFacts
    train: Images
    test: Images
    has_val: bool
    sound: bool = True


def check_flow(pipeline: Pipeline, facts_of: FactsOf, findings: Findings) -> Mapping[str, Flow]:
    """The flow of each load_data stage, and findings for what does not fit together."""
    flows: dict[str, Flow] = {}
    for stage in pipeline.stages:
        if isinstance(stage.spec, LoadData):
            _check_dataset(stage, stage.spec, findings)
            facts = facts_of(stage, stage.spec)
            floats = _reaches_network(stage, pipeline)
            flows[stage.id] = _flow(stage, stage.spec, facts, findings, floats=floats)
        else:
            _check_split(stage, flows, findings)
    return flows


def _check_dataset(stage: Stage, spec: LoadData, findings: Findings) -> None:
    for problem in problems(spec.dataset):
        argument = str(problem.path[0]) if problem.path else None
        findings.report(problem, name_span(spec.dataset.node, argument, stage.span("dataset")))


def _reaches_network(stage: Stage, pipeline: Pipeline) -> bool:
    """Whether some stage puts this data through a network."""
    return any(
        stage.id == other.inputs.get("data") and "model" in other.inputs
        for other in pipeline.stages
    )


def _flow(
    stage: Stage, spec: LoadData, facts: DataFacts, findings: Findings, *, floats: bool
) -> Flow:
    if spec.classes is not None:
        facts = _named_classes(stage, spec.classes, facts, findings)
    unknown = Images.of(None)
    inputs: Mapping[SplitName, Images] = {"train": unknown, "test": unknown}
    sound = False
    try:
        inputs = network_inputs(facts.image, spec.transforms, floats=floats)
        sound = True
    except ProblemError as error:
        at = locate(stage.node, error.problem.path, stage.id_span)
        findings.report(error.problem, at)
    if sound:
        _check_statistics(stage, spec, facts.image, findings)
        if floats and facts.image.shape is not None:
            sound = check_one_size(stage, spec, facts.image, findings)
    has_val = spec.validation_split is not None
    if has_val and facts.train == 1:
        findings.add(
            "data",
            "there is one training image, and none can be set aside of it",
            stage.span("validation_split"),
            help="leave validation_split out, or use more images",
        )
    return Flow(facts, inputs["train"], inputs["test"], has_val, sound)


def _check_statistics(stage: Stage, spec: LoadData, images: Images, findings: Findings) -> None:
    for path, transforms in lists(spec):
        for index, argument, given in wrong_statistics(images, transforms):
            numbers = transforms[index].get(argument)
            findings.add(
                "value-range",
                f"Normalize is given values from {given}, and its {argument} is one of values "
                f"from {'0 to 255' if given == '0 to 1' else '0 to 1'}",
                component_span(stage, path, index, argument),
                help=f"divide by 255: {argument}: {[round(one / 255, 4) for one in numbers]}"
                if given == "0 to 1"
                else "put ToTensor above it, or write scale: true to ToDtype",
            )


def _named_classes(
    stage: Stage, classes: list[str], facts: DataFacts, findings: Findings
) -> DataFacts:
    for position, name in enumerate(classes):
        if name in classes[:position]:
            findings.add(
                "classes", f"the class `{name}` stands twice", stage.span("classes", position)
            )
    if facts.num_classes is not None and facts.num_classes != len(classes):
        findings.add(
            "classes",
            f"classes names {len(classes)}, the dataset has {facts.num_classes}",
            stage.span("classes"),
            notes=[f"they are {', '.join(facts.classes)}"]
            if facts.classes and len(facts.classes) <= 20
            else (),
            help="name every class, or leave classes out",
        )
    if facts.target_shape is not None:
        # pipeline/numbers.py tells it.
        return facts
    return replace(facts, classes=tuple(classes), num_classes=facts.num_classes or len(classes))


def _check_split(stage: Stage, flows: Mapping[str, Flow], findings: Findings) -> None:
    """A `split: val` needs a validation split, and so does a monitor."""
    flow = flows.get(stage.inputs.get("data", ""))
    if flow is None or flow.has_val:
        return
    help_ = f"declare validation_split: 0.1 in {stage.inputs['data']}"
    if getattr(stage.spec, "split", None) == "val":
        findings.add("data", "there is no validation split", stage.span("split"), help=help_)
    monitor = getattr(stage.spec, "monitor", None)
    if monitor is not None:
        findings.add(
            "monitor",
            f"{monitor} is never measured: there is no validation split",
            stage.span("monitor"),
            help=help_,
        )
