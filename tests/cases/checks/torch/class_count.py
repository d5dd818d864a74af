"""Networks with another number of outputs than classes."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import FC3, FLATTEN, override, with_base

CASES = [
    Case("octal_of_old_yaml_is_decimal", "classes", "out_features: 012", "out_features: 10, id", "out_features: 012, id"),
    with_base("base_made_wrong_by_the_file_above", "classes", "num_classes: 4", "seed: 0", "seed: 0", text="stages: {load_data: {dataset: {num_classes: 4}}}\n"),
    override("classes_of_an_override", "classes", "num_classes=5", "load_data.dataset.num_classes=5"),
    Case("no_classifier", "classes", "out_features: 84", "      - ReLU\n" + FC3, "      - ReLU\n"),
    Case("network_ends_with_an_image", "shape", "MaxPool2d", FLATTEN + "      - {type: Linear, out_features: 120, id: fc1}\n      - ReLU\n      - {type: Linear, out_features: 84, id: fc2}\n      - ReLU\n" + FC3, ""),
    Case("network_of_a_thousand_classes", "classes", "resnet18", overrides=("build_model.layers=[resnet18]",)),
]  # fmt: skip
