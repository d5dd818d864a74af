"""Trackers that are there twice; a missing package is in tests/checks/static/intent/test_trackers.py."""

from __future__ import annotations

from tests.cases.case import Case

CASES = [
    Case("tracker_twice", "no-effect", "CSV", "version: 1\n", "version: 1\ntrackers: [TensorBoard, {type: CSV}, CSV]\n"),
]  # fmt: skip
