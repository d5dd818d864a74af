"""Puts how pretrained weights want their images in place of `$model.…`.

The values come from the first whole network among the layers that the pipeline builds. They do not
depend on the data, so the stages that load it may use them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cifar_pipe.catalog.core.facts import LayerFacts
from cifar_pipe.catalog.core.lookup import find
from cifar_pipe.catalog.images.presets import (
    MODEL_NAMES,
    MissingPackageError,
    NoPresetError,
    preset,
)
from cifar_pipe.diagnostics.findings import MODEL_REFERENCE, Findings
from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.stages.registry import STAGES
from cifar_pipe.syntax.node_edits import from_plain, replace_scalars
from cifar_pipe.syntax.nodes import (
    MappingNode,
    Node,
    ScalarNode,
    error_node,
    reference_in,
    text_in,
    to_plain,
    walk,
)


def with_model(root: MappingNode, findings: Findings) -> MappingNode:
    """The pipeline with the values in place of their references.

    A reference without a value is reported (`reference`); without the package that would know it, it
    is left in place and reported as not known, and its stage waits.
    """
    references = model_references(root)
    if not references:
        return root
    values: Any = {}
    network = next(_networks(root), None)
    message = "no layer is a whole network with pretrained weights"
    if network is not None:
        try:
            values = preset(*network)
        except MissingPackageError as error:
            first = references[0]
            findings.unknown(f"what {first.value} is", str(error), first.span, kind=MODEL_REFERENCE)
            return root
        except NoPresetError as error:
            message = str(error)
    # One mistake, however many references follow from it.
    reported = False

    def replaced(node: ScalarNode) -> Node:
        nonlocal reported
        name = _name(node)
        if name is None:
            return node
        if name in values:
            return from_plain(values[name], node.span)
        if not reported:
            reported = True
            text = f"{node.value} is not known: {message}"
            findings.add("reference", text, node.span, help="write the value itself")
        return error_node(node.span)

    resolved = replace_scalars(root, replaced)
    assert isinstance(resolved, MappingNode)
    return resolved


def model_references(node: Node) -> list[ScalarNode]:
    return [one for one in walk(node) if isinstance(one, ScalarNode) and _name(one) is not None]


def _name(node: Node) -> str | None:
    head, _, name = ((reference_in(node) if isinstance(node, ScalarNode) else "") or "").partition(
        "."
    )
    return name if head == "model" and name in MODEL_NAMES else None


def _networks(root: MappingNode) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name of each whole network, and its arguments as they are written."""
    stages = root.get("stages")
    for item in stages.items.values() if isinstance(stages, MappingNode) else ():
        if not isinstance(item.value, MappingNode):
            continue
        type_ = STAGES.get(text_in(item.value.get("type")) or item.key)
        layers = item.value.get("layers")
        if type_ is None or type_.spec is not BuildModel or layers is None:
            continue
        for node in walk(layers):
            arguments = to_plain(node) if isinstance(node, MappingNode) else {}
            name = text_in(node) or arguments.get("type")
            entry = find("layer", name) if isinstance(name, str) else None
            if entry and isinstance(entry.facts, LayerFacts) and entry.facts.network:
                yield entry.name, arguments
