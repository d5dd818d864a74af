"""Wires the stages: each takes its inputs from the nearest stage above that has them as outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from cifar_pipe.compose.provenance import Removals
from cifar_pipe.decode.decode import keys_of
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.suggest import did_you_mean
from cifar_pipe.frozen import frozen
from cifar_pipe.pipeline.pipeline import Declared, Stage
from cifar_pipe.stages.registry import STAGES
from cifar_pipe.stages.spec import Output
from cifar_pipe.syntax.key_recovery import reported_missing
from cifar_pipe.syntax.nodes import ERROR_KEY, MappingNode


@frozen
class _Stages:
    """All stages, those above the one that is wired, and the nearest of them with each output."""

    all: Mapping[str, Declared]
    above: dict[str, Declared] = field(default_factory=dict)
    nearest: dict[Output, str] = field(default_factory=dict)


def wire(declared: Sequence[Declared], findings: Findings, removed: Removals) -> tuple[Stage, ...]:
    """The stages that could be typed, with their inputs; the wiring of the others is checked too."""
    wired = []
    lacking: list[tuple[Stage, list[Output]]] = []
    stages = _Stages({one.id: one for one in declared})
    for one in declared:
        if one.stage is not None:
            needs, takes = _needs(one), one.stage.spec.takes()
            inputs = _inputs(one.stage, (*needs, *takes), stages, findings)
            if missing := [output for output in needs if output not in inputs]:
                lacking.append((one.stage, missing))
            if one.typed:
                wired.append(replace(one.stage, inputs=inputs))
        stages.above[one.id] = one
        stages.nearest.update(dict.fromkeys(one.gives, one.id))
    _report_missing(lacking, declared, findings, removed)
    return tuple(wired)


def _needs(one: Declared) -> Sequence[Output]:
    """What the stage needs for sure: a setting with a finding may be why it needs less."""
    assert one.stage is not None
    spec, node = one.stage.spec, one.stage.node
    if one.typed or not isinstance(node, MappingNode):
        return spec.needs()
    missing = reported_missing(node, keys_of(type(spec)) | {"type"})
    if "from" in missing:
        return ()
    return type(spec).NEEDS if any(missing) else spec.needs()


def _inputs(
    stage: Stage, wanted: Sequence[Output], stages: _Stages, findings: Findings
) -> dict[Output, str]:
    inputs: dict[Output, str] = {}
    for output in dict.fromkeys(wanted):
        named = stage.spec.from_.get(output)
        if named is not None:
            _check_named(stage, output, stages, findings)
            inputs[output] = named
        elif output in stages.nearest:
            inputs[output] = stages.nearest[output]
    for output in stage.spec.from_:
        if output not in (*stage.spec.needs(), *stage.spec.takes()):
            names = ", ".join(dict.fromkeys(wanted)) or "nothing from other stages"
            message = f"{stage.id} takes no {output}"
            findings.add("from", message, stage.locate("from", output), help=f"it takes {names}")
    return inputs


def _report_missing(
    lacking: Sequence[tuple[Stage, list[Output]]],
    declared: Sequence[Declared],
    findings: Findings,
    removed: Removals,
) -> None:
    """What is missing, at the first stage that needs it: those below lack it for the same reason.

    One finding for all that a stage lacks: it is in the wrong place, or others are missing.
    """
    reported: set[Output] = set()
    for position, (stage, needed) in enumerate(lacking):
        missing = [output for output in needed if output not in reported]
        if not missing:
            continue
        reported.update(missing)
        also = [other.id for other, its in lacking[position + 1 :] if {*its} & {*missing}]
        sources: dict[str, Declared] = {}
        types = []
        for output in missing:
            others = (one for one in declared if one.id != stage.id and output in one.gives)
            if source := next(others, None):
                sources[source.id] = source
            else:
                types.append(_and(_types_of(output), "or"))
        places = [(one.id_span, f"{one.id} is below") for one in sources.values()]
        for id_ in dict.fromkeys(name for output in missing for name in _types_of(output)):
            places += removed.related("stages", id_)
        them = "them" if len(missing) > 1 else _PRONOUN[missing[0]]
        needs = f"{stage.id} needs {_and([_WORDS[output] for output in missing])}"
        message = f"{needs}, and no stage above it gives {them}"
        notes = [f"so {'do' if len(also) > 1 else 'does'} {_and(also)}"] if also else ()
        what = f"put {_and(types)}" if types else f"move {_and([*sources])}"
        help_ = f"{what} above {stage.id}"
        findings.add("needs", message, stage.id_span, notes=notes, help=help_, related=places)


def _types_of(output: Output) -> list[str]:
    """The stage types that have the output."""
    return [name for name, type_ in STAGES.items() if output in type_.spec.GIVES]


def _check_named(stage: Stage, output: Output, stages: _Stages, findings: Findings) -> None:
    named = stage.spec.from_[output]
    found = stages.above.get(named)
    if found is not None and output in found.gives:
        return
    if found is not None:
        message = f"{named} gives no {output}"
    elif ERROR_KEY in stages.all:
        return
    elif named in stages.all:
        message = f"{named} is not above {stage.id}"
    else:
        message = f"there is no stage `{named}` above {stage.id}"
    sources = [one.id for one in stages.above.values() if output in one.gives]
    allowed = f"{output} is given by {', '.join(sources)}"
    if not sources:
        allowed = f"nothing above gives {output}"
    help_ = did_you_mean(named, sources) or allowed
    findings.add("from", message, stage.locate("from", output), help=help_)


_WORDS = {
    "data": "data",
    "model": "a model",
    "history": "a training's history",
    "metrics": "metrics",
    "files": "a saved file",
}
_PRONOUN = {"data": "any", "model": "one", "history": "one", "metrics": "any", "files": "one"}


def _and(names: Sequence[str], word: str = "and") -> str:
    return f" {word} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
