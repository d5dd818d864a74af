"""What a stage inspect cannot look at."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import small

CASES = [
    Case("inspected_without_parameters", "value", "inspect", new=small("net: {type: build_model, layers: [Flatten]}", "inspect: {}")),
    Case("inspected_all_frozen", "value", "inspect", new=small("net: {type: build_model, layers: [Flatten, {type: Linear, out_features: 2, trainable: false}]}", "inspect: {}")),
    Case("inspected_single_image_of_the_data", "shape", "batch_size: 1", new=small("inspect: {input: data, batch_size: 1}", layers="Flatten, BatchNorm1d, {type: Linear, out_features: 10}")),
]  # fmt: skip
