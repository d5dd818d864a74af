"""Each mistake gives its finding at the very words that caused it, in these words of ours.

tests/golden/diagnostics/<group>.txt holds the messages in full; UPDATE_GOLDEN=1 writes them anew:
`git diff` is then the review.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

from cifar_pipe.checks import table
from cifar_pipe.checks.check import check
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.rule import Rule
from cifar_pipe.diagnostics.codes.table import CODES
from cifar_pipe.diagnostics.findings import Finding, Findings
from cifar_pipe.diagnostics.render import to_json, to_text
from tests.cases.case import BASE, Case
from tests.test_broken_pipelines import CASES as BROKEN

HERE = Path(__file__).parent
GOLDEN = HERE / "golden" / "diagnostics"
FILES = [
    path.relative_to(HERE / "cases").with_suffix("").as_posix()
    for path in sorted((HERE / "cases").rglob("*.py"))
    if path.stem not in ("__init__", "case", "edits")
]
GROUPS = {
    group: {
        case.name: case for case in import_module(f"tests.cases.{group.replace('/', '.')}").CASES
    }
    for group in FILES
}
RULES = list(table.imported((*table.STATIC, *table.TORCH, *table.LAST)))
CASES = [(group, case) for group, cases in GROUPS.items() for case in cases.values()]
# What only another PyTorch gives, who asks for it, or what cannot be read: tests/diagnostics/codes/test_table.py.
ELSEWHERE = {"torch-version", "memory", "file", "not-read", "repeated"}
# Rules whose findings depend on the installed PyTorch and timm, on --memory and on files on disk. They are
# held by tests/checks.
RULES_ELSEWHERE = {
    *(f"checks/torch/{name}" for name in ("torch_version", "timm_names", "memory", "weight_files")),
    "checks/torch/unlabelled_images",
    "checks/static/data/not_read",
    # A package that is missing is made so there.
    "checks/static/intent/trackers/unknown-component",
}


def file_of(rule: Rule) -> str:
    """The file of the rule's cases."""
    return cast("ModuleType", rule).__name__.removeprefix("cifar_pipe.").replace(".", "/")


def findings_of(case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Findings:
    monkeypatch.chdir(folder)
    Path("mine.yaml").write_bytes(case.content)
    for name, content in case.beside.items():
        Path(name).write_text(content)
    findings = Findings()
    check(Path("mine.yaml"), case.overrides, findings)
    return findings


def written(group: str) -> dict[str, str]:
    """The group's golden messages by the case's name."""
    path = GOLDEN / f"{group}.txt"
    parts = path.read_text().split("=== ")[1:] if path.exists() else []
    return {name: body for name, _, body in (part.partition("\n") for part in parts)}


@pytest.fixture
def by_rules(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Finding]]:
    """What rules report, each with the file of the rule's cases."""
    reported = []

    def watched(rule: Rule) -> Callable[[CheckContext], None]:
        check_of_rule = rule.check

        def watch(context: CheckContext) -> None:
            before = context.findings.all_sorted()
            check_of_rule(context)
            new = [one for one in context.findings.all_sorted() if one not in before]
            reported.extend((file_of(rule), one) for one in new)

        return watch

    for rule in RULES:
        monkeypatch.setattr(rule, "check", watched(rule))
    return reported


@pytest.mark.parametrize(("group", "case"), CASES, ids=lambda one: getattr(one, "name", one))
def test_each_mistake_is_reported_at_its_words(
    group: str,
    case: Case,
    by_rules: list[tuple[str, Finding]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not case.old or case.old in BASE, "the edit does not apply"
    found = findings_of(case, tmp_path, monkeypatch).all_sorted()
    message = to_text(found) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        messages = {**written(group), case.name: message}
        body = "".join(f"=== {n}\n{messages[n]}" for n in GROUPS[group] if n in messages)
        (GOLDEN / f"{group}.txt").write_text(body)
    first = found[0]
    line = (*first.span.source.lines, "")[first.span.line - 1]
    words = line[first.span.column - 1 : first.span.end_column - 1]
    assert (first.code, words, len(found)) == (case.code, case.words, case.count), message
    assert to_json(found)[0]["line"] == first.span.line
    assert message == written(group)[case.name]
    # A finding that is moved to its cause was reported at other words, with the same message.
    its = {file for file, one in by_rules if (one.code, one.message) == (first.code, first.message)}
    assert its == ({group} if group.startswith("checks/") else set())


def test_every_golden_message_has_its_case() -> None:
    goldens = {path.relative_to(GOLDEN).with_suffix("") for path in GOLDEN.rglob("*.txt")}
    assert {path.as_posix() for path in goldens} == set(GROUPS)
    for group, cases in GROUPS.items():
        assert list(written(group)) == list(cases)


def test_every_code_of_every_rule_has_a_golden_message() -> None:
    """A code that a rule declares and never reports is dead."""
    declared = {(file_of(rule), code) for rule in RULES for code in rule.CODES}
    cases = {(group, case.code) for group, case in CASES if group.startswith("checks/")}
    elsewhere = {pair for pair in declared if {*pair[:1], "/".join(pair)} & RULES_ELSEWHERE}
    assert cases == declared - elsewhere


def test_every_code_has_a_golden_message_and_there_are_many() -> None:
    assert set(CODES) - {case.code for _, case in CASES} == ELSEWHERE
    assert len(CASES) + len(BROKEN) >= 520
