from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cifar_pipe.compose.block_declarations import block_reference, declared_blocks
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.syntax.nodes import ScalarNode


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        (
            "ReLU: {layers: [Tanh]}",
            "a block's name is lower-case letters, digits and `_`, not `ReLU`",
        ),
        ("resnet18: {layers: [Tanh]}", "a block cannot be called `resnet18`: a layer is"),
        ("one: [Tanh]", "a block takes a mapping with layers, not a list of 1"),
        ("one: {layers: []}", "the block one needs a list of layers"),
        ("one: {parameters: {}}", "the block one needs a list of layers"),
        ("one: {layer: [Tanh], layers: [Tanh]}", "a block has no key `layer`"),
        ("one: {parameters: {w: 1}, layers: [Tanh]}", "nothing in one uses its parameter `w`"),
        (
            "one: {parameters: {id: 1}, layers: [Tanh]}",
            "a parameter cannot be called `id`: every use of a block takes that key",
        ),
    ],
)
def test_a_wrong_declaration_is_one_finding(
    blocks: str,
    message: str,
    root_of: Callable[[str], Any],
    findings: Findings,
    only: Callable[[], Any],
) -> None:
    declared_blocks(root_of(f"blocks: {{{blocks}}}").get("blocks"), findings, incomplete=False)
    assert only().message == message


def test_a_wrong_block_is_named_and_not_right(
    root_of: Callable[[str], Any], findings: Findings
) -> None:
    written = root_of("it: {one: {layers: []}, two: {layers: [ReLU]}}").get("it")
    blocks = declared_blocks(written, findings, incomplete=False)
    assert (list(blocks.right), list(blocks.names)) == (["two"], ["one", "two"])
    assert not blocks.may_name("three")


@pytest.mark.parametrize(("text", "incomplete"), [("[a]", False), ("{}", True)])
def test_where_blocks_cannot_be_read_any_name_may_be_one(
    *, text: str, incomplete: bool, root_of: Callable[[str], Any], findings: Findings
) -> None:
    blocks = declared_blocks(root_of(f"it: {text}").get("it"), findings, incomplete=incomplete)
    assert blocks.may_name("three")
    assert not blocks.may_name("Three")
    assert [one.code for one in findings.errors] == ([] if incomplete else ["not-a-mapping"])


def test_a_list_of_parameters_is_shown_as_a_mapping(
    root_of: Callable[[str], Any], findings: Findings, only: Callable[[], Any]
) -> None:
    written = root_of("it: {one: {parameters: [w, s], layers: [ReLU]}}").get("it")
    declared_blocks(written, findings, incomplete=False)
    assert only().message == "parameters takes a mapping, not a list of 2"
    assert only().help.startswith("write {w: , s: }")


def test_a_block_reference_has_a_name(root_of: Callable[[str], Any]) -> None:
    span = root_of("a: 1").span
    texts = ["$block.width", "$block", "$vars.width", "block.width"]
    found = [block_reference(ScalarNode(text, span)) for text in texts]
    assert found == ["width", None, None, None]
