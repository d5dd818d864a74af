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
from cifar_pipe.compose.references import resolve_data
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.pipeline.pipeline import Declared, Stage
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.syntax.node_edits import replace_scalars
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
    if facts[source.id].target_shape is not None:
        root = _without_classes(root, source.id, findings)
    return resolve_data(root, _values(source, facts[source.id]), findings)


def report_without_source(root: MappingNode, findings: Findings) -> None:
    """For a pipeline that is right but for its references to data that no stage loads."""
    for node in data_references(root):
        _report(node, f"{node.value} is known of no data: there is no load_data", findings)


def _name(node: ScalarNode) -> str | None:
    head, _, name = (reference_in(node) or "").partition(".")
    return name if head == "data" and name in DATA_NAMES else None


def _without_classes(root: MappingNode, source: str, findings: Findings) -> MappingNode:
    """Targets that are numbers have no classes to count."""

    def replaced(node: ScalarNode) -> Node:
        if _name(node) != "num_classes":
            return node
        message = f"{node.value} is not a number: the targets of {source} are numbers, not classes"
        _report(node, message, findings)
        return error_node(node.span)

    changed = replace_scalars(root, replaced)
    assert isinstance(changed, MappingNode)
    return changed


def _values(stage: Stage, facts: DataFacts) -> Mapping[str, Any]:
    assert isinstance(stage.spec, LoadData)
    classes = stage.spec.classes
    try:
        image = network_inputs(facts.image, stage.spec.transforms)["train"]
    except ProblemError:
        image = Images.of(None)
    return {
        "num_classes": facts.num_classes or (len(classes) if classes else None),
        "image_shape": None if image.shape is None else list(image.shape),
        "channels": image.channels,
    }


def _report(node: ScalarNode, message: str, findings: Findings) -> None:
    findings.add("reference", message, node.span, help="write the value itself")
