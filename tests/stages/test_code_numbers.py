"""The results of every stage on a small pipeline, as numbers, beside the number of its code.

A kept result counts as long as that number stays: who changes what a stage computes raises `CODE` in its
spec, and writes the numbers anew with UPDATE_GOLDEN=1.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.export.models import read_model
from cifar_pipe.report.charts import drawing
from cifar_pipe.runner.prepare import prepare
from cifar_pipe.runner.run import RunOptions, run
from cifar_pipe.stages.registry import STAGES
from tests.kit import RecordedEvents

HERE = Path(__file__).parent.parent / "golden" / "stages"
# What stages write beside results: how long they took, and what the machine has.
OF_THE_MACHINE = {"seconds", "images_per_second", "choices", "free_bytes"}


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """By stage type: what the stage has left."""
    folder = tmp_path_factory.mktemp("run")
    photos = folder / "photos"
    write_photos(photos)
    prepared = prepare(HERE / "pipeline.yaml", [f"predict_folder.root={photos}"], Findings())
    assert prepared is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(drawing.SWITCH)
        run(prepared, RunOptions(RecordedEvents(), run_dir=folder / "out"))
    found = {
        stage.type.name: dict(of_folder(folder / "out/stages" / stage.id))
        for stage in prepared.pipeline.stages
    }
    state = torch.load(folder / "out/net.pth", weights_only=True)
    found["save"]["net.pth"] = {name: summary(one.numpy()) for name, one in state.items()}
    goldens = read_model(folder / "out/net.safetensors").card.goldens
    found["export"]["goldens"] = [[*one.shape, *one.outputs] for one in goldens]
    # The charts on the page show what the others have measured.
    found["report"] = {
        "charts": sorted(path.name for path in (folder / "out/stages/report").iterdir())
    }
    return found


def write_photos(folder: Path) -> None:
    folder.mkdir()
    values = np.random.default_rng(3).integers(0, 256, (5, 40, 50, 3), dtype=np.uint8)
    for number, one in enumerate(values):
        Image.fromarray(one).save(folder / f"{number}.png")


def of_folder(folder: Path) -> Iterator[tuple[str, Any]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        match path.suffix:
            case ".json":
                yield name, results(json.loads(path.read_text()))
            case ".csv":
                rows = csv.reader(path.read_text().splitlines())
                yield name, [[number(cell) for cell in row] for row in rows]
            case ".png":
                yield name, summary(np.asarray(Image.open(path), dtype=np.float64))


def results(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: results(v) for k, v in value.items() if k not in OF_THE_MACHINE}
    return [results(one) for one in value] if isinstance(value, list) else value


def number(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell


def summary(values: np.ndarray[Any, Any]) -> list[float]:
    """Mean, spread, and a sum that sees the order."""
    flat = values.astype(np.float64).ravel()
    weights = np.cos(np.arange(flat.size))
    return [*values.shape, float(flat.mean()), float(flat.std()), float((flat * weights).mean())]


def golden() -> dict[str, Any]:
    return json.loads((HERE / "numbers.json").read_text())


def test_every_stage_has_its_numbers(numbers: dict[str, Any]) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        whole = {
            name: {"code": STAGES[name].spec.CODE, "numbers": numbers[name]} for name in STAGES
        }
        (HERE / "numbers.json").write_text(json.dumps(whole, indent=1) + "\n")
    assert numbers.keys() == STAGES.keys() == golden().keys()


@pytest.mark.parametrize("name", STAGES)
def test_the_results_of_a_stage_change_with_the_number_of_its_code(
    numbers: dict[str, Any], name: str
) -> None:
    """Rounding differs from machine to machine, and a few small steps let it grow."""
    kept = golden()[name]
    assert kept["code"] == STAGES[name].spec.CODE, "write the numbers anew with UPDATE_GOLDEN=1"
    differences = list(differing(kept["numbers"], json.loads(json.dumps(numbers[name]))))
    assert differences == [], f"raise CODE in the spec of {name}, if that is meant"


def differing(old: Any, new: Any, path: str = "") -> Iterator[str]:
    match old, new:
        case dict(), dict():
            for key in dict.fromkeys([*old, *new]):
                yield from differing(old.get(key), new.get(key), f"{path}/{key}")
        case list(), list() if len(old) == len(new):
            for index, (one, other) in enumerate(zip(old, new, strict=True)):
                yield from differing(one, other, f"{path}/{index}")
        case int() | float(), int() | float():
            if new != pytest.approx(old, rel=2e-3, abs=2e-5):
                yield f"{path}: {old} -> {new}"
        case _:
            if old != new:
                yield f"{path}: {old} -> {new}"


def test_a_difference_is_seen() -> None:
    assert [*differing({"a": [1, 2.0]}, {"a": [1, 2.0001]})] == []
    assert [*differing({"a": [1, 2.0]}, {"a": [1, 2.1]})] == ["/a/1: 2.0 -> 2.1"]
    assert [*differing({"a": "x"}, {"b": "x"})] == ["/a: x -> None", "/b: None -> x"]
