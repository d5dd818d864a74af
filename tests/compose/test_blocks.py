"""Blocks: lists of layers under a name, put where they are used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.compose.compose import compose
from cifar_pipe.diagnostics.findings import Finding, Findings
from cifar_pipe.syntax.nodes import to_plain

CONV = """
blocks:
  conv:
    parameters: {width: , stride: 1}
    layers:
      - {type: Conv2d, out_channels: $block.width, kernel_size: 3, stride: $block.stride}
      - ReLU
"""


def composed(text: str, *overrides: str) -> tuple[Any, list[Finding]]:
    findings = Findings()
    composition = compose(Path("p.yaml"), text, list(overrides), findings)
    assert composition is not None, findings.errors
    return to_plain(composition.root), findings.sorted()


def layers(uses: str, blocks: str = CONV) -> Any:
    plain, found = composed(f"{blocks}stages:\n  build_model:\n    layers: [{uses}]\n")
    assert found == []
    assert "blocks" not in plain
    return plain["stages"]["build_model"]["layers"]


def reported_of(uses: str, blocks: str = CONV) -> list[tuple[str, str]]:
    _, found = composed(f"{blocks}stages:\n  build_model:\n    layers: [{uses}]\n")
    return [(one.code, one.message) for one in found]


def conv(width: int, stride: int = 1) -> list[Any]:
    values = {"out_channels": width, "kernel_size": 3, "stride": stride}
    return [{"type": "Conv2d", **values}, "ReLU"]


def test_a_use_becomes_a_sequential_with_the_values_in_place() -> None:
    assert layers("{type: conv, width: 8, stride: 2, id: stem}") == [
        {"type": "Sequential", "id": "stem", "layers": conv(8, 2)}
    ]


def test_a_use_without_an_id_is_called_by_block_and_number() -> None:
    names = [one["id"] for one in layers("{type: conv, width: 1}, {type: conv, width: 2}")]
    assert names == ["conv_1", "conv_2"]


def test_a_block_without_parameters_is_used_by_its_bare_name() -> None:
    blocks = "blocks: {act: {layers: [BatchNorm2d, ReLU]}}\n"
    assert layers("act", blocks)[0]["layers"] == ["BatchNorm2d", "ReLU"]


def test_what_every_layer_takes_a_use_takes_too() -> None:
    (use,) = layers("{type: conv, width: 8, repeat: 3, trainable: false, input: input}")
    assert (use["repeat"], use["trainable"], use["input"]) == (3, False, "input")


def test_blocks_are_in_blocks_and_in_lists_of_layers() -> None:
    blocks = CONV + (
        "  pair:\n    parameters: {wide: , around: [Identity]}\n    layers:\n"
        "      - type: Residual\n"
        "        layers: [{type: conv, width: $block.wide}]\n"
        "        shortcut: $block.around\n"
    )
    (use,) = layers("{type: pair, wide: 4, around: [{type: conv, width: 4}]}", blocks)
    (residual,) = use["layers"]
    assert residual["layers"][0]["layers"] == conv(4)
    assert residual["shortcut"][0]["layers"] == conv(4)


def test_references_to_vars_and_overrides_reach_into_blocks() -> None:
    text = f"vars: {{w: 5}}\n{CONV}stages: {{build_model: {{layers: [{{type: conv, width: $vars.w}}]}}}}\n"
    plain, found = composed(text, "vars.w=7", "blocks.conv.parameters.stride=2")
    assert found == []
    assert plain["stages"]["build_model"]["layers"][0]["layers"] == conv(7, 2)


@pytest.mark.parametrize(
    ("uses", "message"),
    [
        ("conv", ("missing-key", "the block conv needs a `width`")),
        (
            "{type: conv, width: 1, strid: 2}",
            ("unknown-key", "the block conv has no parameter `strid`"),
        ),
        ("{type: conf, width: 1}", ("unknown-component", "there is no layer or block `conf`")),
        (
            "{type: Conv2d, out_channels: $block.width, kernel_size: 1}",
            ("reference", "`$block.width` is not in a block, and $block has a meaning only there"),
        ),
    ],
)
def test_a_wrong_use_is_one_finding(uses: str, message: tuple[str, str]) -> None:
    assert reported_of(uses) == [message]


def test_a_block_that_uses_itself_is_reported_with_its_path() -> None:
    blocks = "blocks:\n  one: {layers: [two]}\n  two: {layers: [one]}\n"
    assert ("block", "the block one uses itself: one -> two -> one") in reported_of("one", blocks)


def test_blocks_that_would_fill_the_machine_are_refused() -> None:
    rows = ["  b0: {layers: [ReLU, ReLU]}"]
    rows += [f"  b{n}: {{layers: [{', '.join([f'b{n - 1}'] * 10)}]}}" for n in range(1, 9)]
    codes = [code for code, _ in reported_of("b8", "blocks:\n" + "\n".join(rows) + "\n")]
    assert codes == ["too-large"]


def test_an_error_in_a_block_points_there_and_to_the_use() -> None:
    text = (
        "blocks:\n"
        "  conv:\n"
        "    layers: [{type: Conv2d, out_channels: $block.wdth, kernel_size: 3}]\n"
        "stages:\n"
        "  build_model: {layers: [ReLU, conv]}\n"
    )
    _, (found,) = composed(text)
    assert (found.span.line, found.span.column) == (3, 43)
    ((at, label),) = found.related
    assert (at.line, at.column, label) == (5, 32, "conv is used here")


def test_a_long_chain_of_blocks_is_too_large_and_no_crash() -> None:
    rows = [f"  b{i}: {{layers: [{{type: b{i + 1}}}]}}" for i in range(500)]
    blocks = "\n".join(["blocks:", *rows, "  b500: {layers: [ReLU]}\n"])
    assert [code for code, _ in reported_of("b0", blocks)] == ["too-large"]
