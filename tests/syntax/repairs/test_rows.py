from __future__ import annotations

import pytest

from cifar_pipe.syntax.repairs.rows import ROWS, Row


def mended(line: str) -> set[str]:
    """What the rows make of the line."""
    return {new for row in ROWS for new in row.change([line], 0).values()}


@pytest.mark.parametrize(
    ("line", "new"),
    [
        ("$ cat x.yaml", ""),
        ("me@host:~/x$ ls", ""),
        ("In [3]: run()", ""),
        (">>> a: 1", "a: 1"),
        ("%%writefile x.yaml", ""),
        ("!pip install torch", ""),
        ("from torch import nn", ""),
        ("pip install torch", ""),
        ("Copy code", ""),
        ("<pre><code>", ""),
        ("https://example.com", ""),
        ("  ...", ""),
        ("12: a: 1", "a: 1"),
        (" 12 |   a: 1", "  a: 1"),
        ("> a: 1", "a: 1"),
        ("  * ReLU", "  - ReLU"),
        ("  2) ReLU", "  - ReLU"),
        ("  a := 1", "  a: 1"),
        ("  - a=1", "  - a: 1"),
        ("// a", "# a"),
        ("/* a */", "# a"),
        ("a: {b: 1},", "a: {b: 1}"),
        ("a: `b`", "a: b"),
        ("a: (b: 1)", "a: {b: 1}"),
        ("a: {b: 1; c: 2}", "a: {b: 1, c: 2}"),
        ("a: {b: 1 c: 2}", "a: {b: 1, c: 2}"),
        ("a: ${vars.b}", "a: $vars.b"),
        ("a: %(b)s", "a: $vars.b"),
        ("Sure, here is the file:", ""),
    ],
)
def test_each_kind_of_line_is_mended(line: str, new: str) -> None:
    assert new in mended(line)


@pytest.mark.parametrize(
    "line",
    [
        "a: 1",
        "  - ReLU",
        "",
        "# a comment",
        "a: {b: [1, 2], c: $vars.d}",
        "a:",
        "  a: '$ x'",
        "---x",
    ],
)
def test_lines_that_are_right_are_left_alone(line: str) -> None:
    assert mended(line) <= {line}


def test_the_help_says_what_to_write_or_to_delete() -> None:
    row = Row(lambda *_: {}, "")
    assert row.help_for("a=1", "a: 1", is_line=False) == "write `a: 1`"
    assert row.help_for("+", "", is_line=False) == "delete it"
    assert row.help_for("import x", "", is_line=True) == "delete the line"
    assert row.help_for("+", " ", is_line=False) == "write a space in its place"
    wide = "U+FF1A (fullwidth colon) here: write `a: 1`"
    assert row.help_for("a\uff1a1", "a: 1", is_line=False) == wide
