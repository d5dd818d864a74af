"""Networks that are used before their training."""

from __future__ import annotations

from tests.cases.case import Case

CASES = [
    Case("predicted_before_the_training", "untrained", "predict=null", "  train:\n", "  early: {type: predict}\n  train:\n", overrides=("predict=null",)),
]  # fmt: skip
