"""Components: names, arguments, what they refuse."""

from __future__ import annotations

from tests.cases.case import Case

SGD = "{type: SGD, lr: 0.001, momentum: 0.9}"
SHAPES = "{type: Shapes, train: 40, test: 20}"
FLATTEN = "      - Flatten\n"

CASES = [
    Case("name_in_lower_case", "unknown-component", "relu", "      - ReLU", "      - relu"),
    Case("name_of_another_tool", "unknown-component", "Dense", "{type: Linear, out_features: 120", "{type: Dense, out_features: 120"),
    Case("name_of_a_one_dimensional_layer", "shape", "Conv1d", "{type: Conv2d, out_channels: 6", "{type: Conv1d, out_channels: 6"),
    Case("layer_that_is_left_out", "left-out", "GRU", "      - Flatten\n", "      - {type: GRU, hidden_size: 8}\n"),
    Case("type_as_number", "type", "3", "{type: Conv2d, out_channels: 6", "{type: 3, out_channels: 6"),
    Case("layer_as_number", "component", "7", FLATTEN, "      - 7\n"),
    Case("layer_as_list", "component", "[ReLU]", FLATTEN, "      - [ReLU]\n"),
    Case("layer_as_call", "unknown-component", "ReLU()", FLATTEN, "      - ReLU()\n"),
    Case("dotted_path", "unknown-component", "torch.nn.ReLU", FLATTEN, "      - torch.nn.ReLU\n"),
    Case("layer_keyed_by_name", "component", "Linear: {out_features: 9}", FLATTEN, "      - Linear: {out_features: 9}\n"),
    Case("transform_among_layers", "unknown-component", "ToTensor", FLATTEN, "      - ToTensor\n"),
    Case("layer_among_transforms", "unknown-component", "Flatten", "      - ToTensor\n", "      - Flatten\n"),
    Case("optimizer_in_lower_case", "unknown-component", "adam", SGD, "adam"),
    Case("missing_learning_rate_is_fine_but_not_a_word", "type", "lr: fast", SGD, "{type: SGD, lr: fast}"),
    Case("missing_argument_of_a_layer", "missing-key", "Linear", "{type: Linear, out_features: 120, id: fc1}", "Linear"),
    Case("argument_of_another_tool", "unknown-key", "units", "{type: Linear, out_features: 120", "{type: Linear, units: 120"),
    Case("padding_as_unknown_word", "type", "padding: big", "{type: Conv2d, out_channels: 6", "{type: Conv2d, padding: big, out_channels: 6"),
    Case("kernel_of_three_sizes", "type", "kernel_size: [5, 5, 5]", "kernel_size: 5, id: conv1", "kernel_size: [5, 5, 5], id: conv1"),
    Case("zero_channels", "value", "out_channels: 0", "out_channels: 6", "out_channels: 0"),
    Case("probability_above_one", "value", "p: 1.5", FLATTEN, "      - {type: Dropout, p: 1.5}\n      - Flatten\n"),
    Case("layer_id_with_dot", "value", "id: conv.1", "id: conv1", "id: conv.1"),
    Case("mean_as_number", "type", "mean: 0.5", "mean: [0.5, 0.5, 0.5]", "mean: 0.5"),
    Case("std_with_zero", "value", "0.0", "std: [0.5, 0.5, 0.5]", "std: [0.5, 0.0, 0.5]"),
    Case("dataset_with_no_such_argument", "unknown-key", "size", SHAPES, "{type: Shapes, size: 40}"),
    Case("dataset_without_images", "value", "train: 0", SHAPES, "{type: Shapes, train: 0}"),
    Case("momentum_above_one_is_taken_but_not_below_zero", "value", "momentum: -0.9", "momentum: 0.9", "momentum: -0.9"),
    Case("betas_as_number", "type", "betas: 0.9", SGD, "{type: Adam, betas: 0.9}"),
    Case("nesterov_without_momentum", "value", "nesterov: true", SGD, "{type: SGD, lr: 0.1, nesterov: true}"),
    Case("reduction_none", "value", "reduction: none", "loss: CrossEntropyLoss", "loss: {type: CrossEntropyLoss, reduction: none}"),
    Case("scheduler_among_optimizers", "unknown-component", "StepLR", SGD, "StepLR"),
    Case("metric_with_no_such_argument", "unknown-key", "top", "[accuracy, per", "[{type: accuracy, top: 5}, per"),
]  # fmt: skip
