"""Puts what is known of the data in the place of `$data.…`, before the stages are typed.

What the references stand for comes from the first load_data stage. Where that has findings, they
are left in place without a word; where only the disk can tell, that is told as not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cifar_pipe.catalog.images.data_facts import Images
from cifar_pipe.catalog.images.transform_flow import network_inputs
from cifar_pipe.checks.static.data_flow import FactsOf
from cifar_pipe.compose.reference_hints import DATA_NAMES
from cifar_pipe.compose.references import resolve_data
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.pipeline.pipeline import Declared, Stage
from cifar_pipe.pipeline.stages import typed_stages
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.syntax.node_edits import replace_scalars, with_value
from cifar_pipe.syntax.nodes import MappingNode, Node, ScalarNode, error_node, reference_in, walk


def data_references(node: Node) -> list[ScalarNode]:
    return [one for one in walk(node) if isinstance(one, ScalarNode) and _name(one) is not None]


def with_facts(root: MappingNode, facts_of: FactsOf, findings: Findings) -> MappingNode:
    """The pipeline with facts of the data in the place of their references."""
    silent, stages = Findings(), list[Declared]()
    with silent.limited():
        stages = typed_stages(root, silent)
    source = _source(stages)
    if source is None:
        return root
    scope = findings.scope()
    root = _without_circles(root, source.id, findings)
    if not source.typed or scope.has_errors:
        return root
    assert source.stage is not None
    facts = _facts(source.stage, facts_of)
    if facts["targets"] is not None:
        root = _without_classes(root, source.id, findings)
    # Where a look at the disk has ended in a finding, nothing is known because of it.
    if scope.has_errors:
        findings = Findings()
    return resolve_data(root, facts, findings)


def report_without_source(root: MappingNode, findings: Findings) -> None:
    """For a pipeline that is right but for its references to data that no stage loads."""
    for node in data_references(root):
        findings.add(
            "reference",
            f"{node.value} is known of no data: there is no load_data",
            node.span,
            help="write the value itself",
        )


def _name(node: ScalarNode) -> str | None:
    head, _, name = (reference_in(node) or "").partition(".")
    return name if head == "data" and name in DATA_NAMES else None


def _source(declared: list[Declared]) -> Declared | None:
    of_data = (one for one in declared if one.stage and issubclass(one.stage.type.spec, LoadData))
    return next(of_data, None)


def _without_circles(root: MappingNode, source: str, findings: Findings) -> MappingNode:
    """The stage that loads the data cannot be told by what it loads."""

    def replaced(node: ScalarNode) -> Node:
        if _name(node) is None:
            return node
        findings.add(
            "reference",
            f"{source} cannot use {node.value}: it is what gives it",
            node.span,
            help="write the value itself",
        )
        return error_node(node.span)

    stages = root.get("stages")
    assert isinstance(stages, MappingNode)
    stage = replace_scalars(stages.items[source].value, replaced)
    return with_value(root, "stages", with_value(stages, source, stage))


def _without_classes(root: MappingNode, source: str, findings: Findings) -> MappingNode:
    def replaced(node: ScalarNode) -> Node:
        if _name(node) != "num_classes":
            return node
        findings.add(
            "reference",
            f"{node.value} is no number: the targets of {source} are numbers and no classes",
            node.span,
            help="write the value itself",
        )
        return error_node(node.span)

    changed = replace_scalars(root, replaced)
    assert isinstance(changed, MappingNode)
    return changed


def _facts(stage: Stage, facts_of: FactsOf) -> Mapping[str, Any]:
    assert isinstance(stage.spec, LoadData)
    facts, classes = facts_of(stage, stage.spec), stage.spec.classes
    try:
        image = network_inputs(facts.image, stage.spec.transforms)["train"]
    except ProblemError:
        image = Images.of(None)
    return {
        "num_classes": facts.num_classes or (len(classes) if classes else None),
        "image_shape": None if image.shape is None else list(image.shape),
        "channels": image.channels,
        "targets": facts.target_shape,
    }
