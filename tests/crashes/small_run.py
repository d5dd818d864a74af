"""The run that is killed again and again: every kind of stage, in half a second."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

# Ten images, two epochs of three steps, a checkpoint after each.
PIPELINE = """\
version: 1
name: small
seed: 3
runtime: {device: cpu, threads: 1}
stages:
  load_data:
    dataset: {type: ImageFolder, root: images}
    validation_split: 0.2
    transforms: [RandomHorizontalFlip, ToTensor]
    batch_size: 3
  show_images: {count: 2}
  build_model:
    layers:
      - {type: Conv2d, out_channels: 2, kernel_size: 3}
      - BatchNorm2d
      - ReLU
      - Flatten
      - Dropout
      - {type: Linear, out_features: 2}
  train:
    epochs: 2
    loss: CrossEntropyLoss
    optimizer: {type: SGD, lr: 0.01, momentum: 0.9}
    monitor: val_loss
    log_every: 1
    checkpoint: {steps: 1}
  save: {path: net.pth}
  predict: {count: 2}
  evaluate: {metrics: [accuracy, confusion_matrix]}
  report: {}
"""
FILE = "pipeline.yaml"
OUT = "out"
COMMAND = ("run", FILE, "--run-dir", OUT)


def new_folder(text: str = PIPELINE) -> Path:
    """With the pipeline and its images alone; in memory where that can be had, as a kill takes nothing from there."""
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="cifar-pipe-", dir=place))
    write_small_run(folder, text)
    return folder


def write_small_run(folder: Path, text: str = PIPELINE) -> None:
    (folder / FILE).write_text(text)
    drawn = np.random.default_rng(0)
    for split, count in (("train", 5), ("test", 2)):
        for name in ("dark", "light"):
            (folder / "images" / split / name).mkdir(parents=True)
            for number in range(count):
                pixels = drawn.integers(0, 256, (8, 8, 3), dtype=np.uint8)
                path = folder / "images" / split / name / f"{number}.png"
                Image.fromarray(pixels).save(path)


def call(*arguments: str) -> int:
    """The exit status of `cifar-pipe` with the arguments, in this process."""
    from cifar_pipe.__main__ import main

    sys.argv = ["cifar-pipe", *arguments]
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
