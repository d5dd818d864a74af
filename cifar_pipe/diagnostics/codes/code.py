"""What a code is, and the pipeline that the codes' examples are laid over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BASE_NAME = "base.yaml"
BASE = """\
version: 1
stages:
  load_data:
    dataset: {type: Shapes, train: 40, test: 20}
    transforms: [ToTensor]
    batch_size: 4
  build_model:
    layers:
      - {type: Conv2d, out_channels: 6, kernel_size: 5}
      - ReLU
      - Flatten
      - {type: Linear, out_features: 10}
  train:
    epochs: 1
    loss: CrossEntropyLoss
    optimizer: {type: SGD, lr: 0.1}
  evaluate: {}
"""
"""The pipeline that every example is laid over."""


@dataclass(frozen=True, slots=True)
class Code:
    """`example` is laid over BASE, with `overrides` (`-S`), and then has a finding of this code.

    Without an example nothing that is written in a pipeline gives it. An example that does not say itself what it `extends` extends BASE_NAME. `other_torch` marks
    what only another version of PyTorch gives; `memory` is the size given to `--memory`. A pipeline
    with a `warning` can be run. `images` are the image files that the example is about, and `texts` other
    files with what is in them; it is checked with `--data`.
    """

    summary: str
    cause: str
    example: str
    fix: str
    overrides: tuple[str, ...] = ()
    other_torch: bool = False
    memory: str | None = None
    warning: bool = False
    images: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
