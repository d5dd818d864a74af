"""Tables for the terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.checks.check import PipelineCheck, check
from cifar_pipe.cli.tables import class_lines, layer_lines, stage_lines
from cifar_pipe.diagnostics.findings import Findings
from tests.cases.case import BASE
from tests.cases.edits import small
from tests.conftest import Done

Cli = Callable[..., Done]


def checked(path: Path, text: str) -> PipelineCheck:
    path.write_text(text)
    found = check(path, [], Findings())
    assert found is not None
    assert found.passed
    return found


def layers(tmp_path: Path, text: str) -> list[list[str]]:
    network = checked(tmp_path / "mine.yaml", small(layers=text)).networks["build_model"]
    return [line.split() for line in layer_lines(network)]


def test_a_stage_is_shown_with_what_it_takes_and_gives(tmp_path: Path) -> None:
    text = small("again: {type: evaluate}")
    lines = stage_lines(checked(tmp_path / "mine.yaml", text).pipeline)
    taken = "data of load_data; model, history of train"
    assert lines[-1].split("  ") == ["again (evaluate)", taken, "metrics"]


@pytest.mark.parametrize(
    ("dataset", "classes", "line"),
    [
        ("Digits", '{"0": zero, "9": nine}', "0 -> zero, 9 -> nine"),
        (
            "Digits",
            "[a, b, c, d, e, f, g, h, i, j]",
            ", ".join(f"{i} -> {c}" for i, c in enumerate("abcdefghij")),
        ),
        ("ImageFolder, root: images", "{cat: kitten}", "cat -> kitten"),
    ],
)
def test_classes_that_are_renamed_are_shown(
    tmp_path: Path, dataset: str, classes: str, line: str
) -> None:
    text = f"dataset: {{type: {dataset}}}, classes: {classes}, transforms: [ToTensor]"
    (tmp_path / "mine.yaml").write_text(small(data=text))
    found = check(tmp_path / "mine.yaml", [], Findings())
    assert found is not None
    assert class_lines(found.context.flows.values()) == [f"classes of load_data: {line}"]


def test_repetitions_that_are_equal_share_a_line(tmp_path: Path) -> None:
    inner = (
        "{type: Sequential, layers: [{type: Conv2d, out_channels: 3, kernel_size: 1}], repeat: 3}"
    )
    rows = layers(tmp_path, f"{inner}, Flatten, {{type: Linear, out_features: 10}}")
    assert ["0", "to", "2"] in [row[:3] for row in rows]


def test_a_join_says_what_it_takes_and_a_chain_has_no_such_column(tmp_path: Path) -> None:
    end = "Flatten, {type: Linear, out_features: 10}"
    rows = layers(tmp_path, f"{{type: ReLU, id: a}}, {{type: Add, input: [a, input]}}, {end}")
    assert rows[0][2] == "takes"
    assert next(row for row in rows if row[1] == "Add")[2:4] == ["a,", "input"]
    assert layers(tmp_path, end)[0][2] == "output"


def test_frozen_layers_have_a_line_of_what_is_trained(tmp_path: Path) -> None:
    frozen = "{type: Conv2d, out_channels: 3, kernel_size: 1, trainable: false}"
    rows = layers(tmp_path, f"{frozen}, Flatten, {{type: Linear, out_features: 10}}")
    assert rows[-1] == ["trainable", "30,730"]


def test_show_prints_it_for_each_training_and_evaluation(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(BASE)
    lines = cli("show", "mine.yaml", "--no-forecast").out.splitlines()
    table = lines[next(n for n, line in enumerate(lines) if line.startswith("memory")) :]
    assert [line.split()[0] for line in table] == ["memory", "train", "evaluate"]


WIDE = (
    "{type: Conv2d, out_channels: 2000, kernel_size: 3, id: first_convolution_of_all}, ReLU, "
    "{type: AdaptiveAvgPool2d, output_size: 1}, Flatten, {type: Linear, out_features: 10}"
)


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_layers_fit_the_columns_that_there_are(tmp_path: Path, columns: int) -> None:
    found = checked(tmp_path / "mine.yaml", small(layers=WIDE)).networks["build_model"]
    lines = layer_lines(found, columns=columns)
    assert max(map(len, lines)) <= columns
    assert lines[2].startswith("first_conv")
    assert ("first_convolution_of_all" in lines[2]) == (columns > 60)
    assert ("56,000" in lines[2], "56.0 k" in lines[2]) == (columns == 200, columns < 200)
    assert ("KiB" in lines[0]) == (columns == 200)


def test_what_a_stage_takes_of_each_other_is_in_lines_of_its_own_where_it_is_narrow(
    tmp_path: Path,
) -> None:
    lines = stage_lines(checked(tmp_path / "mine.yaml", BASE).pipeline, columns=60)
    at = next(number for number, line in enumerate(lines) if line.startswith("train"))
    assert [line.split("  ")[-1].strip() for line in lines[at : at + 2]] == [
        "model, history",
        "model of build_model",
    ]
    assert max(map(len, lines)) <= 60
