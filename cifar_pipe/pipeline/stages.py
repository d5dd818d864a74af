"""Types the composed document: the top level, then each stage by its type."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import cache
from typing import Any

from cifar_pipe.catalog.core.annotations import kind_of, parts, type_of
from cifar_pipe.catalog.core.entry import KINDS, Kind
from cifar_pipe.catalog.core.ids import ID_PATTERN
from cifar_pipe.catalog.core.lookup import find
from cifar_pipe.catalog.core.types import describe
from cifar_pipe.decode.components import a_kind
from cifar_pipe.decode.decode import decode, keys_of
from cifar_pipe.decode.pydantic_errors import Owner
from cifar_pipe.decode.site import NOBODY, KeyAdviser, Site, words_of
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.suggest import nearest
from cifar_pipe.frozen import frozen
from cifar_pipe.pipeline.document import TOP_LEVEL, Document
from cifar_pipe.pipeline.key_places import PLACING
from cifar_pipe.pipeline.pipeline import Declared, Stage
from cifar_pipe.stages.registry import OWN, STAGES, offered
from cifar_pipe.stages.spec import OUTPUTS, StageSpec, StageType
from cifar_pipe.syntax.display import as_mapping, shown
from cifar_pipe.syntax.key_recovery import corrected, report_unknown_key, reported_missing
from cifar_pipe.syntax.node_edits import is_null, only, without
from cifar_pipe.syntax.nodes import (
    ERROR_KEY,
    Item,
    MappingNode,
    ScalarNode,
    error_node,
    has_no_value,
    is_error,
    is_incomplete,
    text_in,
    to_plain,
)


def typed_document(
    root: MappingNode, findings: Findings, adviser: KeyAdviser = NOBODY
) -> Document | None:
    scope = findings.scope()
    root = corrected(root, TOP_LEVEL, "a pipeline", findings, known=OWN)
    for key, item in root.items.items():
        is_stage = "stages" not in root.items and key in OWN
        if key not in TOP_LEVEL and key != ERROR_KEY and not is_stage:
            more = words_of(adviser.advise(item, Site(), TOP_LEVEL))
            report_unknown_key("a pipeline has no key", item, TOP_LEVEL, findings, **more)
    head = only(root, ERROR_KEY, *Document.model_fields)
    version = head.items.get("version")
    if version and has_no_value(version.value):
        return None
    if version and isinstance(version.value, ScalarNode):
        value = version.value.value
        # True and 1.0 equal 1 as well.
        if type(value) is not int or value != 1:
            message = f"this cifar-pipe reads version 1 of the language, not {shown(version.value)}"
            findings.add("version", message, version.span)
            return None
    document = decode(
        head, Document, Owner("a pipeline", root.span, site=Site(adviser=adviser)), findings
    )
    return document if not scope.has_errors else None


def typed_stages(
    root: MappingNode, findings: Findings, adviser: KeyAdviser = NOBODY
) -> list[Declared]:
    """The stages in file order; those that could not be typed have findings."""
    item = root.items.get("stages")
    if item is None:
        if "stages" not in reported_missing(root, TOP_LEVEL):
            first = next((one for key, one in root.items.items() if key in OWN), None)
            help_ = "write it above the stages, and indent these below it" if first else None
            span = first.key_span if first else root.span
            findings.add("missing-key", "a pipeline needs a key `stages`", span, help=help_)
        return []
    if has_no_value(item.value):
        return []
    takes = "stages takes a mapping from ids to stages"
    stages = as_mapping(item.value, takes, findings, span=item.span)
    if stages is not None and not stages.items:
        findings.add("not-a-mapping", f"{takes}, not {{}}", item.span)
    items = stages.items if stages else {}
    return [typed_stage(stage, findings, adviser, ids=items) for stage in items.values()]


def typed_stage(
    item: Item, findings: Findings, adviser: KeyAdviser = NOBODY, *, ids: Container[str] = ()
) -> Declared:
    """One entry of `stages`; where it could not be typed, it has findings or waits for the data.

    `ids` are those of all the stages: a suggestion must not use one twice.
    """
    if item.key == ERROR_KEY:
        return Declared(ERROR_KEY, item.key_span, frozenset(OUTPUTS), None)
    good_id = _check_id(item, findings)
    if isinstance(item.value, MappingNode):
        value = corrected(item.value, ("type",), item.key, findings, known=_KnownKeys(item.key))
        item = Item(item.key, item.key_span, value)
    stage_type = _type(item, findings, adviser, ids, reported=not good_id)
    gives = frozenset(stage_type.spec.GIVES if stage_type else OUTPUTS)
    if stage_type is not None and is_null(item.value):
        _report_empty(item, stage_type, findings)
        item = Item(item.key, item.key_span, error_node(item.value.span))
    if stage_type is None or is_error(item.value):
        return Declared(item.key, item.key_span, gives, None)
    spec = _spec(item, stage_type, findings, adviser)
    settings = spec or _draft(item, stage_type)
    stage = Stage(item.key, stage_type, settings, item.value, item.key_span)
    return Declared(item.key, item.key_span, gives, stage, typed=spec is not None)


@frozen
class _KnownKeys:
    """The keys that any of our own stages takes; most are of the one whose id this is."""

    id: str

    def __contains__(self, key: object) -> bool:
        return (self.id in OWN and key in keys_of(STAGES[self.id].spec)) or key in _known()


@cache
def _known() -> frozenset[str]:
    return frozenset(PLACING).union(*(keys_of(STAGES[name].spec) for name in OWN))


def _report_empty(item: Item, stage_type: StageType, findings: Findings) -> None:
    fields = stage_type.spec.model_fields.items()
    needed = [(name, type_of(field)) for name, field in fields if field.is_required()]
    help_ = f"write `{item.key}: {{}}` for a stage without settings"
    if needed:
        listed = ", ".join(f"{name} ({describe(annotation)})" for name, annotation in needed)
        help_ = f"indent its settings below it; it needs {listed}"
    findings.add("type", f"{item.key} is an empty stage", item.span, help=help_)


def _spec(
    item: Item, stage_type: StageType, findings: Findings, adviser: KeyAdviser
) -> StageSpec | None:
    node = item.value
    if has_no_value(node):
        return None
    if isinstance(node, MappingNode):
        node = without(node, "type")
    site = Site(("stages", stage_type.name), item.key, adviser=adviser)
    owner = Owner(item.key, item.key_span, site=site)
    return decode(node, stage_type.spec, owner, findings, also_allowed=PLACING)


def _draft(item: Item, stage_type: StageType) -> StageSpec:
    """The settings of a stage with findings as far as its wiring depends on them, unchecked."""
    items = item.value.items if isinstance(item.value, MappingNode) else {}
    settings = {key: to_plain(one.value) for key, one in items.items() if key != "from"}
    named = items["from"].value if "from" in items else None
    sources = named.items if isinstance(named, MappingNode) else {}
    from_ = {
        key: text_in(one.value)
        for key, one in sources.items()
        if key in OUTPUTS and text_in(one.value) is not None and not has_no_value(one.value)
    }
    return stage_type.spec.model_construct(**{**settings, "from_": from_})


def _check_id(item: Item, findings: Findings) -> bool:
    message, help_ = "", None
    if not re.fullmatch(ID_PATTERN, item.key):
        message = f"a stage id is lower-case letters, digits and `_`, not `{item.key}`"
        help_ = f"write `{suggestion}`" if (suggestion := _as_id(item.key)) else None
    elif item.key in TOP_LEVEL:
        message = f"`{item.key}` is a key of the top level, not a stage id"
    if message:
        findings.add("stage-id", message, item.key_span, help=help_)
    return not message


def _as_id(text: str) -> str | None:
    words = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).lower())
    return words.strip("_") if re.fullmatch(ID_PATTERN, words.strip("_")) else None


def _type(
    item: Item, findings: Findings, adviser: KeyAdviser, ids: Container[str], *, reported: bool
) -> StageType | None:
    """The stage's type or None; `reported` is true where the id has its finding."""
    node = item.value.get("type") if isinstance(item.value, MappingNode) else None
    if node is None:
        name = _as_id(item.key) or item.key
        if name in STAGES:
            return STAGES[name]
        if not reported and not is_incomplete(item.value):
            _report_unknown(name, item.key_span, item, findings, adviser, ids)
        return None
    if has_no_value(node):
        return None
    written = text_in(node)
    if written is None:
        message = f"type takes the name of a stage type, not {shown(node)}"
        findings.add("type", message, node.span)
        return None
    if written not in STAGES:
        _report_unknown(written, node.span, item, findings, adviser, ids)
    return STAGES.get(written)


def _report_unknown(
    name: str,
    span: Span,
    item: Item,
    findings: Findings,
    adviser: KeyAdviser,
    ids: Container[str],
) -> None:
    more: dict[str, Any]
    if (found := offered(name)) and found.problem:
        message = f"{name} is of the package {found.package}, which cannot be used"
        more = {"notes": [found.problem], "help": "install it anew, or tell its authors"}
        findings.add("unknown-stage", message, span, **more)
        return
    near = nearest(name, STAGES)
    help_ = f"did you mean `{near}`?" if near else None
    advice = None if help_ else adviser.advise(item, Site(("stages",)), STAGES)
    own = re.match(r"([a-z_]*[a-z])(?:\d|[_-])", name)
    stage_type = own[1] if own and own[1] in STAGES else near if near in ids else None
    if stage_type and span is item.key_span:
        pair = f"type: {stage_type}"
        is_empty = is_null(item.value)
        help_ = f"write `{item.key}: {{{pair}}}`" if is_empty else f"write {pair} below it"
    more = {"help": help_ or f"the stage types are {', '.join(STAGES)}"}
    if span is item.key_span:
        more["notes"] = ["an id of your own needs a type:, as in {type: evaluate, ...}"]
    if advice and advice.is_elsewhere:
        more = words_of(advice)
    elif kind := next((kind for kind in KINDS if find(kind, name)), None):
        more["notes"] = [f"{name} is {a_kind(kind)}"]
        keys = _keys_for(kind, STAGES[item.key].spec) if item.key in STAGES else []
        more["help"] = f"it belongs in {keys[0]}; the stage needs no type" if keys else more["help"]
    findings.add("unknown-stage", f"there is no stage type `{name}`", span, **more)


def _keys_for(kind: Kind, spec: type[StageSpec]) -> list[str]:
    """The keys of the stage that take components of the kind."""
    fields = spec.model_fields.items()
    return [key for key, field in fields if kind in map(kind_of, parts(type_of(field)))]
