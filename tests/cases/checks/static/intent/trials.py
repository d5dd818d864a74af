"""Stages that try settings out, for a training that is another."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import small

LOSS = "loss: CrossEntropyLoss"
SGD = "optimizer: {type: SGD, lr: 0.1}"


def _tries(name: str, code: str, words: str, settings: str, stage: str = "find_lr") -> Case:
    return Case(name, code, words, new=small(f"{stage}: {{{settings}}}"))


CASES = [
    _tries("find_lr_for_no_training", "unknown-stage", "for_stage: trian", f"for_stage: trian, {LOSS}, {SGD}"),
    _tries("find_lr_for_another_optimizer", "unusual", "AdamW", f"{LOSS}, optimizer: {{type: AdamW, lr: 0.1}}"),
    _tries("find_lr_for_another_loss", "unusual", "loss: FocalLoss", f"loss: FocalLoss, {SGD}"),
]  # fmt: skip
