"""Findings as SARIF 2.1.0, which code hosts and editors show at the lines of a change.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cifar_pipe.diagnostics.codes.page import NOT_KNOWN, page, summaries
from cifar_pipe.diagnostics.codes.table import CODES
from cifar_pipe.diagnostics.findings import Finding, NotKnown
from cifar_pipe.diagnostics.spans import Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES = [name for name, _ in summaries()]


def to_sarif(
    findings: Iterable[Finding], not_known: Iterable[NotKnown], *, version: str, file: str
) -> dict[str, Any]:
    """The log of one run. What is not known is a result of the kind `open`.

    `version` is that of cifar-pipe; `file` the pipeline that an override, which is in no file, is
    about.
    """
    results = [*(_result(one, file) for one in findings), *(_open(one, file) for one in not_known)]
    driver = {
        "name": "cifar-pipe",
        "version": version,
        "rules": [_rule(name, summary) for name, summary in summaries()],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(name: str, summary: str) -> dict[str, Any]:
    text = page(name)
    return {
        "id": name,
        "shortDescription": {"text": summary},
        "fullDescription": {"text": text.partition("\n\n")[0]},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": _level(name)},
    }


def _level(code: str) -> str:
    if code == NOT_KNOWN:
        return "none"
    return "warning" if CODES[code].warning else "error"


def _result(finding: Finding, file: str) -> dict[str, Any]:
    text = finding.message
    if finding.span.source.override:
        text = f"{finding.span.source.name}: {text}"
    lines = [text, *finding.notes, *([f"help: {finding.help}"] if finding.help else [])]
    related = [
        {"id": number, **_location(span, file), "message": {"text": label}}
        for number, (span, label) in enumerate(finding.related, 1)
    ]
    return {
        **_of_rule(finding.code, "\n".join(lines), finding.span, file),
        "level": _level(finding.code),
        **({"relatedLocations": related} if related else {}),
    }


def _open(one: NotKnown, file: str) -> dict[str, Any]:
    text = f"not known: {one.check}\nneeds {one.needs}"
    return {**_of_rule(NOT_KNOWN, text, one.span, file), "kind": "open", "level": "none"}


def _of_rule(code: str, text: str, span: Span | None, file: str) -> dict[str, Any]:
    return {
        "ruleId": code,
        "ruleIndex": _RULES.index(code),
        "message": {"text": text},
        "locations": [_location(span, file)],
    }


def _location(span: Span | None, file: str) -> dict[str, Any]:
    """Where the words are; of an override, which is in no file, the beginning of the pipeline."""
    if span is None or span.source.override:
        place = {"artifactLocation": {"uri": _uri(file)}, "region": {"startLine": 1}}
        if span is None:
            return {"physicalLocation": place}
        option = [{"name": span.source.name, "kind": "parameter"}]
        return {"physicalLocation": place, "logicalLocations": option}
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.line,
        "endColumn": max(span.end_column, span.column),
    }
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(span.source.name)},
            "region": region,
        }
    }


def _uri(name: str) -> str:
    """A path as it was given, which is relative to the current directory, or a file's whole URI."""
    path = Path(name)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
