"""A network's layers as boxes, with what they hold and what they take."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.planning.shapes import check
from cifar_pipe.report.looks.network_graph import boxes, is_a_line
from tests.kit import LENET, layer


def rows_of(*layers: Component) -> list[dict[str, Any]]:
    def plain(row: Any) -> dict[str, Any]:
        found: dict[str, Any] = asdict(row)
        return _as_json(found)

    return [plain(row) for row in check(layers, (3, 8, 8))]


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "output_shape": list(row["output_shape"]),
        "inputs": list(row["inputs"]),
        "inside": [_as_json(one) for one in row["inside"]],
    }


def conv(**more: Any) -> Component:
    return layer("Conv2d", out_channels=4, kernel_size=3, padding=1, **more)


def test_layers_one_below_the_other_are_a_line() -> None:
    rows = [_as_json(asdict(row)) for row in check(LENET, (3, 32, 32))]
    found = boxes(rows)
    assert is_a_line(found)
    assert (found[0].name, found[0].type, found[0].shape) == ("conv1", "Conv2d", "6 × 28 × 28")


def test_what_joins_two_layers_says_which() -> None:
    rows = rows_of(conv(id="a"), conv(id="b"), layer("Add", input=["a", "b"], id="sum"))
    assert [box.takes for box in boxes(rows)] == ["", "", "a and b"]
    assert not is_a_line(boxes(rows))


def test_a_block_holds_its_layers_and_each_branch_takes_its_input() -> None:
    block = layer("Residual", layers=[conv(), layer("ReLU")], shortcut=[conv()])
    [found] = boxes(rows_of(block))
    assert found.count == "3 modules"
    assert [box.type for box in found.inside] == ["Conv2d", "ReLU", "Sequential"]
    assert [box.takes for box in found.inside] == ["", "", "the input"]


def test_a_row_that_says_little_is_a_box_all_the_same() -> None:
    [found] = boxes([{"name": "features", "type": "Sequential", "inside": [{"name": "0"}]}])
    assert (found.shape, found.size, found.takes, len(found.inside)) == ("", "", "", 1)
