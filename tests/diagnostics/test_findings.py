from __future__ import annotations

from cifar_pipe.diagnostics.findings import MOST_REPORTED, Findings
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.diagnostics.spans import SET_HERE, Source, Span

SOURCE = Source.of("mine.yaml", "a: 1\n" * 3)


def at(line: int, origin: tuple[Span, str] | None = None) -> Span:
    return Span(SOURCE, line, 1, 2, origin)


def test_the_same_finding_at_the_same_place_is_kept_once() -> None:
    findings = Findings()
    findings.add("type", "wrong", at(1))
    findings.add("type", "wrong", at(1))
    findings.add("type", "wrong", at(2))
    assert len(findings.errors) == 2


def test_a_value_that_several_references_lead_to_is_one_mistake() -> None:
    findings = Findings()
    for line in (2, 3):
        findings.add("type", f"wrong in line {line}", at(line, (at(1), SET_HERE)))
    assert len(findings.errors) == 1


def test_a_code_decides_whether_it_is_a_warning() -> None:
    findings = Findings()
    findings.add("unused", "never used", at(1))
    assert not findings
    assert findings.warnings
    findings.add("type", "wrong", at(2))
    assert findings
    assert [one.code for one in findings.all_sorted()] == ["unused", "type"]


def test_a_scope_sees_what_was_found_after_it_was_opened() -> None:
    findings = Findings()
    findings.add("type", "wrong", at(1))
    scope = findings.scope()
    assert not scope.has_errors
    findings.add("unused", "never used", at(2))
    assert scope.has_warnings
    assert not scope.has_errors
    findings.add("type", "wrong", at(3))
    assert scope.has_errors


def test_a_problem_becomes_a_finding_with_all_its_words() -> None:
    findings = Findings()
    findings.report(Problem("wrong", code="shape", help="do this", notes=("why",)), at(2))
    (finding,) = findings.errors
    assert (finding.code, finding.message, finding.span) == ("shape", "wrong", at(2))
    assert (finding.help, finding.notes) == ("do this", ("why",))


def test_one_error_more_than_are_reported_ends_the_search() -> None:
    findings = Findings()
    done = False
    with findings.limited():
        for number in range(MOST_REPORTED + 1):
            findings.add("type", f"wrong {number}", at(1))
        done = True
    assert not done
    assert len(findings.errors) == MOST_REPORTED + 1
    assert findings.errors[-1].code == "too-large"
