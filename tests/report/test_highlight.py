from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from cifar_pipe.report.highlight import yaml_markup


def test_tokens_have_their_class() -> None:
    markup = str(
        yaml_markup("seed: 0   # why\nname: 'a # b'\nlr: $vars.lr\nfile: a1.yaml\non: true\n")
    )
    spans = re.findall(r'<span class="y-(\w+)">(.*?)</span>', markup)
    assert spans == [
        ("key", "seed"), ("number", "0"), ("comment", "# why"), ("key", "name"),
        ("string", "&#39;a # b&#39;"), ("key", "lr"), ("reference", "$vars.lr"), ("key", "file"),
        ("key", "on"), ("word", "true"),
    ]  # fmt: skip


@given(st.text())
def test_no_text_is_lost_and_none_becomes_markup(text: str) -> None:
    markup = str(yaml_markup(text))
    bare = re.sub(r'<span class="y-\w+">|</span>', "", markup)
    assert "<" not in bare
    assert Markup(bare).unescape() == text


def test_ranges_are_marked_with_their_tokens() -> None:
    text = "a: 1\nb: 2\n"
    marked = str(yaml_markup(text, [(5, 9)]))
    assert marked == (
        '<span class="y-key">a</span>: <span class="y-number">1</span>\n'
        '<mark><span class="y-key">b</span>: <span class="y-number">2</span></mark>\n'
    )
