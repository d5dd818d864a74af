"""A run directory as the stages and the runner leave it, made up but consistent in itself."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch

from cifar_pipe.model.planning.shapes import check
from cifar_pipe.report.charts.chart import Chart
from cifar_pipe.report.charts.drawing import Drawings
from cifar_pipe.report.page import render, undrawn
from cifar_pipe.report.pictures import image_row
from tests.kit import LENET

CIFAR10 = ("plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

PIPELINE = """\
# LeNet on CIFAR-10, the 60-minute tutorial's classifier.
version: 1
name: cifar10_lenet
description: The 60-minute tutorial's classifier, LeNet on CIFAR-10, as data.
seed: 0
runtime: {device: auto}            # cuda:0 where there is one, else mps, else cpu

stages:
  load_data:
    dataset: {type: CIFAR10, root: data, download: true, stand_in: Shapes}
    transforms:
      - ToTensor
      - {type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}
    batch_size: 4
  show_images: {split: train, count: 4}
  build_model:
    layers:
      - {type: Conv2d, out_channels: 6, kernel_size: 5, id: conv1}
      - ReLU
      - {type: Linear, out_features: 10, id: fc3}
  train:
    epochs: 2
    loss: CrossEntropyLoss
    optimizer: {type: SGD, lr: 0.001, momentum: 0.9}
    log_every: 2000
  save: {path: cifar_net.pth}
  predict: {split: test, count: 4}
  evaluate: {split: test, metrics: [accuracy, per_class_accuracy, confusion_matrix]}
  report: {}
"""

Images = Callable[[int], torch.Tensor]


def blots(count: int) -> torch.Tensor:
    """uint8 images `[count, 3, 32, 32]`: smooth fields of colour."""
    generator = torch.Generator().manual_seed(count)
    coarse = torch.rand(count, 3, 4, 4, generator=generator)
    fine = torch.nn.functional.interpolate(coarse, size=32, mode="bilinear")
    return (fine * 255).to(torch.uint8)


def write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")


def write_data(
    folder: Path, classes: Sequence[str], *, stand_in: bool, val: bool
) -> dict[str, Any]:
    sizes = {"train": 45000, "val": 5000, "test": 10000} if val else {"train": 50000, "test": 10000}
    data: dict[str, Any] = {
        "dataset": "Shapes" if stand_in else "CIFAR10",
        "stand_in": stand_in,
        "image_shape": [3, 32, 32],
        "classes": list(classes),
        **sizes,
        "per_class": {
            split: dict.fromkeys(classes, size // len(classes)) for split, size in sizes.items()
        },
    }
    if stand_in:
        data["stand_in_for"] = "CIFAR10"
    write_json(folder / "data.json", data)
    return data


def write_model(folder: Path) -> None:
    rows = check(LENET, (3, 32, 32))
    write_json(folder / "layers.json", [asdict(row) for row in rows])
    lines = [f"  ({row.name}): {row.type}()" for row in rows]
    (folder / "network.txt").write_text("\n".join(["Network(", *lines, ")", ""]))


def log_rows(stage: str, *, epochs: int, steps: int, every: int, val: bool) -> list[dict[str, Any]]:
    """What a training records; `steps` are those of one epoch."""
    noise = random.Random(stage)
    rows = []
    for step in range(1, epochs * steps + 1):
        epoch = (step - 1) // steps + 1
        if step % every == 0:
            loss = 1.13 + 1.1 * math.exp(-step / (epochs * steps) * 3.5) + noise.gauss(0, 0.015)
            lr = 0.1 * (1 + math.cos(math.pi * step / (epochs * steps))) / 2 if val else 0.001
            shown = {"loss": loss, "lr": lr, "images_per_second": 5100.0, "seconds": step * 0.0008}
            rows.append({"stage": stage, "epoch": epoch, "step": step, **shown})
        if val and step % steps == 0:
            share = 0.72 - 0.5 * math.exp(-epoch / epochs * 4) + noise.gauss(0, 0.01)
            shown = {"val_loss": 2.3 - 1.4 * share, "val_accuracy": share}
            rows.append({"stage": stage, "epoch": epoch, "step": step, **shown})
    return rows


def confusion(classes: Sequence[str], images: int) -> list[list[int]]:
    noise = random.Random(len(classes))
    matrix = []
    for index in range(len(classes)):
        right = round(images * (0.35 + 0.4 * noise.random()))
        weights = [noise.random() ** 3 * (other != index) for other in range(len(classes))]
        scale = (images - right) / sum(weights)
        row = [int(weight * scale) for weight in weights]
        row[index] = images - sum(row)
        matrix.append(row)
    return matrix


def write_evaluation(
    folder: Path, classes: Sequence[str], split: str, images: int
) -> dict[str, Any]:
    counts = confusion(classes, images // len(classes))
    per_class = {name: counts[i][i] / sum(counts[i]) for i, name in enumerate(classes)}
    metrics = {
        "split": split,
        "images": images,
        "loss": 1.2743,
        "accuracy": sum(counts[i][i] for i in range(len(classes))) / sum(map(sum, counts)),
        "per_class_accuracy": per_class,
    }
    write_json(folder / "metrics.json", metrics)
    lines = [["", *classes], *([name, *row] for name, row in zip(classes, counts, strict=True))]
    quoted = (",".join('"' + str(cell).replace('"', '""') + '"' for cell in line) for line in lines)
    (folder / "confusion_matrix.csv").write_text("\n".join(quoted) + "\n", encoding="utf-8")
    return metrics


def write_predictions(folder: Path, classes: Sequence[str], images: torch.Tensor) -> None:
    rows = []
    for index in range(len(images)):
        label, predicted = classes[index % len(classes)], classes[index // 2 * 2 % len(classes)]
        share = 0.9 - 0.11 * index
        rows.append({"index": index, "label": label, "predicted": predicted, "probability": share})
    captions = [f"{r['predicted']} {r['probability'] * 100:.0f} %\nis {r['label']}" for r in rows]
    marks = [row["label"] == row["predicted"] for row in rows]
    write_json(folder / "predictions.json", rows)
    (folder / "predictions.png").write_bytes(image_row(images, captions, marks=marks))


def fabricate(
    run_dir: Path,
    *,
    classes: Sequence[str] = CIFAR10,
    stand_in: bool = False,
    val: bool = False,
    epochs: int = 2,
    steps: int = 12500,
    every: int = 2000,
    status: str = "done",
    images: Images = blots,
    pipeline: str = PIPELINE,
) -> Path:
    """A whole run of the tutorial's pipeline in `run_dir`."""
    stages = run_dir / "stages"
    data = write_data(stages / "load_data", classes, stand_in=stand_in, val=val)
    write_model(stages / "build_model")
    labels = [classes[i % len(classes)] for i in range(4)]
    write_json(stages / "show_images" / "images.json", {"split": "train", "labels": labels})
    (stages / "show_images" / "images.png").write_bytes(image_row(images(4), labels))
    rows = log_rows("train", epochs=epochs, steps=steps, every=every, val=val)
    (run_dir / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    history = {
        "epochs": epochs,
        "steps": epochs * steps,
        "seconds": 37.4,
        "images_per_second": 2674.0,
    }
    best = {"best": {"epoch": epochs, "metric": "val_accuracy", "value": 0.7134}} if val else {}
    write_json(stages / "train" / "history.json", {**history, **best})
    write_predictions(stages / "predict", classes, images(4))
    metrics = write_evaluation(stages / "evaluate", classes, "test", 10000)
    took = {
        "load_data": 1.92, "show_images": 0.08, "build_model": 0.02, "train": 37.6,
        "save": 0.01, "predict": 0.09, "evaluate": 2.31, "report": 0.31,
    }  # fmt: skip
    stages_of_run: dict[str, Any] = {
        name: {"type": name, "status": "ran", "seconds": s} for name, s in took.items()
    }
    (run_dir / "pipeline.yaml").write_text(pipeline, encoding="utf-8")
    (run_dir / "resolved.yaml").write_text(pipeline, encoding="utf-8")
    run = {
        "status": status,
        "name": "cifar10_lenet",
        "description": "The 60-minute tutorial's classifier, LeNet on CIFAR-10, as data.",
        "pipeline": "pipelines/cifar10_lenet.yaml",
        "command": "cifar-pipe run pipelines/cifar10_lenet.yaml -S seed=0",
        "started": "2026-11-20T14:03:11+01:00",
        "ended": "2026-11-20T14:03:54+01:00",
        "seconds": 42.4,
        "versions": {
            "cifar_pipe": "0.1.0",
            "python": "3.11.9",
            "torch": "2.14.1",
            "torchvision": "0.29.1",
        },
        "platform": "Linux-6.1.0-x86_64-with-glibc2.36",
        "processor": "a processor @ 2.80GHz",
        "cpus": 2,
        "device": "cpu",
        "device_name": None,
        "engine": "compiled",
        "threads": 1,
        "seed": 0,
        "git_commit": "0b1f9f4c1f0f3a2c4d5e6f708192a3b4c5d6e7f8",
        "data": data,
        "stages": stages_of_run,
        "metrics": {"evaluate": metrics},
    }
    write_json(run_dir / "run.json", run)
    return run_dir


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    return fabricate(tmp_path / "run")


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Path]:
    return lambda **how: fabricate(tmp_path / "run", **how)


def charts(run_dir: Path) -> dict[str, Chart]:
    """Those of the run's page, by the names of their picture files."""
    found: dict[str, Chart] = {}

    def draw(shown: Mapping[str, Chart]) -> Callable[[], Drawings]:
        found.update(shown)
        return undrawn(shown)

    render(run_dir, draw=draw)
    return found
