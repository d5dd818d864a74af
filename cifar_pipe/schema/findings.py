"""The JSON Schema of what `cifar-pipe validate --format json` prints."""

from __future__ import annotations

import json
from typing import Any

from cifar_pipe.diagnostics.codes.page import summaries


def findings_schema() -> dict[str, Any]:
    place = {
        "path": _null_or("string", "File, as it was named; `-S …` for an override."),
        "line": _null_or("integer", "Line of the words, from 1; 1 for an override."),
        "column": _null_or("integer", "Column of their first character, from 1."),
        "end_column": _null_or("integer", "Column after their last character on that line."),
    }
    related = _object({**place, "message": {"type": "string"}}, "A second place.")
    code = {"enum": [name for name, _ in summaries()], "description": "See docs/errors.md."}
    finding = _object(
        {
            **place,
            "code": code,
            "message": {"type": "string", "description": "What is wrong."},
            "help": _null_or("string", "What to do."),
            "severity": {
                "enum": ["error", "warning", "not-known"],
                "description": "A pipeline with an error does not run. not-known: the check could "
                "not be made; `help` says what it needs.",
            },
            "notes": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Facts, and why something is left out.",
            },
            "related": {"type": "array", "items": related},
        },
        "A finding, or a check that could not be made.",
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Findings of cifar-pipe validate --format json",
        "type": "array",
        "items": finding,
    }


def findings_schema_text() -> str:
    return f"{json.dumps(findings_schema(), indent=1, ensure_ascii=False)}\n"


def _object(properties: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        # More keys may come.
        "required": [*properties],
    }


def _null_or(kind: str, description: str) -> dict[str, Any]:
    lowest = {"minimum": 1} if kind == "integer" else {}
    return {"type": [kind, "null"], "description": description, **lowest}
