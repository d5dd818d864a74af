"""Why a stage runs, in words."""

from __future__ import annotations

from typing import Any

import pytest

from cifar_pipe.runner.store.reasons import first_difference

WHOLE: dict[str, Any] = {
    "type": "train",
    "code": 1,
    "settings": {
        "epochs": 2,
        "optimizer": {"type": "SGD", "lr": 0.001},
        "layers": [{"type": "Linear", "id": "fc1", "out_features": 10}, {"type": "ReLU"}],
    },
    "inputs": {"data": "d", "model": "m"},
    "external": "",
    "seed": 1,
    "runtime": {},
}


def settings(**changes: Any) -> dict[str, Any]:
    return {**WHOLE, "settings": {**WHOLE["settings"], **changes}}


def test_nothing_differs() -> None:
    assert first_difference(WHOLE, WHOLE) is None


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (settings(epochs=4), "epochs 2 -> 4"),
        (settings(fold={"number": 1, "of": 5}), "fold (default) -> {number: 1, of: 5}"),
        ({**WHOLE, "packages": {"mine": "other"}}, "the code of mine changed"),
        (settings(optimizer={"type": "SGD", "lr": 0.01}), "optimizer.lr 0.001 -> 0.01"),
        (settings(optimizer={"type": "SGD"}), "optimizer.lr 0.001 -> (default)"),
        (settings(optimizer={"type": "Adam"}), "optimizer SGD -> Adam"),
        (settings(shuffle=False), "shuffle (default) -> false"),
        (settings(averaging={"type": "EMA", "decay": 0.9}), "averaging (default) -> EMA"),
        (settings(title="x" * 50), f"title (default) -> {'x' * 39}…"),
        (
            settings(
                layers=[{"type": "Linear", "id": "fc1", "out_features": 12}, {"type": "ReLU"}]
            ),
            "layers.fc1.out_features 10 -> 12",
        ),
        (
            settings(layers=[WHOLE["settings"]["layers"][0], {"type": "GELU"}]),
            "layers.1 ReLU -> GELU",
        ),
        (settings(layers=[{"type": "ReLU"}]), "layers [Linear, ReLU] -> [ReLU]"),
        ({**WHOLE, "runtime": {"precision": "bfloat16"}}, "precision (default) -> bfloat16"),
        ({**WHOLE, "seed": 2}, "its seed changed"),
        ({**WHOLE, "external": "x"}, "what it reads from disk changed"),
        ({**WHOLE, "inputs": {"data": "d", "model": "n"}}, "its model changed"),
        ({**WHOLE, "inputs": {"data": "d"}}, "its inputs changed"),
        ({**WHOLE, "code": 2}, "cifar-pipe's code of it changed: 1 -> 2"),
        ({**WHOLE, "type": "load"}, "its type changed: train -> load"),
    ],
)
def test_the_first_difference_is_told(now: dict[str, Any], words: str) -> None:
    assert first_difference(WHOLE, now) == words


def test_settings_come_before_what_follows_from_them() -> None:
    now = {**settings(epochs=4), "seed": 2, "inputs": {"data": "e", "model": "n"}}
    assert first_difference(WHOLE, now) == "epochs 2 -> 4"


@pytest.mark.parametrize(
    "before", [{}, {"type": "train"}, {"type": "train", "settings": {"epochs": 2}}]
)
def test_what_an_older_version_has_left_is_no_reason_to_stop(before: dict[str, Any]) -> None:
    assert first_difference(before, WHOLE) is not None
