from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cifar_pipe.report.tables.count_table import from_csv, to_csv


def test_a_table_has_a_header_and_a_column_of_names() -> None:
    assert to_csv(["cat", "dog"], [[3, 1], [0, 4]]) == ",cat,dog\ncat,3,1\ndog,0,4\n"


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(A1:A9)", "'@SUM(A1:A9)"),
        ("-k", "'-k"),
        ("'=1", "''=1"),
        # Signs and numbers are names of classes, and nothing to compute.
        ("+", "+"),
        ("-1.5", "-1.5"),
        ("'70s", "'70s"),
        ("cat", "cat"),
    ],
)
def test_a_name_is_text_in_a_spreadsheet_and_the_same_when_it_is_read(name: str, cell: str) -> None:
    text = to_csv([name], [[2]])
    assert text.splitlines()[1].startswith(f"{cell},")
    assert from_csv(text) == ((name,), [[2]])


def test_ends_of_lines_in_names_are_escaped() -> None:
    text = to_csv(["a\nb", "\r\u2028"], [[1, 2], [3, 4]])
    assert from_csv(text) == ((r"a\x0ab", r"\x0d\u2028"), [[1, 2], [3, 4]])


@given(st.lists(st.text(alphabet="='+-@1.a\" ,\\é", min_size=1), min_size=2, max_size=4))
def test_every_name_is_read_as_it_was_written(names: list[str]) -> None:
    counts = [[row + column for column in range(len(names))] for row in range(len(names))]
    assert from_csv(to_csv(names, counts)) == (tuple(names), counts)


@pytest.mark.parametrize("text", ["", ",a,b\na,1,2\n", ",a\na,\n", ",a,b\na,1\nb,2\n"])
def test_a_table_that_is_cut_off_is_empty(text: str) -> None:
    assert from_csv(text) == ((), [])
