"""The table of codes is complete, and its examples are true."""

from __future__ import annotations

import ast
import re
from functools import partial
from pathlib import Path

import pytest

import cifar_pipe
from cifar_pipe.catalog.torch import build, versions
from cifar_pipe.checks.check import check
from cifar_pipe.checks.context import CheckOptions
from cifar_pipe.checks.data_flow import declared
from cifar_pipe.diagnostics.codes.code import BASE, BASE_NAME
from cifar_pipe.diagnostics.codes.table import CODES
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.runner.memory import limit_of
from cifar_pipe.runner.prepare import probed_into
from tests.data.conftest import picture

PACKAGE = Path(cifar_pipe.__file__).parent
# Calls whose first argument is a code, or that take one as `code=`.
REPORTING = {"add", "Finding", "Problem", "_report", "report"}


def codes_used() -> dict[str, str]:
    """The codes that the source names, each with a place."""
    used: dict[str, str] = {}
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name == "codes" or path.relative_to(PACKAGE) == Path("runner/run.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            for text in _codes_in(node):
                used[text] = f"{path.relative_to(PACKAGE)}:{getattr(node, 'lineno', 0)}"
    return used


def _codes_in(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        # Of a problem the code is the third argument.
        place = 2 if name == "Problem" else 0
        first = node.args[place : place + 1] if name in REPORTING else []
        named = [k.value for k in node.keywords if k.arg == "code"]
        holder = ast.unparse(node.func)
        if name == "add" and "findings" not in holder.lower():
            first = []
        return [text for value in (*first, *named) for text in _words(value)]
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "code":
        return _words(node.value)
    if isinstance(node, ast.arguments):
        both = zip(node.kwonlyargs, node.kw_defaults, strict=True)
        return [
            text for one, value in both if one.arg == "code" and value for text in _words(value)
        ]
    return []


def _words(value: ast.AST) -> list[str]:
    match value:
        case ast.Constant(value=str(text)) if re.fullmatch(r"[a-z]+(-[a-z]+)*", text):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            return [*_words(one), *_words(other)]
        case _:
            return []


def test_the_codes_that_the_source_names_are_those_of_the_table() -> None:
    used = codes_used()
    assert {code: used[code] for code in used if code not in CODES} == {}
    assert set(CODES) - set(used) == set()


def test_one_code_is_of_no_pipeline_and_has_no_example() -> None:
    """tests/cli/test_validate.py brings it about."""
    assert [name for name, code in CODES.items() if not code.example] == ["file"]


@pytest.mark.parametrize("name", [name for name, code in CODES.items() if code.example])
def test_the_example_of_each_code_gives_it_and_nothing_else(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = CODES[name]
    monkeypatch.chdir(tmp_path)
    if code.other_torch:
        monkeypatch.setattr(versions, "MADE_FOR", {"torch": (99, 0)})
        argument = "decoupled_weight_decay"
        known = build.parameters_of
        monkeypatch.setattr(
            build,
            "parameters_of",
            lambda *given: {k: v for k, v in known(*given).items() if k != argument},
        )
    Path(BASE_NAME).write_text(BASE)
    whole = code.example if "extends:" in code.example else f"extends: {BASE_NAME}\n{code.example}"
    Path("mine.yaml").write_text(whole)
    findings = Findings()
    limit = partial(limit_of, code.memory) if code.memory else None
    for path in code.images:
        picture(Path(path))
    for file, text in code.texts.items():
        Path(file).write_text(text)
    facts_of = probed_into(findings) if code.images else declared
    options = CheckOptions(memory_limit=limit)
    check(Path("mine.yaml"), code.overrides, findings, facts_of=facts_of, options=options)
    assert [finding.code for finding in findings.all_sorted()] == [name]
    assert bool(findings) is not code.warning


def test_the_pipeline_under_the_examples_is_right(tmp_path: Path) -> None:
    (tmp_path / BASE_NAME).write_text(BASE)
    findings = Findings()
    checked = check(tmp_path / BASE_NAME, [], findings)
    assert checked is not None
    assert checked.passed


@pytest.mark.parametrize("name", CODES)
def test_each_code_is_explained_in_full(name: str) -> None:
    code = CODES[name]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    assert not code.summary.endswith(".")
    for text in (code.cause, code.fix):
        assert text[0].isupper() or text[0] == "`"
        assert text.endswith(".")
    assert code.example == "" or code.example.endswith("\n")
