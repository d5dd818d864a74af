"""What --format json prints is what schemas/findings.schema.json says."""

from __future__ import annotations

import jsonschema
import pytest

from cifar_pipe.diagnostics.findings import Finding, NotKnown
from cifar_pipe.diagnostics.render import to_json
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.schema.findings import findings_schema

SPAN = Span(Source.of("mine.yaml", "seed: x\n"), 1, 7, 8)
FINDINGS = [
    Finding("type", "m", SPAN, ("note",), "help", ((SPAN, "label"),)),
    Finding("unused", "m", SPAN),
]
PRINTED = to_json(FINDINGS, [NotKnown("a", "b", SPAN), NotKnown("a", "b")])


def test_what_is_printed_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(findings_schema())
    jsonschema.validate(PRINTED, findings_schema())


@pytest.mark.parametrize("key", PRINTED[0])
def test_every_key_is_in_the_schema_and_required(key: str) -> None:
    properties = findings_schema()["items"]["properties"]
    assert set(properties) == set(PRINTED[0])
    less = [{name: value for name, value in PRINTED[0].items() if name != key}]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(less, findings_schema())


def test_a_code_that_there_is_not_is_refused() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([{**PRINTED[0], "code": "other"}], findings_schema())
