from __future__ import annotations

import pytest

from cifar_pipe.syntax.repairs.plain_lines import plain_line


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("  epochs\uff1a1", "  epochs: 1"),
        ("  epochs\uff1a 1", "  epochs: 1"),
        ("\u00a0\u00a0epochs:\u00a01", "  epochs: 1"),
        ("  \u2022 ReLU", "  - ReLU"),
        ("  \u2022\tReLU", "  - ReLU"),
        ("  \u2013ReLU", "  - ReLU"),
        ("a: \uff3b1\uff0c 2\uff3d", "a: [1, 2]"),
        ("a:\u200b 1", "a: 1"),
        ("a: \u201cb c\u201d", 'a: "b c"'),
        # What is text stays text.
        ("a: \u5206\u7c7b\uff1aLeNet", "a: \u5206\u7c7b\uff1aLeNet"),
        ('a: "b\uff1ac"', 'a: "b\uff1ac"'),
        ("a: 1  # b\uff1ac", "a: 1  # b\uff1ac"),
        ("a: it\u2019s", "a: it\u2019s"),
        ("\u22121", "\u22121"),
        ("plain", "plain"),
    ],
)
def test_what_looks_like_signs_of_yaml_becomes_them(line: str, plain: str) -> None:
    assert plain_line(line) == plain


def test_an_ideographic_space_stands_for_one_or_two_where_it_indents() -> None:
    assert plain_line("\u3000a:\u30001", wide=2) == "  a: 1"
    assert plain_line("\u3000a: 1") == " a: 1"
