"""Models that cannot be exported as it is asked for."""

from __future__ import annotations

from tests.cases.case import BASE, Case
from tests.cases.edits import SAVE, TENSOR

NEAREST = "{type: Resize, size: [32, 32], interpolation: nearest}"
EXPORT = BASE.replace(SAVE, "export: {path: net.onnx}")

CASES = [
    Case("transform_outside_of_graphs", "export", "path: net.onnx", new=EXPORT.replace(TENSOR, f"      - {NEAREST}\n{TENSOR}")),
]  # fmt: skip
