from __future__ import annotations

import re
import subprocess
import sys

import pytest

from cifar_pipe.catalog.core.entry import KINDS, Entry
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.manual.explain import Answer, explain
from cifar_pipe.manual.sections import sections

ENTRIES = [entry for kind in KINDS for entry in table_of(kind).entries.values()]


def test_without_words_the_kinds_are_counted() -> None:
    text = explain().text
    for kind in KINDS:
        assert f"{kind}" in text
        assert str(len(table_of(kind).entries)) in text


@pytest.mark.parametrize("word", ["layer", "layers", "Layer"])
def test_a_kind_is_listed_with_a_line_for_each_name(word: str) -> None:
    text = explain(word).text
    assert "\nReLU " in text
    assert "\nresnet18 " in text


def test_a_name_is_explained_with_arguments_example_and_link() -> None:
    text = explain("layer", "Conv2d").text
    assert "  - {type: Conv2d, out_channels: 16, kernel_size: 3}" in text
    assert "  in_channels: a whole number above 0; inferred\n" in text
    assert "  out_channels: a whole number above 0; required\n" in text
    assert "  bias: true or false; default true\n      Learn an additive bias.\n" in text
    assert text.endswith("/torch.nn.Conv2d.html")


def test_a_name_is_found_without_its_kind() -> None:
    assert explain("Conv2d") == explain("layer", "Conv2d")


def test_a_scheduler_says_when_it_steps() -> None:
    assert "per: one of step, epoch; default step" in explain("scheduler", "OneCycleLR").text


def test_types_are_words_in_every_explanation() -> None:
    text = explain("layer", "ReLU").text
    assert "  input: the id of a layer above it, or a list of ids; optional\n" in text
    assert "  trainable: true, false, or a list of beginnings of parameter names; optional" in text
    assert not [one.name for one in ENTRIES if ": Any;" in explain(one.kind, one.name).text]


def test_a_name_that_is_left_out_has_its_reason() -> None:
    assert explain("layer", "LSTM") == Answer("LSTM is not among the layers: gives a tuple.")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("layer", "Covn2d"), "there is no layer `Covn2d`\ndid you mean `Conv2d`?"),
        (("optimzer",), "there is no kind or component `optimzer`\ndid you mean `optimizer`?"),
        (
            ("optimzer", "SGD"),
            "there is no kind or component `optimzer SGD`\ndid you mean `optimizer`?",
        ),
        (("",), f"there is no kind or component ``\nthe kinds are {', '.join([*KINDS, 'stage'])}"),
        (("stage", "trian"), "there is no stage `trian`\ndid you mean `train`?"),
    ],
)
def test_an_unknown_name_gets_the_nearest(words: tuple[str, ...], text: str) -> None:
    assert explain(*words) == Answer(text, found=False)


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
    found = explain(word)
    assert found.found is bool(names)
    shown = {line.split("  ")[0] for line in found.text.splitlines()}
    assert {*names} <= shown
    assert not names or max(map(len, found.text.splitlines())) <= 80


def test_a_kind_is_listed_by_another_name_of_it_too() -> None:
    assert explain("criterion") == explain("loss")


def test_a_name_that_is_left_out_is_found_in_any_case() -> None:
    assert explain("tencrop").text.startswith("TenCrop is not among the transforms: makes")


@pytest.mark.parametrize("words", [("stage",), ("stages",)])
def test_stages_are_listed(words: tuple[str, ...]) -> None:
    assert re.search(r"\ntrain +Trains the network\.\n", explain(*words).text)


def test_a_stage_is_explained_with_its_keys() -> None:
    text = explain("train").text
    assert text == explain("stage", "train").text
    assert "Takes data and model from stages above it; gives model and history.\n" in text
    assert "  restore_best: true or false; default false\n      At the end, take" in text


def test_a_key_is_explained_by_its_path_and_found_by_its_name() -> None:
    assert "  epochs: a whole number above 0; this or `steps`\n" in explain("train.epochs").text
    assert "  steps: " not in explain("train.epochs").text
    assert "train.epochs " in explain("epochs").text


def test_the_only_thing_that_is_found_is_explained() -> None:
    assert explain("stage", "minibatch") == explain("load_data.batch_size")


@pytest.mark.parametrize(("name", "key"), [("runtime", "device"), ("pipeline", "extends")])
def test_the_keys_above_the_stages_are_explained(name: str, key: str) -> None:
    assert f"\n  {key}: " in explain(name).text


def test_an_argument_names_the_components_that_take_it() -> None:
    assert "`max_lr` is an argument of OneCycleLR, CyclicLR." in explain("max_lr").text


def test_a_kind_limits_the_search() -> None:
    assert "RandomCrop" in explain("crop").text
    assert "there is no loss `crop`" in explain("loss", "crop").text


@pytest.mark.parametrize("name", [section.name for section in sections()])
def test_sections_fit_eighty_columns(name: str) -> None:
    assert max(map(len, explain(name).text.splitlines())) <= 80


@pytest.mark.parametrize("kind", [*KINDS, "stage"])
def test_lists_fit_eighty_columns(kind: str) -> None:
    assert max(map(len, explain(kind).text.splitlines())) <= 80


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.kind}-{entry.name}")
def test_texts_fit_eighty_columns(entry: Entry) -> None:
    lines = explain(entry.kind, entry.name).text.splitlines()
    assert max(len(line) for line in lines if not line.startswith("https:")) <= 80


def test_describing_leaves_torch_alone() -> None:
    code = (
        "import sys; from cifar_pipe.manual.explain import explain;"
        "explain(); explain('layer', 'Conv2d'); explain('train'); explain('skip', 'connection');"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
