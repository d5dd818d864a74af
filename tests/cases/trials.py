"""Settings of the stages that try settings out."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import small

BOTH = "loss: CrossEntropyLoss, optimizer: {type: SGD, lr: 0.1}"


def _tries(name: str, code: str, words: str, *, stage: str = "find_lr", more: str = "") -> Case:
    return Case(name, code, words, new=small(f"{stage}: {{{BOTH}, {more}{words}}}"))


CASES = [
    _tries("find_lr_downwards", "value", "end_lr: 0.1", more="start_lr: 1, "),
    _tries("find_lr_in_one_step", "value", "steps: 1"),
    _tries("find_lr_smoothed_away", "type", "smoothing: 1"),
    _tries("find_lr_ends_at_once", "type", "early_stop_threshold: 0.5"),
    _tries("find_batch_size_of_one", "type", "max_batch_size: 1", stage="find_batch_size"),
    _tries("find_batch_size_of_nothing", "value", "effective_batch_size: 0", stage="find_batch_size"),
    Case("find_batch_size_accumulates", "unknown-key", "accumulate", new=small(f"find_batch_size: {{{BOTH}, accumulate: 2}}")),
]  # fmt: skip
