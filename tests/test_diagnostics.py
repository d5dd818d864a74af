"""Each mistake gives its finding at the very words that caused it, in these words of ours.

tests/golden/diagnostics/<group>.txt holds the messages in full; UPDATE_GOLDEN=1 writes them anew:
`git diff` is then the review.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from cifar_pipe.checks.check import check
from cifar_pipe.diagnostics.codes.table import CODES
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.render import to_json, to_text
from tests import cases as diagnostics
from tests.cases.case import BASE, Case
from tests.test_broken_pipelines import CASES as BROKEN

GOLDEN = Path(__file__).parent / "golden" / "diagnostics"
MODULES = [
    import_module(f"tests.cases.{found.name}")
    for found in iter_modules(diagnostics.__path__)
    if found.name != "case"
]
GROUPS = {
    module.__name__.rpartition(".")[2]: {case.name: case for case in module.CASES}
    for module in MODULES
}
CASES = [(group, case) for group, cases in GROUPS.items() for case in cases.values()]
# What only another PyTorch gives, or only who asks for it: tests/language/test_codes.py.
ELSEWHERE = {"torch-version", "memory"}


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


@pytest.mark.parametrize(("group", "case"), CASES, ids=lambda one: getattr(one, "name", one))
def test_each_mistake_is_told_at_its_words(
    group: str, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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


def test_every_golden_message_has_its_case() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(GROUPS)
    for group, cases in GROUPS.items():
        assert list(written(group)) == list(cases)


def test_every_code_has_a_golden_message_and_there_are_many() -> None:
    assert set(CODES) - {case.code for _, case in CASES} == ELSEWHERE
    assert len(CASES) + len(BROKEN) >= 120
