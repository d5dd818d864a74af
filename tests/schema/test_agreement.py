"""What our checks take the JSON Schema takes, and what the schema refuses we refuse.

Held against each other on thousands of documents, the same ones every time: each argument of each
component with values of all sorts, and the shipped pipelines with mistakes in them.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel
from pydantic_core import ErrorDetails

from cifar_pipe.catalog.core.entry import KINDS, Kind
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.compose.compose import compose
from cifar_pipe.decode import decode
from cifar_pipe.decode.decode import decode_component
from cifar_pipe.decode.pydantic_errors import Owner, report_error
from cifar_pipe.diagnostics.findings import Finding, Findings
from cifar_pipe.pipeline.stages import typed_document, typed_stages
from cifar_pipe.schema.document import json_schema
from cifar_pipe.syntax.nodes import MappingNode, to_plain
from cifar_pipe.syntax.reader import read
from tests import faults

SCHEMA = json_schema()


# ---- the schema's side ------------------------------------------------------------------------


def only_its_own(validator: Any, all_of: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """`allOf` without the `if` of every other name, of which layers have hundreds."""
    name = instance.get("type") if isinstance(instance, dict) else instance
    for one in all_of:
        condition = one.get("if", {})
        of_type = condition.get("properties", {}).get("type", {})
        wanted = condition.get("const", of_type.get("const"))
        if wanted is None or wanted == name:
            yield from validator.descend(instance, one)


Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"allOf": only_its_own})
VALIDATOR = Validator(SCHEMA)
OF_KIND = {kind: Validator({"$ref": f"#/$defs/{kind}", "$defs": SCHEMA["$defs"]}) for kind in KINDS}


def refused_by(validator: Any, instance: Any) -> list[str]:
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in validator.iter_errors(instance)
    ]


# ---- our side ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class OurFinding:
    """A finding, with the type of the Pydantic error that it reports, if there is one."""

    finding: Finding
    error: str | None

    def __str__(self) -> str:
        return f"{self.finding.code}/{self.error}: {self.finding.message}"


class Errors:
    """The Pydantic error of each finding that reports one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._types: list[tuple[Finding, str]] = []
        monkeypatch.setattr(decode, "report_error", self._report)

    def _report(
        self,
        detail: ErrorDetails,
        node: MappingNode,
        model: type[BaseModel],
        owner: Owner,
        findings: Findings,
    ) -> None:
        before = len(findings.errors)
        report_error(detail, node, model, owner, findings)
        self._types += [(one, detail["type"]) for one in findings.errors[before:]]

    def of(self, findings: Findings) -> list[OurFinding]:
        types, self._types = self._types, []
        return [
            OurFinding(one, next((type_ for found, type_ in types if found is one), None))
            for one in findings.errors
        ]


@pytest.fixture
def errors(monkeypatch: pytest.MonkeyPatch) -> Errors:
    return Errors(monkeypatch)


def refused_by_us(document: Any, errors: Errors) -> list[OurFinding]:
    findings = Findings()
    text = json.dumps(document, ensure_ascii=False)
    # In quotes they are not references.
    text = re.sub(r'"(\$[a-z_.0-9]+)"', r"\1", text)
    composition = compose(Path("x.yaml"), text, [], findings)
    if composition is not None:
        typed_document(composition.root, findings)
        typed_stages(composition.root, findings)
    return errors.of(findings)


def component_refused_by_us(component: Any, kind: Kind, errors: Errors) -> list[OurFinding]:
    findings = Findings()
    root = read(json.dumps({"it": component}), "x.yaml", findings)
    assert root is not None
    decode_component(root.items["it"].value, kind, findings)
    return errors.of(findings)


# What we refuse and the schema takes, each with the reason: by the type of Pydantic's error, by
# the finding's code, and by all of its message. And what a use gives to a block's parameters.
BY_ERROR = {
    "rule": "a rule between several arguments of a component",
    "range": "an order of two values",
    "restore_best": "a rule between two keys",
    "length": "one of two keys is needed, which null is too, and not both",
}
BY_CODE = {
    "reference": "the schema follows no references",
    "unused": "the schema looks for no uses",
}
BY_MESSAGE = {
    r"the block \S+ has no parameter `.*`": "the schema does not know a block's parameters",
    r"nothing in \S+ uses its parameter `.*`": "the schema looks for no uses",
    r"there is no layer( or block)? `[a-z][a-z0-9_]*`": "it may be a block",
    r"\S+ takes .*, low to high, not a list of 2": "an order of two values",
}


def is_excepted(found: OurFinding) -> bool:
    return (
        found.error in BY_ERROR
        or found.finding.code in BY_CODE
        or bool(found.finding.related)
        or any(re.fullmatch(message, found.finding.message) for message in BY_MESSAGE)
    )


def assert_agreement(schema: list[str], ours: list[OurFinding], written: Any) -> None:
    text = json.dumps(written)
    if schema:
        assert ours, f"only the schema refuses: {schema}\n{text}"
    else:
        ours = [found for found in ours if not is_excepted(found)]
        assert not ours, f"only our checks refuse: {'; '.join(map(str, ours))}\n{text}"


# ---- components -------------------------------------------------------------------------------

VALUES = (
    *faults.POOL,
    -3,
    0.3,
    1.5,
    "same",
    "zeros",
    "mean",
    "bilinear",
    "SGD",
    "accuracy",
    [0.5, 0.5],
    [1, 2, 3],
    [0.7, 0.2],
    ["x"],
    {},
    {"type": "SGD"},
)


def without_wholes(value: Any) -> Any:
    """Without 2.0, which a schema cannot tell from 2."""
    match value:
        case dict():
            return {key: without_wholes(one) for key, one in value.items()}
        case list():
            return [without_wholes(one) for one in value]
        case float() if value.is_integer():
            return value + 0.25
        case _:
            return value


def components(kind: Kind) -> Iterator[Any]:
    """Each component of the kind as it must be, and then with a few values of each argument, without
    each and with each misspelt."""
    for entry in table_of(kind).entries.values():
        yield entry.name
        written = faults.example(kind, entry.name)
        component = {"type": written} if isinstance(written, str) else dict(written)
        yield component
        for name in entry.args:
            values = random.Random(f"{entry.name}.{name}").sample(VALUES, 8)
            others = {key: value for key, value in component.items() if key != name}
            yield others
            yield {**others, f"{name}x": component.get(name, 1)}
            for value in values:
                yield {**others, name: value}


@pytest.mark.parametrize("kind", KINDS)
def test_on_every_argument_with_any_value(kind: Kind, errors: Errors) -> None:
    for written in map(without_wholes, components(kind)):
        schema = refused_by(OF_KIND[kind], written)
        assert_agreement(schema, component_refused_by_us(written, kind, errors), written)


# ---- pipelines --------------------------------------------------------------------------------


def as_written(path: Path) -> Any:
    root = read(path.read_text(encoding="utf-8"), path.name, Findings())
    assert root is not None
    return to_plain(root)


COMPOSED = faults.sources()
# As they are written, with their vars and blocks.
WRITTEN = {path: as_written(faults.ROOT / path) for path in COMPOSED}
WITH_BLOCKS = {
    name: one
    for name, one in WRITTEN.items()
    if "extends" not in one and one.keys() & {"vars", "blocks"}
}
NEEDED = {
    *("version", "stages", "type", "dataset", "layers", "loss", "optimizer", "epochs", "path"),
    *("out_channels", "out_features", "kernel_size", "root", "parameters", "train", "test"),
}


def empty(document: Any, path: faults.KeyPath, chance: random.Random) -> bool:
    """Null for a stage, a block, a var, or a key of the top level."""
    return len(path) < 3 and faults.put(document, path, None)


def misspell_needed(document: Any, path: faults.KeyPath, chance: random.Random) -> bool:
    return path[-1] in NEEDED and faults.misspell_key(document, path, chance)


FAULTS = [
    *(
        fault
        for fault in dict.fromkeys(faults.FAULTS)
        if fault not in (faults.bad_reference, faults.fact_of_the_data)
    ),
    empty,
    misspell_needed,
]


def plain(value: Any) -> Any:
    """Without marks of references, and without 2.0."""
    match value:
        case dict():
            return {key: plain(one) for key, one in value.items()}
        case list():
            return [plain(one) for one in value]
        case str() if value.startswith(faults.NOTHING):
            return 10
        case _:
            return without_wholes(value)


def mistaken(sources: dict[str, Any], chance: random.Random) -> Any:
    document = copy.deepcopy(sources[chance.choice(sorted(sources))])
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
        fault = chance.choice(FAULTS)
        # The schema does not see where the value of a block's parameter goes.
        possible = [path for path in faults.paths(document) if path[2:3] != ("parameters",)]
        chance.shuffle(possible)
        next((one for one in possible if fault(document, one, chance)), None)
    return plain(document)


@pytest.mark.parametrize("part", range(3))
def test_on_pipelines_with_mistakes(part: int, errors: Errors) -> None:
    for number in range(250):
        document = mistaken(COMPOSED, random.Random(f"{part}/{number}"))
        assert_agreement(refused_by(VALIDATOR, document), refused_by_us(document, errors), document)


def uses_its_blocks(document: Any) -> bool:
    """Whether the stages still have the one that is built of the blocks."""
    stages = document.get("stages")
    return not isinstance(stages, dict) or "build_model" in stages


def test_on_pipelines_with_blocks_and_mistakes(errors: Errors) -> None:
    for number in range(250):
        document = mistaken(WITH_BLOCKS, random.Random(number))
        if not uses_its_blocks(document):
            # Only what is used becomes layers, and is typed.
            continue
        assert_agreement(refused_by(VALIDATOR, document), refused_by_us(document, errors), document)


@pytest.mark.parametrize("name", COMPOSED)
def test_on_the_shipped_pipelines(name: str, errors: Errors) -> None:
    document = plain(COMPOSED[name])
    assert refused_by(VALIDATOR, document) == []
    assert refused_by_us(document, errors) == []


def places(document: Any) -> Iterator[faults.KeyPath]:
    """A path to one value of each key in each component."""
    seen = set()
    for path in faults.paths(document):
        holder = faults.at(document, path[:-1])
        component = holder.get("type") if isinstance(holder, dict) else None
        place = (*("*" if isinstance(step, int) else step for step in path), component)
        if place not in seen:
            seen.add(place)
            yield path


@pytest.mark.parametrize("name", WRITTEN)
def test_any_value_may_be_a_reference(name: str) -> None:
    """Whatever its value is, which the schema cannot see."""
    for path in places(WRITTEN[name]):
        if path[0] != "extends" and path != ("vars",):
            document = copy.deepcopy(WRITTEN[name])
            faults.put(document, path, "$vars.zz")
            assert refused_by(VALIDATOR, document) == [], path
