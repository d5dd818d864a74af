from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from difflib import get_close_matches

import pytest

from cifar_pipe.catalog.core.entry import KINDS, Entry
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.docs.describe import Answer, components_markdown, tell

ENTRIES = [entry for kind in KINDS for entry in table_of(kind).entries.values()]


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    return next(iter(get_close_matches(word, list(allowed), 1)), None)


def told(*words: str) -> Answer:
    return tell(*words, nearest=nearest)


def test_without_words_the_kinds_are_counted() -> None:
    text = told().text
    for kind in KINDS:
        assert f"{kind}" in text
        assert str(len(table_of(kind).entries)) in text


@pytest.mark.parametrize("word", ["layer", "layers", "Layer"])
def test_a_kind_is_listed_with_a_line_for_each_name(word: str) -> None:
    text = told(word).text
    assert "\nReLU " in text
    assert "\nresnet18 " in text


def test_a_name_is_told_with_arguments_example_and_link() -> None:
    text = told("layer", "Conv2d").text
    assert "  - {type: Conv2d, out_channels: 16, kernel_size: 3}" in text
    assert "  in_channels: a whole number above 0; inferred\n" in text
    assert "  out_channels: a whole number above 0; required\n" in text
    assert "  bias: true or false; default true\n      Learn an additive bias.\n" in text
    assert text.endswith("/torch.nn.Conv2d.html")


def test_a_name_is_found_without_its_kind() -> None:
    assert told("Conv2d") == told("layer", "Conv2d")


def test_a_scheduler_says_when_it_steps() -> None:
    assert "per: one of step, epoch; default step" in told("scheduler", "OneCycleLR").text


def test_a_name_that_is_left_out_has_its_reason() -> None:
    assert told("layer", "LSTM") == Answer("LSTM is not among the layers: gives a tuple.")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("layer", "Covn2d"), "there is no layer `Covn2d`\ndid you mean `Conv2d`?"),
        (("optimiser",), "there is no kind or component `optimiser`\ndid you mean `optimizer`?"),
        (("optimiser", "SGD"), "there is no kind `optimiser`\ndid you mean `optimizer`?"),
    ],
)
def test_an_unknown_name_gets_the_nearest(words: tuple[str, ...], text: str) -> None:
    assert told(*words) == Answer(text, found=False)


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("flip", ["RandomHorizontalFlip", "RandomVerticalFlip"]),
        ("pooling", ["MaxPool2d", "AdaptiveAvgPool2d", "LPPool2d"]),
        ("augmentations", ["RandAugment", "AutoAugment"]),
        ("RELU", ["ReLU", "LeakyReLU"]),
        ("xyzzy", []),
    ],
)
def test_any_other_word_is_searched_for(word: str, names: list[str]) -> None:
    found = told(word)
    assert found.found is bool(names)
    shown = {line.split("  ")[0] for line in found.text.splitlines()}
    assert {*names} <= shown
    assert not names or max(map(len, found.text.splitlines())) <= 80


@pytest.mark.parametrize("kind", KINDS)
def test_lists_fit_eighty_columns(kind: str) -> None:
    assert max(map(len, told(kind).text.splitlines())) <= 80


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.kind}-{entry.name}")
def test_texts_fit_eighty_columns(entry: Entry) -> None:
    lines = told(entry.kind, entry.name).text.splitlines()
    assert max(len(line) for line in lines if not line.startswith("https:")) <= 80


def test_the_markdown_has_every_name_and_every_reason() -> None:
    text = components_markdown()
    for entry in ENTRIES:
        assert f"### [{entry.name}]" in text or f"### {entry.name}" in text
    for kind in KINDS:
        assert all(reason in text for reason in table_of(kind).left_out.values())


def test_describing_leaves_torch_alone() -> None:
    code = (
        "import sys; from cifar_pipe.catalog.docs.describe import components_markdown;"
        "components_markdown(); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
