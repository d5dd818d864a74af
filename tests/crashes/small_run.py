"""The run that is killed again and again: every kind of stage, in half a second."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

# Ten images, two epochs of three steps, a checkpoint after each.
PIPELINE = """\
version: 1
name: small
seed: 3
runtime: {device: cpu, threads: 1}
stages:
  load_data:
    dataset: {type: Shapes, train: 10, test: 4, image_shape: [3, 8, 8]}
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
      - {type: Linear, out_features: 10}
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
    """With the pipeline alone; in memory where that can be had, as a kill takes nothing from there."""
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="cifar-pipe-", dir=place))
    (folder / FILE).write_text(text)
    return folder


def call(*arguments: str) -> int:
    """The exit status of `cifar-pipe` with the arguments, in this process."""
    from cifar_pipe.__main__ import main

    sys.argv = ["cifar-pipe", *arguments]
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
