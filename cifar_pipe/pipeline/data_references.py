"""Puts what is known of the data in place of `$data.…`.

The values of the references come from the first load_data stage. Where that has findings, they
are left in place without a report; what only the disk can say is reported as not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cifar_pipe.catalog.images.data_facts import DataFacts, Images
from cifar_pipe.catalog.images.transform_flow import network_inputs
from cifar_pipe.compose.reference_hints import DATA_NAMES
from cifar_pipe.diagnostics.findings import DATA_REFERENCE, Findings
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.pipeline.pipeline import Declared, Stage
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.syntax.node_edits import from_plain, replace_scalars
from cifar_pipe.syntax.nodes import MappingNode, Node, ScalarNode, error_node, reference_in, walk

FactsByStage = Mapping[str, DataFacts]
"""Of the datasets, by the id of the stage that loads it; all that could be typed are there."""


def data_references(node: Node) -> list[ScalarNode]:
    return [one for one in walk(node) if isinstance(one, ScalarNode) and _name(one) is not None]


def with_data(
    root: MappingNode, declared: Sequence[Declared], facts: FactsByStage, findings: Findings
) -> MappingNode:
    """The pipeline with what is known of the data in place of its references."""
    stages = [one.stage for one in declared if one.stage]
    source = next((one for one in stages if issubclass(one.type.spec, LoadData)), None)
    if source is None:
        return root
    own = data_references(source.node)
    for node in own:
        _report(node, f"{source.id} cannot use {node.value}: it is what gives it", findings)
    if own or source.id not in facts:
        return root
    no_classes = source.id if facts[source.id].target_shape is not None else None
    values = _values(source, facts[source.id])
    return resolve_data(root, values, findings, no_classes=no_classes)


def resolve_data(
    root: MappingNode,
    values: Mapping[str, Any],
    findings: Findings,
    *,
    no_classes: str | None = None,
) -> MappingNode:
    """The pipeline with values of the data instead of their references.

    `values` holds DATA_NAMES; one that is left out or None is reported as not known. `no_classes` is
    the stage whose targets are numbers, if it is one: they have no classes to count.
    """

    def replaced(node: ScalarNode) -> Node:
        name = _name(node)
        if name is None:
            return node
        if no_classes and name == "num_classes":
            message = f"{node.value} is not a number: the targets of {no_classes} are numbers"
            _report(node, f"{message}, not classes", findings)
            return error_node(node.span)
        if values.get(name) is None:
            needs = "the data on disk, and --data"
            findings.unknown(f"what {node.value} is", needs, node.span, kind=DATA_REFERENCE)
            return node
        return from_plain(values[name], node.span)

    resolved = replace_scalars(root, replaced)
    assert isinstance(resolved, MappingNode)
    return resolved


def report_without_source(root: MappingNode, findings: Findings) -> None:
    """For a pipeline that is right but for its references to data that no stage loads."""
    for node in data_references(root):
        _report(node, f"{node.value} is not known: there is no load_data", findings)


def _name(node: ScalarNode) -> str | None:
    head, _, name = (reference_in(node) or "").partition(".")
    return name if head == "data" and name in DATA_NAMES else None


def _values(stage: Stage, facts: DataFacts) -> Mapping[str, Any]:
    assert isinstance(stage.spec, LoadData)
    classes = stage.spec.classes
    try:
        image = network_inputs(facts.image, stage.spec.transforms, seen=facts.inputs)["train"]
    except ProblemError:
        image = Images.of(None)
    return {
        "num_classes": facts.num_classes or (len(classes) if isinstance(classes, list) else None),
        "image_shape": None if image.shape is None else list(image.shape),
        "channels": image.channels,
    }


def _report(node: ScalarNode, message: str, findings: Findings) -> None:
    findings.add("reference", message, node.span, help="write the value itself")
