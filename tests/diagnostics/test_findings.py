from __future__ import annotations

from cifar_pipe.diagnostics.findings import MOST_REPORTED, MOST_USES, Findings
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.diagnostics.spans import SET_HERE, USED_HERE, Source, Span

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
    (one,) = findings.errors
    assert one.span == at(1)
    assert one.related == ((at(2), USED_HERE), (at(3), USED_HERE))


def test_a_value_with_one_use_is_reported_at_the_use() -> None:
    findings = Findings()
    for _ in range(2):
        findings.add("type", "wrong", at(2, (at(1), SET_HERE)))
    assert [one.span for one in findings.errors] == [at(2)]


def test_a_value_that_an_override_sets_is_reported_there() -> None:
    override = Source.of("-S vars.w=x", "vars.w=x", override=1)
    set_at = Span(override, 1, 8, 9)
    findings = Findings()
    findings.add("type", "wrong", at(2, (set_at, SET_HERE)))
    (one,) = findings.errors
    assert (one.span, one.related) == (set_at, ((at(2), USED_HERE),))


def test_of_many_uses_some_are_shown() -> None:
    findings = Findings()
    for line in range(2, 9):
        findings.add("type", "wrong", Span(SOURCE, line, 1, 2, (at(1), SET_HERE)))
    assert len(findings.errors[0].related) == MOST_USES


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
    assert not scope.has_errors
    findings.add("type", "wrong", at(3))
    assert scope.has_errors


def test_what_was_found_in_a_scope_is_found_again_when_it_is_taken_back() -> None:
    findings = Findings()
    findings.add("type", "wrong", at(1))
    scope = findings.scope()
    for _ in range(2):
        findings.add("type", "wrong", at(2))
        findings.add("unused", "never used", at(3))
        findings.unknown("the shapes", "the data")
        assert (len(findings.errors), len(findings.warnings), len(findings.not_known)) == (2, 1, 1)
        scope.forget_later()
    assert [one.span for one in findings.errors] == [at(1)]
    assert not findings.warnings
    assert not findings.not_known


def test_another_collection_is_taken_over_but_for_what_is_there_already() -> None:
    one, other = Findings(), Findings()
    one.add("type", "wrong", at(1))
    other.add("type", "wrong", at(1))
    other.add("unused", "never used", at(2))
    one.extend(other)
    assert [found.code for found in one.all_sorted()] == ["type", "unused"]


def test_a_finding_says_how_its_words_got_into_the_pipeline() -> None:
    inner = at(2, (at(1), "the block is used here"))
    base = Source.of("base.yaml", "a: 1\n", extended_at=at(3))
    findings = Findings()
    findings.add("type", "wrong", at(2, (inner, SET_HERE)))
    findings.add("type", "wrong", Span(base, 1, 1, 2))
    through, extended = findings.errors
    assert [label for _, label in through.related] == [SET_HERE, "the block is used here"]
    assert extended.related == ((at(3), "base.yaml is extended here"),)


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


def test_a_finding_tells_its_place_and_reads_as_one_line() -> None:
    findings = Findings()
    findings.add("shape", "wrong", at(2))
    (finding,) = findings.errors
    place = finding.path, finding.line, finding.column
    assert place == (at(2).source.name, 2, at(2).column)
    assert str(finding) == f"{':'.join(map(str, place))}: error[shape]: wrong"
