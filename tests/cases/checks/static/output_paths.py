"""Files that two stages write."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import SAVE

CASES = [
    Case("saved_over_the_report", "path", "report", SAVE, "save: {path: report.html}"),
    Case("saved_twice", "path", "path: ./cifar_net.pth", "report: {}", "again: {type: save, path: ./cifar_net.pth}"),
    Case("saved_into_a_file", "path", "path: cifar_net.pth/x.pth", "report: {}", "again: {type: save, path: cifar_net.pth/x.pth}"),
]  # fmt: skip
