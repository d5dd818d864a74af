"""SARIF 2.1.0, with what code hosts ask for: a rule for each result, and a place in a file."""

from __future__ import annotations

from typing import Any

from cifar_pipe.diagnostics.codes.table import CODES
from cifar_pipe.diagnostics.findings import Finding, NotKnown
from cifar_pipe.diagnostics.sarif import to_sarif
from cifar_pipe.diagnostics.spans import Source, Span


def at(line: int, column: int, end_column: int, name: str = "mine.yaml") -> Span:
    return Span(Source.of(name, "seed: x\n" * 9), line, column, end_column)


OVERRIDE = Span(Source.of("-S seed=x", "seed=x", override=1), 1, 6, 7)


def run_of(*findings: Finding, unknown: tuple[NotKnown, ...] = ()) -> Any:
    log = to_sarif(findings, unknown, version="1.2.3", file="mine.yaml")
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    return run


def place(location: Any) -> tuple[str, dict[str, int]]:
    physical = location["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]


def test_every_code_is_a_rule_with_its_page() -> None:
    driver = run_of()["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("cifar-pipe", "1.2.3")
    rules = {rule["id"]: rule for rule in driver["rules"]}
    assert list(rules) == [*CODES, "not-known"]
    for rule in rules.values():
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
    assert rules["shape"]["defaultConfiguration"] == {"level": "error"}
    assert rules["unused"]["defaultConfiguration"] == {"level": "warning"}


def test_a_result_has_its_rule_and_the_place_in_characters_from_1() -> None:
    second = ((at(2, 1, 5, "base.yaml"), "from here"),)
    run = run_of(Finding("type", "wrong", at(3, 7, 8), ("a fact",), "write 1", second))
    assert run["columnKind"] == "unicodeCodePoints"
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "type"
    assert result["level"] == "error"
    assert result["message"]["text"] == "wrong\na fact\nhelp: write 1"
    region = {"startLine": 3, "startColumn": 7, "endLine": 3, "endColumn": 8}
    assert place(result["locations"][0]) == ("mine.yaml", region)
    (related,) = result["relatedLocations"]
    assert place(related)[0] == "base.yaml"
    assert related["message"]["text"] == "from here"


def test_a_warning_is_one() -> None:
    assert run_of(Finding("unused", "m", at(1, 1, 2)))["results"][0]["level"] == "warning"


def test_an_override_is_at_the_pipeline_that_it_is_for() -> None:
    (result,) = run_of(Finding("type", "wrong", OVERRIDE))["results"]
    assert result["message"]["text"] == "-S seed=x: wrong"
    (location,) = result["locations"]
    assert place(location) == ("mine.yaml", {"startLine": 1})
    assert location["logicalLocations"] == [{"name": "-S seed=x", "kind": "parameter"}]


def test_what_is_not_known_is_open_and_no_failure() -> None:
    unknown = (NotKnown("the layers of net", "--data", at(2, 1, 2)), NotKnown("a", "b"))
    placed, nowhere = run_of(unknown=unknown)["results"]
    assert (placed["kind"], placed["level"], placed["ruleId"]) == ("open", "none", "not-known")
    assert "needs --data" in placed["message"]["text"]
    assert place(nowhere["locations"][0]) == ("mine.yaml", {"startLine": 1})


def test_paths_are_uris() -> None:
    names = ("my nets/größe.yaml", "/tmp/a b.yaml", "<stdin>")
    results = run_of(*(Finding("type", "m", at(1, 1, 2, name)) for name in names))["results"]
    assert [place(one["locations"][0])[0] for one in results] == [
        "my%20nets/gr%C3%B6%C3%9Fe.yaml",
        "file:///tmp/a%20b.yaml",
        "%3Cstdin%3E",
    ]
