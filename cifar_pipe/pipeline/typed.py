"""Types the composed document: the top level, then each stage by its type."""

from __future__ import annotations

import re

from cifar_pipe.catalog.common import ID_PATTERN
from cifar_pipe.language.decode import decode
from cifar_pipe.language.findings import Findings
from cifar_pipe.language.nodes import Item, MappingNode, ScalarNode
from cifar_pipe.language.suggest import did_you_mean
from cifar_pipe.language.trees import is_hole
from cifar_pipe.language.wording import Owner, shown
from cifar_pipe.pipeline.document import COMPOSITION_KEYS, TOP_LEVEL, Document
from cifar_pipe.pipeline.model import Declared, Stage
from cifar_pipe.stages.registry import STAGES
from cifar_pipe.stages.spec import GIFTS, StageSpec, StageType


def typed_document(root: MappingNode, findings: Findings) -> Document | None:
    before = len(findings.found)
    for key, item in root.items.items():
        if key not in TOP_LEVEL:
            findings.add(
                "unknown-key",
                f"a pipeline has no key `{key}`",
                item.key_span,
                notes=[f"{key} is a stage type: it stands below stages:"] if key in STAGES else (),
                help=did_you_mean(key, TOP_LEVEL) or f"it takes {', '.join(TOP_LEVEL)}",
            )
    apart = {"stages", *COMPOSITION_KEYS}
    kept = {k: v for k, v in root.items.items() if k in TOP_LEVEL and k not in apart}
    version = kept.get("version")
    if version and isinstance(version.value, ScalarNode) and not _is_one(version.value.value):
        findings.add(
            "version",
            f"this cifar-pipe reads version 1 of the language, not {shown(version.value)}",
            version.span,
        )
        return None
    head = MappingNode(kept, root.span)
    document = decode(head, Document, Owner("a pipeline", root.span), findings)
    return document if len(findings.found) == before else None


def _is_one(value: object) -> bool:
    """True and 1.0 equal 1 as well."""
    return type(value) is int and value == 1


def typed_stages(root: MappingNode, findings: Findings) -> list[Declared]:
    """The stages in file order; those that could not be typed have findings."""
    item = root.items.get("stages")
    if item is None:
        findings.add("missing-key", "a pipeline needs a key `stages`", root.span)
        return []
    if not isinstance(item.value, MappingNode) or not item.value.items:
        what = "{}" if isinstance(item.value, MappingNode) else shown(item.value)
        findings.add(
            "not-a-mapping", f"stages takes a mapping from ids to stages, not {what}", item.span
        )
        return []
    return [_declared(stage, findings) for stage in item.value.items.values()]


def _declared(item: Item, findings: Findings) -> Declared:
    if is_hole(item.value):
        return Declared(item.key, item.key_span, frozenset(GIFTS), None)
    good_id = _check_id(item, findings)
    stage_type = _type(item, findings)
    if stage_type is None:
        return Declared(item.key, item.key_span, frozenset(GIFTS), None)
    spec = _spec(item, stage_type, findings)
    stage = None
    if spec is not None and good_id:
        stage = Stage(item.key, stage_type, spec, item.value, item.key_span)
    return Declared(item.key, item.key_span, frozenset(stage_type.spec.GIVES), stage)


def _spec(item: Item, stage_type: StageType, findings: Findings) -> StageSpec | None:
    node = item.value
    if isinstance(node, ScalarNode) and node.value is None:
        node = MappingNode({}, item.key_span)
    if isinstance(node, MappingNode):
        settings = {key: value for key, value in node.items.items() if key != "type"}
        node = MappingNode(settings, node.span)
    return decode(node, stage_type.spec, Owner(item.key, item.key_span), findings)


def _check_id(item: Item, findings: Findings) -> bool:
    if not re.fullmatch(ID_PATTERN, item.key):
        findings.add(
            "stage-id",
            f"a stage id is lower-case letters, digits and `_`, not `{item.key}`",
            item.key_span,
            help=f"write `{suggestion}`" if (suggestion := _as_id(item.key)) else None,
        )
        return False
    if item.key in TOP_LEVEL:
        findings.add(
            "stage-id", f"`{item.key}` is a key of the top level and no stage id", item.key_span
        )
        return False
    return True


def _as_id(text: str) -> str | None:
    words = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).lower())
    return words.strip("_") if re.fullmatch(ID_PATTERN, words.strip("_")) else None


def _type(item: Item, findings: Findings) -> StageType | None:
    name, span = item.key, item.key_span
    if isinstance(item.value, MappingNode) and "type" in item.value.items:
        node = item.value.items["type"].value
        if not (isinstance(node, ScalarNode) and isinstance(node.value, str)):
            findings.add(
                "type", f"type takes the name of a stage type, not {shown(node)}", node.span
            )
            return None
        name, span = node.value, node.span
    if name in STAGES:
        return STAGES[name]
    help_ = did_you_mean(name, STAGES) or f"the stage types are {', '.join(STAGES)}"
    note = "an id of your own needs a type:, as in {type: evaluate, ...}"
    findings.add(
        "unknown-stage",
        f"there is no stage type `{name}`",
        span,
        notes=[note] if span is item.key_span else (),
        help=help_,
    )
    return None
