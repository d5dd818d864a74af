"""Initializers for types of layers that the network does not have."""

from __future__ import annotations

from tests.cases.case import Case

CASES = [
    Case("initializer_of_a_type_that_no_layer_has", "value", "Linaer: zeros_", "    layers:\n", "    initialize: {Linaer: zeros_}\n    layers:\n"),
]  # fmt: skip
