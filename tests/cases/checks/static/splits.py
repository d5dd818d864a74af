"""The validation split."""

from __future__ import annotations

from tests.cases.case import Case

CASES = [
    Case("monitor_without_validation", "monitor", "monitor: val_loss", "log_every: 5", "monitor: val_loss"),
    Case("validation_split_is_not_there", "data", "split: val", "evaluate: {split: test", "evaluate: {split: val"),
]  # fmt: skip
