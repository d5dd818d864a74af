"""Samplers that do not fit the data."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import BATCH


def _with(sampler: str) -> tuple[str, str]:
    return BATCH, f"{BATCH}\n    sampler: {{type: WeightedRandomSampler, {sampler}}}"


CASES = [
    Case("weights_of_two_classes", "classes", "weights: [1, 2]", *_with("weights: [1, 2]")),
    Case("more_than_there_are", "data", "num_samples: 100", *_with("num_samples: 100, replacement: false")),
]  # fmt: skip
