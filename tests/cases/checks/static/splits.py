"""The validation split."""

from __future__ import annotations

from tests.cases.case import BASE, Case
from tests.cases.edits import OPTIMIZER

MONITORED = BASE.replace("batch_size: 4", "batch_size: 4\n    validation_split: 0.5").replace(
    "log_every: 5", "monitor: val_loss"
)

CASES = [
    Case("monitor_without_validation", "monitor", "monitor: val_loss", "log_every: 5", "monitor: val_loss"),
    Case("validation_split_that_an_override_takes_away", "monitor", "validation_split=null", new=MONITORED, overrides=("load_data.validation_split=null",)),
    Case("validation_split_is_not_there", "data", "split: val", "evaluate: {split: test", "evaluate: {split: val"),
    Case("samples_of_a_validation_split_that_is_not_there", "data", "split: val", OPTIMIZER, f"{OPTIMIZER}    callbacks: [{{type: SamplePredictions, split: val}}]\n"),
]  # fmt: skip
