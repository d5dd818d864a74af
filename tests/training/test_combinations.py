"""Any two settings of a training go together, or a finding says before the run that they do not."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
import yaml

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.runner.prepare import prepare
from cifar_pipe.runner.run import RunOptions, run
from tests.kit import RecordedEvents

ATTENTION = {
    "type": "TransformerEncoderLayer",
    "nhead": 2,
    "dim_feedforward": 8,
}
SGD = {"type": "SGD", "lr": 0.01, "momentum": 0.9}
# A setting has one value of its row at a time; None leaves it out.
SETTINGS: Mapping[str, list[Any]] = {
    "optimizer": [
        SGD,
        {"type": "AdamW", "lr": 0.001},
        {"type": "LBFGS", "lr": 0.1, "max_iter": 2},
        {"type": "GradientDescent", "lr": 0.01},
        {"type": "AdamW", "lr": 0.001, "eps": 0.0001, "layer_decay": 0.75},
    ],
    "loss": [
        "CrossEntropyLoss",
        {"type": "CrossEntropyLoss", "weight": "balanced"},
        {"type": "CrossEntropyLoss", "reduction": "sum"},
        {"type": "CrossEntropyLoss", "ignore_index": 0},
        "FocalLoss",
        "NLLLoss",
        "BCEWithLogitsLoss",
        "MSELoss",
    ],
    "scheduler": [
        None,
        {"type": "StepLR", "step_size": 1},
        {"type": "OneCycleLR", "max_lr": 0.01},
        "ReduceLROnPlateau",
    ],
    "averaging": [
        None,
        {"type": "EMA", "decay": 0.9},
        {"type": "SWA", "start": 1},
        {"type": "SWA", "start": 1, "lr": 0.005},
    ],
    "callbacks": [None, [{"type": "EarlyStopping", "patience": 1}], [{"type": "TimeLimit", "minutes": 1}]],
    "length": [{"epochs": 1}, {"steps": 3}],
    "accumulate": [None, 2, 3],
    "trainable": [None, ["*.weight"]],
    "clipping": [{}, {"clip_grad_norm": 0.1}, {"clip_grad_value": 0.1}],
    "best": [{}, {"monitor": "val_loss"}, {"monitor": "val_accuracy", "restore_best": True}],
    "precision": ["float32", "tf32", "bfloat16", "float16", "bfloat16-true", "float16-true"],
    "memory_format": ["contiguous", "channels_last"],
    "sampler": [
        None,
        "WeightedRandomSampler",
        {"type": "WeightedRandomSampler", "num_samples": 15},
        "RepeatAugSampler",
    ],
    "mixing": [None, "MixUp", "CutMix"],
    # Of 12 images, 5 leave a last batch of 2, and 11 one of a single image.
    "network": [
        ["BatchNorm2d", "ReLU", {"type": "Dropout", "p": 0.2}, "Flatten"],
        ["Flatten", "LayerNorm"],
        ["Flatten", {"type": "Unflatten", "dim": 1, "unflattened_size": [8, -1]}, ATTENTION, "Flatten"],
        ["ReLU", "Flatten", "BatchNorm1d", "ReLU"],
    ],
    "batch_size": [4, 5, 11],
    "drop_last": [False, True],
}  # fmt: skip
# Pairs that are findings: values of one setting with values of another.
PLATEAU, ONE_CYCLE = "ReduceLROnPlateau", {"type": "OneCycleLR", "max_lr": 0.01}
MIXING = SETTINGS["mixing"][1:]
ADAMW, LBFGS, GRADIENT_DESCENT, DECAYED = SETTINGS["optimizer"][1:]
CLASHES = [
    ("optimizer", [LBFGS], "accumulate", [2, 3]),
    ("optimizer", [LBFGS], "clipping", SETTINGS["clipping"][1:]),
    ("optimizer", [LBFGS], "precision", ["float16"]),
    ("optimizer", [LBFGS, GRADIENT_DESCENT, DECAYED], "scheduler", [ONE_CYCLE]),
    ("optimizer", [ADAMW], "precision", ["float16-true"]),
    ("loss", ["FocalLoss", "NLLLoss"], "mixing", MIXING),
    ("loss", SETTINGS["loss"][3:4], "mixing", MIXING),
    ("scheduler", [PLATEAU], "best", [{}]),
    ("callbacks", SETTINGS["callbacks"][1:2], "best", [{}]),
    ("network", SETTINGS["network"][3:], "batch_size", [11]),
]
Place = tuple[str, int]
Pair = tuple[Place, Place]


def pairs(settings: Mapping[str, list[Any]]) -> set[Pair]:
    """Every value with every one of another setting, as places in the lists, in their order."""
    return {
        ((one, i), (other, j))
        for one, other in combinations(settings, 2)
        for i, j in product(range(len(settings[one])), range(len(settings[other])))
    }


def clashing() -> set[Pair]:
    found = set()
    for one, its, other, with_these in CLASHES:
        for first, second in product(its, with_these):
            places = (one, SETTINGS[one].index(first)), (other, SETTINGS[other].index(second))
            found |= {places, places[::-1]}
    return found & pairs(SETTINGS)


def pairwise(settings: Mapping[str, list[Any]], clashes: set[Pair]) -> Iterator[dict[str, int]]:
    """Rows of places that together hold every pair without a clash: greedily few."""
    missing = pairs(settings) - clashes
    while missing:
        row = dict(min(missing))
        for name in settings:
            if name not in row:
                places = [(name, value) for value in range(len(settings[name]))]
                fitting = [one for one in places if not clashes & _with(row, one)]
                row |= [max(fitting, key=lambda one: len(missing & _with(row, one)))]
        missing -= set(combinations([(name, row[name]) for name in settings], 2))
        yield row


def _with(row: Mapping[str, int], place: Place) -> set[Pair]:
    """The pairs of a place with those of a row, either way round."""
    return {pair for one in row.items() for pair in ((one, place), (place, one))}


def values(row: Mapping[str, int]) -> dict[str, Any]:
    return {name: SETTINGS[name][at] for name, at in row.items()}


ROWS = [values(row) for row in pairwise(SETTINGS, clashing())]
USUAL = {**{name: its[0] for name, its in SETTINGS.items()}, "best": {"monitor": "val_loss"}}


def pipeline(row: Mapping[str, Any]) -> dict[str, Any]:
    loss = row["loss"]
    layers: list[Any] = [
        {"type": "Conv2d", "out_channels": 4, "kernel_size": 3},
        *row["network"],
        {"type": "Linear", "out_features": 3},
        *([{"type": "LogSoftmax", "dim": 1}] if loss == "NLLLoss" else []),
    ]
    shapes = {"type": "Shapes", "image_shape": [3, 8, 8], "num_classes": 3, "train": 16, "test": 4}
    load = {
        "dataset": shapes,
        "validation_split": 0.25,
        "transforms": {"train": ["ToTensor", row["mixing"] or "ToTensor"], "test": ["ToTensor"]},
        **{key: row[key] for key in ("batch_size", "drop_last")},
        **({"sampler": row["sampler"]} if row["sampler"] else {}),
    }
    train = {
        **row["length"],
        **row["clipping"],
        **row["best"],
        **{key: row[key] for key in ("loss", "optimizer")},
        **{key: row[key] for key in ("scheduler", "averaging", "callbacks", "accumulate", "trainable") if row[key]},
    }  # fmt: skip
    if not row["mixing"]:
        load["transforms"] = ["ToTensor"]
    runtime = {"device": "cpu", "threads": 1}
    return {
        "version": 1,
        "runtime": runtime | {key: row[key] for key in ("precision", "memory_format")},
        "stages": {
            "load_data": load,
            "build_model": {"layers": layers},
            "find_lr": {"steps": 10, "start_lr": 0.0001, "end_lr": 0.01, **_tried(train)},
            "train": train,
            "evaluate": {"split": "test"},
        },
    }


def _tried(train: Mapping[str, Any]) -> dict[str, Any]:
    shared = ("loss", "optimizer", "accumulate", "clip_grad_norm", "clip_grad_value")
    return {key: train[key] for key in shared if key in train}


def test_every_pair_of_values_is_in_a_row() -> None:
    letters = {"a": [0, 1], "b": [0, 1, 2], "c": [0, 1]}
    clash = ("a", 1), ("b", 2)
    rows = list(pairwise(letters, {clash}))
    held = {pair for row in rows for pair in combinations(sorted(row.items()), 2)}
    assert held == pairs(letters) - {clash}
    assert len(rows) < 9


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_what_goes_together_runs(row: Mapping[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "it.yaml"
    path.write_text(yaml.safe_dump(pipeline(row), sort_keys=False))
    findings, events = Findings(), RecordedEvents()
    prepared = prepare(path, [], findings)
    assert prepared is not None, [one.message for one in findings.sorted()]
    run(prepared, RunOptions(events, tmp_path / "out"))
    state = json.loads((tmp_path / "out/run.json").read_text())
    losses = [row["loss"] for row in events_of(tmp_path / "out") if "loss" in row]
    assert losses
    assert all(map(math.isfinite, losses))
    assert state["precision"] == row["precision"]
    assert 0 <= state["metrics"]["evaluate"]["accuracy"] <= 1


@pytest.mark.parametrize("pair", sorted(clashing()))
def test_what_clashes_is_a_finding(pair: Pair, tmp_path: Path) -> None:
    path = tmp_path / "it.yaml"
    row = USUAL | values(dict(pair))
    path.write_text(yaml.safe_dump(pipeline(row), sort_keys=False))
    findings = Findings()
    assert prepare(path, [], findings) is None
    assert findings


def events_of(run_dir: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run_dir / "metrics.jsonl").read_text().splitlines()]
