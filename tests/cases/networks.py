"""Transforms, shapes, classes, losses, optimizers, schedulers."""

from __future__ import annotations

from tests.cases.case import Case

SGD = "    optimizer: {type: SGD, lr: 0.001, momentum: 0.9}\n"
FLATTEN = "      - Flatten\n"
NORMALIZE = "      - {type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}\n"
TENSOR = "      - ToTensor\n"
FC3 = "      - {type: Linear, out_features: 10, id: fc3}\n"
LOSS = "loss: CrossEntropyLoss"


def scheduler(text: str) -> str:
    return f"{SGD}    scheduler: {text}\n"


CASES = [
    # transforms
    Case("no_to_tensor", "transform", "Normalize", TENSOR, ""),
    Case("grayscale_then_three_means", "transform", "mean: [0.5, 0.5, 0.5]", TENSOR, "      - Grayscale\n      - ToTensor\n"),
    Case("crop_larger_than_the_image", "transform", "size: 64", TENSOR, "      - {type: RandomCrop, size: 64}\n      - ToTensor\n"),
    Case("to_tensor_twice", "transform", "ToTensor", TENSOR, TENSOR + TENSOR),
    Case("resize_then_wrong_network", "shape", "kernel_size: 5", TENSOR, "      - {type: Resize, size: [8, 8]}\n      - ToTensor\n"),
    Case("elastic_field_wider_than_the_image", "transform", "sigma: 9.0", TENSOR, "      - {type: ElasticTransform, sigma: 9.0}\n      - ToTensor\n"),
    # shapes
    Case("wrong_in_channels", "shape", "in_channels: 1", "{type: Conv2d, out_channels: 6", "{type: Conv2d, in_channels: 1, out_channels: 6"),
    Case("wrong_num_features", "shape", "num_features: 7", FLATTEN, "      - {type: BatchNorm2d, num_features: 7}\n      - Flatten\n"),
    Case("groups_that_do_not_divide", "shape", "groups: 4", "{type: Conv2d, out_channels: 6", "{type: Conv2d, groups: 4, out_channels: 6"),
    Case("pooling_to_nothing", "shape", "kernel_size: 9", FLATTEN, "      - {type: MaxPool2d, kernel_size: 9}\n      - Flatten\n"),
    Case("padding_above_half_the_kernel", "argument", "padding: 2", FLATTEN, "      - {type: MaxPool2d, kernel_size: 2, padding: 2}\n      - Flatten\n"),
    Case("batch_norm_behind_flatten", "shape", "BatchNorm2d", FLATTEN, FLATTEN + "      - BatchNorm2d\n"),
    Case("convolution_behind_flatten", "shape", "Conv2d", FLATTEN, FLATTEN + "      - {type: Conv2d, out_channels: 8, kernel_size: 3}\n"),
    Case("no_classifier", "classes", "out_features: 84", "      - ReLU\n" + FC3, "      - ReLU\n"),
    Case("unflatten_of_another_size", "shape", "unflattened_size: [3, 5]", FC3, "      - {type: Unflatten, dim: 1, unflattened_size: [3, 5]}\n      - Flatten\n" + FC3),
    Case("network_ends_with_an_image", "shape", "MaxPool2d", FLATTEN + "      - {type: Linear, out_features: 120, id: fc1}\n      - ReLU\n      - {type: Linear, out_features: 84, id: fc2}\n      - ReLU\n" + FC3, ""),
    Case("input_shape_is_not_the_datas", "shape", "input_shape: [3, 40, 40]", "    layers:\n", "    input_shape: [3, 40, 40]\n    layers:\n"),
    Case("layer_called_like_a_method", "layer-id", "id: forward", "id: conv1", "id: forward"),
    Case("layer_called_like_an_unnamed_one", "layer-id", "id: relu_1", "id: fc2", "id: relu_1"),
    Case("input_names_no_layer", "input", "flat", FLATTEN, "      - {type: Flatten, input: flat}\n"),
    Case("sum_of_one", "input", "input: [conv1]", FLATTEN, "      - {type: Add, input: [conv1]}\n      - Flatten\n"),
    Case("sum_of_different_shapes", "shape", "input: [conv1, conv2]", FLATTEN, "      - {type: Add, input: [conv1, conv2]}\n      - Flatten\n"),
    Case("misspelt_block", "unknown-component", "ome", FLATTEN + "", "      - ome\n      - Flatten\n"),
    # batches
    Case("no_full_batch", "data", "batch_size: 64", "batch_size: 4", "batch_size: 64\n    drop_last: true"),
    Case("last_batch_of_one_image", "shape", "batch_size: 39", "batch_size: 4", "batch_size: 39", overrides=("build_model.layers.1=BatchNorm2d", "build_model.layers.8=BatchNorm1d")),
    Case("batches_of_one_image", "shape", "batch_size: 1", "batch_size: 4", "batch_size: 1", overrides=("build_model.layers.8=BatchNorm1d",)),
    # classes, losses
    Case("named_classes_twice", "classes", "classes: [cat, dog, cat]", "batch_size: 4", "classes: [cat, dog, cat]", count=2),
    Case("class_weights_of_another_number", "classes", "weight: [1.0, 2.0]", LOSS, "loss: {type: CrossEntropyLoss, weight: [1.0, 2.0]}"),
    Case("negative_log_likelihood_of_bare_outputs", "loss", "loss: NLLLoss", LOSS, "loss: NLLLoss"),
    Case("smoothing_above_one", "value", "label_smoothing: 1.5", LOSS, "loss: {type: CrossEntropyLoss, label_smoothing: 1.5}"),
    # optimizers, schedulers
    Case("muon_with_biases", "optimizer", "Muon", SGD, "    optimizer: {type: Muon, lr: 0.1}\n"),
    Case("one_cycle_that_is_over_too_early", "scheduler", "total_steps: 3", SGD, scheduler("{type: OneCycleLR, max_lr: 0.1, total_steps: 3}")),
    Case("milestones_as_number", "type", "milestones: 5", SGD, scheduler("{type: MultiStepLR, milestones: 5}")),
    Case("plateau_without_monitor", "scheduler", "scheduler: ReduceLROnPlateau", SGD, scheduler("ReduceLROnPlateau")),
    Case("step_lr_without_its_size", "missing-key", "StepLR", SGD, scheduler("StepLR")),
    Case("scheduler_period_misspelt", "value", "per: steps", SGD, scheduler("{type: StepLR, step_size: 1, per: steps}")),
    Case("monitor_without_validation", "monitor", "monitor: val_loss", "log_every: 5", "monitor: val_loss"),
    Case("monitor_misspelt", "value", "monitor: val_acc", "log_every: 5", "monitor: val_acc"),
    # data
    Case("validation_split_is_not_there", "data", "split: val", "evaluate: {split: test", "evaluate: {split: val"),
    Case("stand_in_without_download", "data", "stand_in: Shapes", "{type: Shapes, train: 40, test: 20}", "{type: CIFAR10, root: data, stand_in: Shapes}"),
    Case("unknown_stand_in", "unknown-component", "Shape", "{type: Shapes, train: 40, test: 20}", "{type: CIFAR10, root: data, download: true, stand_in: Shape}"),
]  # fmt: skip
