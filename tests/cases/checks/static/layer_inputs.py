"""Inputs by id, and joins."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import FLATTEN, after_flatten

CASES = [
    Case("input_names_no_layer", "input", "flat", FLATTEN, "      - {type: Flatten, input: flat}\n"),
    Case("sum_of_one", "input", "input: [conv1]", FLATTEN, "      - {type: Add, input: [conv1]}\n      - Flatten\n"),
    Case("join_without_inputs", "input", "Add", *after_flatten("Add")),
    Case("input_misspelt", "input", "conv3", *after_flatten("{type: Add, input: [conv1, conv3]}")),
    Case("input_from_below", "input", "fc1", *after_flatten("{type: ReLU, input: fc1}")),
    Case("two_inputs_for_one", "input", "input: [conv1, conv2]", *after_flatten("{type: ReLU, input: [conv1, conv2]}")),
    Case("shared_layer_is_not_there", "input", "conv9", *after_flatten("{type: Shared, of: conv9}")),
]  # fmt: skip
