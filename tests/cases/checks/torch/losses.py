"""Losses that fit neither the network's outputs nor the targets."""

from __future__ import annotations

from tests.cases.case import BASE, Case
from tests.cases.edits import FC3, LOSS, TRANSFORMS, random, small

TWO_OUTPUTS = (
    "{type: Flatten, id: f}, {type: Linear, out_features: 4}, {type: Softplus, id: a}, "
    "{type: Linear, input: f, out_features: 6}, {type: Sigmoid, id: b}, "
    "{type: Concat, input: [a, b]}"
)
MIXED = BASE.replace(TRANSFORMS, "    transforms: [ToTensor, MixUp]\n")
ZEROS = "[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"


def ending(name: str) -> tuple[str, str]:
    return FC3, f"{FC3}      - {name}\n"


CASES = [
    Case("class_weights_of_another_number", "classes", "weight: [1.0, 2.0]", LOSS, "loss: {type: CrossEntropyLoss, weight: [1.0, 2.0]}"),
    Case("negative_log_likelihood_of_bare_outputs", "loss", "loss: NLLLoss", LOSS, "loss: NLLLoss"),
    Case("target_of_another_loss", "loss", "target: one-hot", LOSS, "loss: {type: CrossEntropyLoss, target: one-hot}"),
    Case("half_of_the_outputs_unbounded", "loss", "loss: BCELoss", new=small(layers=TWO_OUTPUTS, loss="loss: BCELoss")),
    Case("dropout_after_probabilities", "loss", "loss: BCELoss", new=small(layers="Flatten, {type: Linear, out_features: 10}, Sigmoid, Dropout", loss="loss: BCELoss")),
    Case("negative_counts", "loss", "PoissonNLLLoss", LOSS, "loss: {type: PoissonNLLLoss, log_input: false}"),
    Case("no_class_counts", "loss", f"weight: {ZEROS}", LOSS, f"loss: {{type: CrossEntropyLoss, weight: {ZEROS}}}"),
    Case("single_images_that_do_not_count", "loss", "batch_size=1", LOSS, "loss: {type: CrossEntropyLoss, weight: [1, 0, 1, 1, 1, 1, 1, 1, 1, 1]}", overrides=("load_data.batch_size=1",)),
    Case("evaluated_with_the_loss_of_other_classes", "classes", "evaluate", new=small("few: {type: load_data, dataset: {type: Shapes, train: 40, test: 20, num_classes: 3}, transforms: [ToTensor]}", "net: {type: build_model, layers: [Flatten, {type: Linear, out_features: 3}]}", "evaluate: {}", loss="loss: {type: CrossEntropyLoss, weight: [1, 2, 1, 1, 1, 1, 1, 1, 1, 1]}")),
    Case("inspected_with_weights_of_other_classes", "classes", "weight: [1, 2]", "predict: {", "inspect: {loss: {type: CrossEntropyLoss, weight: [1, 2]}}\n  predict: {"),
    Case("inspected_with_unbounded_outputs", "loss", "loss: BCELoss", "predict: {", "inspect: {loss: BCELoss}\n  predict: {"),
    Case("inspected_with_targets_of_another_form", "loss", "target: one-hot", "predict: {", "inspect: {loss: {type: CrossEntropyLoss, target: one-hot}}\n  predict: {"),
    Case("inspected_class_loss_of_an_image", "shape", "loss: CrossEntropyLoss", new=small("net: {type: build_model, layers: [{type: Conv2d, out_channels: 3, kernel_size: 3}]}", "inspect: {loss: CrossEntropyLoss}")),
    Case("weights_of_numbers", "classes", "pos_weight: [1, 2]", new=small(data=random(""), loss="loss: {type: BCEWithLogitsLoss, pos_weight: [1, 2]}")),
    Case("normal_numbers_as_shares", "loss", "loss: BCELoss", new=small(data=random(", distribution: normal"), layers="Flatten, {type: Linear, out_features: 10}, Sigmoid", loss="loss: BCELoss")),
    Case("softmax_before_cross_entropy", "last-layer", "Softmax", *ending("{type: Softmax, dim: 1}")),
    Case("relu_before_cross_entropy", "last-layer", "ReLU", *ending("ReLU")),
    Case("sigmoid_inside_the_last_sequential", "last-layer", "Sigmoid", *ending("{type: Sequential, layers: [Sigmoid]}")),
    Case("mixed_labels_for_one_class_per_image", "loss", "loss: MultiMarginLoss", new=MIXED.replace(LOSS, "loss: MultiMarginLoss")),
    Case("mixed_labels_with_a_label_left_out", "loss", "ignore_index: 3", new=MIXED.replace(LOSS, "loss: {type: CrossEntropyLoss, ignore_index: 3}")),
]  # fmt: skip
