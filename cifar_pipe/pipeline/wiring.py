"""Wires the stages: each takes what it needs from the nearest stage above that gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from cifar_pipe.decode.keys import keys_of
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.suggest import did_you_mean
from cifar_pipe.pipeline.pipeline import Declared, Stage
from cifar_pipe.stages.registry import STAGES
from cifar_pipe.stages.spec import Output
from cifar_pipe.syntax.key_recovery import absence_reported
from cifar_pipe.syntax.nodes import ERROR_KEY, MappingNode


@dataclass(frozen=True, slots=True)
class _Stages:
    """All stages, those above the one that is wired, and the nearest of them that gives each gift."""

    all: Mapping[str, Declared]
    above: dict[str, Declared] = field(default_factory=dict)
    givers: dict[Output, str] = field(default_factory=dict)


def wire(declared: Sequence[Declared], findings: Findings) -> tuple[Stage, ...]:
    """The stages that could be typed, with their inputs; the wiring of the others is checked too."""
    wired = []
    lacking: list[tuple[Stage, list[Output]]] = []
    stages = _Stages({one.id: one for one in declared})
    for one in declared:
        if one.stage is not None:
            needs, takes = _needs(one), one.stage.spec.takes()
            inputs = _inputs(one.stage, (*needs, *takes), stages, findings)
            if missing := [gift for gift in needs if gift not in inputs]:
                lacking.append((one.stage, missing))
            if one.typed:
                wired.append(replace(one.stage, inputs=inputs))
        stages.above[one.id] = one
        stages.givers.update(dict.fromkeys(one.gives, one.id))
    _report_missing(lacking, declared, findings)
    return tuple(wired)


def _needs(one: Declared) -> Sequence[Output]:
    """What the stage needs for sure: a setting with a finding may be why it needs less."""
    assert one.stage is not None
    spec, node = one.stage.spec, one.stage.node
    if one.typed or not isinstance(node, MappingNode):
        return spec.needs()
    told = absence_reported(node, keys_of(type(spec)) | {"type"})
    if "from" in told:
        return ()
    return type(spec).NEEDS if any(told) else spec.needs()


def _inputs(
    stage: Stage,
    gifts: Sequence[Output],
    stages: _Stages,
    findings: Findings,
) -> dict[Output, str]:
    inputs: dict[Output, str] = {}
    for gift in dict.fromkeys(gifts):
        named = stage.spec.from_.get(gift)
        if named is not None:
            _check_named(stage, gift, stages, findings)
            inputs[gift] = named
            continue
        if gift in stages.givers:
            inputs[gift] = stages.givers[gift]
    for gift in stage.spec.from_:
        if gift not in (*stage.spec.needs(), *stage.spec.takes()):
            _report_not_taken(stage, gift, list(dict.fromkeys(gifts)), findings)
    return inputs


def _report_missing(
    lacking: Sequence[tuple[Stage, list[Output]]], declared: Sequence[Declared], findings: Findings
) -> None:
    """What is missing, at the first stage that needs it: the stages below lack it for the same reason."""
    told: set[Output] = set()
    for position, (stage, missing) in enumerate(lacking):
        new = [gift for gift in missing if gift not in told]
        told.update(new)
        if new:
            also = [other.id for other, its in lacking[position + 1 :] if {*its} & {*new}]
            _report_lack(stage, new, also, declared, findings)


def _report_lack(
    stage: Stage,
    missing: Sequence[Output],
    also: Sequence[str],
    declared: Sequence[Declared],
    findings: Findings,
) -> None:
    """One finding for all that a stage lacks: it stands in the wrong place, or others are missing."""
    below = {
        gift: next((one for one in declared if gift in one.gives and one.id != stage.id), None)
        for gift in missing
    }
    givers = {one.id: one for one in below.values() if one is not None}
    if all(below.values()):
        help_ = f"move {_and([*givers])} above {stage.id}"
    else:
        lacking = [gift for gift in missing if below[gift] is None]
        makers = [_or([n for n, k in STAGES.items() if g in k.spec.GIVES]) for g in lacking]
        help_ = f"put {_and(makers)} above {stage.id}"
    removed = [
        (at, f"{id_} is removed here")
        for (kind, id_), at in findings.removed.items()
        if kind == "stages" and id_ in STAGES and {*STAGES[id_].spec.GIVES} & {*missing}
    ]
    findings.add(
        "needs",
        f"{stage.id} needs {_and([_WORDS[gift] for gift in missing])}, "
        f"and no stage above it gives {'them' if len(missing) > 1 else _PRONOUN[missing[0]]}",
        stage.id_span,
        notes=[f"so {'do' if len(also) > 1 else 'does'} {_and(also)}"] if also else (),
        help=help_,
        related=[*((one.id_span, f"{one.id} stands below") for one in givers.values()), *removed],
    )


def _check_named(stage: Stage, gift: Output, stages: _Stages, findings: Findings) -> None:
    named = stage.spec.from_[gift]
    found = stages.above.get(named)
    if found is not None and gift in found.gives:
        return
    if found is not None:
        message = f"{named} gives no {gift}"
    elif ERROR_KEY in stages.all:
        return
    elif named in stages.all:
        message = f"{named} does not stand above {stage.id}"
    else:
        message = f"there is no stage `{named}` above {stage.id}"
    givers = [one.id for one in stages.above.values() if gift in one.gives]
    allowed = f"{gift} is given by {', '.join(givers)}" if givers else f"nothing above gives {gift}"
    findings.add(
        "from", message, stage.locate("from", gift), help=did_you_mean(named, givers) or allowed
    )


def _report_not_taken(stage: Stage, gift: Output, gifts: list[Output], findings: Findings) -> None:
    takes = f"it takes {', '.join(gifts)}" if gifts else "it takes nothing from other stages"
    findings.add("from", f"{stage.id} takes no {gift}", stage.locate("from", gift), help=takes)


_WORDS = {
    "data": "data",
    "model": "a model",
    "history": "a training's history",
    "metrics": "metrics",
    "files": "a saved file",
}
_PRONOUN = {"data": "any", "model": "one", "history": "one", "metrics": "any", "files": "one"}


def _or(names: Sequence[str]) -> str:
    return _joined(names, "or")


def _and(names: Sequence[str]) -> str:
    return _joined(names, "and")


def _joined(names: Sequence[str], word: str) -> str:
    return f" {word} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
