from __future__ import annotations

import pytest

from cifar_pipe.syntax.repairs import changes


def test_a_line_is_changed_by_itself_or_with_all_that_are_alike() -> None:
    text = ["1: a", "b", "2: c"]
    assert changes.line(r"\d+: (.*)", r"\1")(text, 0) == {0: "a"}
    assert changes.lines(r"\d+: (.*)", r"\1")(text, 0) == {0: "a", 2: "c"}
    assert changes.lines(r"\d+: (.*)", r"\1")(text, 1) == {}


def test_both_fences_of_a_code_block_are_taken_out() -> None:
    text = ["```yaml", "a: 1", "```"]
    assert changes.fences(text, 0) == changes.fences(text, 2) == {0: "", 2: ""}
    assert changes.fences(text, 1) == {}


def test_of_a_conflict_the_first_side_is_kept() -> None:
    text = ["<<<<<<< HEAD", "a: 1", "||||||| base", "a: 0", "=======", "a: 2", ">>>>>>> b", "c: 3"]
    assert changes.conflict(text, 0) == dict.fromkeys((0, 2, 3, 4, 5, 6), "")


@pytest.mark.parametrize(("instead", "line"), [("", "a: 1"), (" ", " a: 1")])
def test_of_a_diff_added_lines_are_kept(instead: str, line: str) -> None:
    text = ["--- a/x", "+++ b/x", "@@ -1 +1 @@", "-a: 0", "+a: 1", " b: 2"]
    assert changes.diff(instead)(text, 3) == {**dict.fromkeys(range(4), ""), 4: line}
    assert changes.diff(instead)(text, 5) == {}


def test_a_dash_alone_is_no_diff() -> None:
    assert changes.diff("")(["-a: 0", " b: 2"], 0) == {}


def test_a_list_is_closed_before_the_next_key() -> None:
    assert changes.closed_list(["a: {b: [1, 2, c: [3]}"], 0) == {0: "a: {b: [1, 2], c: [3]}"}
    assert changes.closed_list(["a: {b: [1, 2], c: [3]}"], 0) == {}


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("a: {b: [1, 2}", "a: {b: [1, 2]}"),
        ("a: {b: 1", "a: {b: 1}"),
        ("a: [1]]", "a: [1]"),
        ("a: {b: 1]  # c}", "a: {b: 1}  # c}"),
        ("a: {b: 1  # c", "a: {b: 1}  # c"),
        ('a: {b: "}"', 'a: {b: "}"}'),
        ("a: {b: '}", None),
        ("a: {b: 1}", None),
    ],
)
def test_brackets_are_closed_by_their_own(line: str, changed: str | None) -> None:
    assert changes.brackets([line], 0) == ({} if changed is None else {0: changed})
