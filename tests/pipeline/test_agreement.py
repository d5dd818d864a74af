"""What our checks take the JSON Schema takes, and what the schema refuses we refuse.

Documents are the shipped pipelines with a few mistakes in them, and pipelines whose components
have arguments of any value; without `extends` and references.
"""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cifar_pipe.catalog.entry import Kind
from cifar_pipe.catalog.lookup import table_of
from cifar_pipe.language.findings import Finding, Findings
from cifar_pipe.language.reader import read
from cifar_pipe.pipeline.schema import json_schema
from cifar_pipe.pipeline.typed import typed_document, typed_stages
from tests import faults

VALIDATOR = jsonschema.Draft202012Validator(json_schema())
FAULTS = [
    fault
    for fault in dict.fromkeys(faults.FAULTS)
    if fault not in (faults.bad_reference, faults.fact_of_the_data)
]
SOURCES = faults.sources()
# Of the large networks a document takes a second to hold against the schema.
SMALL = {name: one for name, one in SOURCES.items() if "pipelines/networks" not in name}

# What we refuse and the schema takes, each with the reason.
EXCEPTIONS = {
    "takes epochs or steps": "one of two keys: `oneOf` is told badly in editors",
    "restore_best": "a rule over two keys",
    "from 0 to 2^63": "numbers of that size are floats in many readers of JSON",
    "image_shape takes": "items of a list that differ in what they take",
    "its first value is above": "an order of two values",
    "there is no layer": "a lower-case name may be a block's, and the schema cannot see which there are",
    "there is no initializer `": "a mapping without type may be one by parameter names",
    "there is no layer `": "lower-case names may be those of `blocks:`",
    ", not both": "a rule over two keys",
    "stand_in": "a dataset's stand-in depends on its other arguments",
}


def refused_by_schema(document: Any) -> list[str]:
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in VALIDATOR.iter_errors(document)
    ]


def refused_by_us(document: Any) -> list[Finding]:
    findings = Findings()
    root = read(json.dumps(document, ensure_ascii=False), "x.yaml", findings)
    assert root is not None, findings.found
    typed_document(root, findings)
    typed_stages(root, findings)
    return findings.found


def is_excepted(finding: Finding) -> bool:
    """Rules over several arguments of one component are ours alone: the schema has no words."""
    over_several = finding.code == "value" and " takes " not in finding.message
    return over_several or any(words in finding.message for words in EXCEPTIONS)


def assert_agreement(document: Any) -> None:
    schema, ours = refused_by_schema(document), refused_by_us(document)
    if schema:
        assert ours, f"only the schema refuses: {schema}\n{json.dumps(document)}"
    elif ours and not all(map(is_excepted, ours)):
        told = [finding.message for finding in ours]
        pytest.fail(f"only our checks refuse: {told}\n{json.dumps(document)}")


def plain(value: Any) -> Any:
    """Without references, and without 2.0, which a schema cannot tell from 2."""
    match value:
        case dict():
            return {key: plain(one) for key, one in value.items()}
        case list():
            return [plain(one) for one in value]
        case str() if value.startswith(faults.NOTHING):
            return 10
        case float() if value.is_integer():
            return value + 0.25
        case _:
            return value


def mistaken(chance: random.Random) -> Any:
    document = copy.deepcopy(SMALL[chance.choice(sorted(SMALL))])
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        fault, possible = chance.choice(FAULTS), list(faults.ways(document))
        chance.shuffle(possible)
        next((one for one in possible if fault(document, one, chance)), None)
    return plain(document)


VALUES = (
    *faults.POOL,
    -3,
    0.3,
    1.5,
    "same",
    "zeros",
    "mean",
    "bilinear",
    [0.5, 0.5],
    [1, 2, 3],
    {},
)
PLACES: dict[Kind, tuple[str, str, bool]] = {
    "dataset": ("load_data", "dataset", False),
    "transform": ("load_data", "transforms", True),
    "layer": ("build_model", "layers", True),
    "loss": ("train", "loss", False),
    "optimizer": ("train", "optimizer", False),
    "scheduler": ("train", "scheduler", False),
    "metric": ("evaluate", "metrics", True),
}
WHOLE = {
    "version": 1,
    "stages": {
        "load_data": {"dataset": "Shapes"},
        "build_model": {"layers": ["Flatten"]},
        "train": {"epochs": 1, "loss": "CrossEntropyLoss", "optimizer": "SGD"},
        "evaluate": {},
    },
}


def any_component(chance: random.Random) -> Any:
    """A component with what it needs, and one or two arguments of any value."""
    kind = chance.choice(list(PLACES))
    entry = table_of(kind).entries[chance.choice(list(table_of(kind).entries))]
    written = faults.example(kind, entry.name)
    component = {"type": written} if isinstance(written, str) else dict(written)
    for name in chance.sample(list(entry.args), min(len(entry.args), chance.choice((0, 1, 2)))):
        component[name] = chance.choice(VALUES)
    stage, key, is_list = PLACES[kind]
    document = copy.deepcopy(WHOLE)
    document["stages"][stage][key] = [component] if is_list else component  # type: ignore[index]
    return plain(document)


# The same documents every time, without a search for smaller ones: that would take minutes.
QUICK = settings(
    deadline=None,
    max_examples=150,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHANCE = st.randoms(use_true_random=False)


@QUICK
@given(CHANCE)
def test_on_pipelines_with_mistakes(chance: random.Random) -> None:
    assert_agreement(mistaken(chance))


@QUICK
@given(CHANCE)
def test_on_components_with_arguments_of_any_value(chance: random.Random) -> None:
    assert_agreement(any_component(chance))


@pytest.mark.parametrize("name", SOURCES)
def test_on_the_shipped_pipelines(name: str) -> None:
    document = plain(SOURCES[name])
    assert refused_by_schema(document) == []
    assert refused_by_us(document) == []
