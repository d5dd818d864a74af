"""Weights that are saved of one network and loaded into another."""

from __future__ import annotations

from tests.cases.case import Case

OTHER = "other: {type: build_model, layers: [Flatten, {type: Linear, out_features: 10}]}"

CASES = [
    Case("saved_of_another_network", "weights", "load", "report: {}", f"{OTHER}\n  load: {{}}\n  again: {{type: evaluate}}\n  look: {{type: inspect, from: {{model: other}}}}"),
]  # fmt: skip
