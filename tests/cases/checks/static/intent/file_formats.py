"""Files under the names of other formats."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import SAVE

CASES = [
    Case("weights_as_onnx", "file-format", "path: net.onnx", SAVE, "save: {path: net.onnx}"),
    Case("weights_of_keras", "file-format", "path: out/net.H5", SAVE, "save: {path: out/net.H5}"),
    Case("safetensors_misspelt", "file-format", "path: net.safetensor", SAVE, "save: {path: net.safetensor}"),
    Case("report_as_pdf", "file-format", "path: report.pdf", "report: {}", "report: {path: report.pdf}"),
    Case("report_without_an_ending", "file-format", "path: report", "report: {}", "report: {path: report}"),
]  # fmt: skip
