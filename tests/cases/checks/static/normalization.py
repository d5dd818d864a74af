"""Normalize with statistics of another range of values."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import NORMALIZE, TENSOR

CASES = [
    Case("statistics_of_bytes", "value-range", "mean: [125.3, 123.0, 113.9]", NORMALIZE, "{type: Normalize, mean: [125.3, 123.0, 113.9], std: [63.0, 62.1, 66.7]}"),
    Case("statistics_of_floats_for_bytes", "value-range", "mean: [0.5, 0.5, 0.5]", "      - ToTensor\n", "      - {type: ToDtype, dtype: float32}\n"),
    Case("normalised_twice", "value-range", "Normalize", TENSOR, f"{TENSOR}      - {NORMALIZE}\n"),
]  # fmt: skip
