"""What stages do with networks, files and each other's data."""

from __future__ import annotations

from tests.cases.case import Case

TAIL = "      - {type: Linear, out_features: 10, id: fc3}\n"
LOSS = "loss: CrossEntropyLoss"
SAVE = "save: {path: cifar_net.pth}"
IMAGES = "dataset: {type: Shapes, train: 40, test: 20}, transforms: [ToTensor]"
LAYERS = "Flatten, {type: Linear, out_features: 10}"
NORMALIZE = "{type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}"
TRANSFORMS = f"    transforms:\n      - ToTensor\n      - {NORMALIZE}\n"


def small(
    *stages: str, data: str = IMAGES, layers: str = LAYERS, loss: str = LOSS, train: str = ""
) -> str:
    """One line a stage: data, network, training, and those that are given."""
    lines = [
        f"load_data: {{batch_size: 4, {data}}}",
        f"build_model: {{layers: [{layers}]}}",
        f"train: {{epochs: 1, {loss}, optimizer: {{type: SGD, lr: 0.1}}{train}}}",
        *stages,
    ]
    return "version: 1\nstages:\n" + "".join(f"  {line}\n" for line in lines)


def random(settings: str) -> str:
    shape = "image_shape: [3, 8, 8], target_shape: [10]"
    return f"dataset: {{type: Random, {shape}, train: 40, test: 20{settings}}}"


PAIR = (
    "{type: Flatten, id: f}, {type: Linear, out_features: 4}, {type: Softplus, id: a}, "
    "{type: Linear, input: f, out_features: 6}, {type: Sigmoid, id: b}, "
    "{type: Concat, input: [a, b]}"
)
OTHER = "other: {type: build_model, layers: [Flatten, {type: Linear, out_features: 10}]}"
ZEROS = "[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"

CASES = [
    # what is written
    Case("saved_outside_of_the_run", "value", "path: ../x.pth", SAVE, "save: {path: ../x.pth}"),
    Case("saved_at_the_root", "value", "path: /tmp/x.pth", SAVE, "save: {path: /tmp/x.pth}"),
    Case("saved_over_the_runs_own", "value", "path: run.json/x.pth", SAVE, "save: {path: run.json/x.pth}"),
    Case("saved_as_a_folder", "value", "path: .", SAVE, "save: {path: .}"),
    Case("saved_under_a_nul", "value", 'path: "a\\0b"', SAVE, 'save: {path: "a\\0b"}'),
    Case("saved_under_too_long_a_name", "value", f"path: {'n' * 256}", SAVE, f"save: {{path: {'n' * 256}}}"),
    Case("report_over_the_metrics", "value", "path: ./metrics.jsonl", "report: {}", "report: {path: ./metrics.jsonl}"),
    Case("saved_over_the_report", "path", "report", SAVE, "save: {path: report.html}"),
    Case("saved_twice", "path", "path: ./cifar_net.pth", "report: {}", "again: {type: save, path: ./cifar_net.pth}"),
    Case("saved_into_a_file", "path", "path: cifar_net.pth/x.pth", "report: {}", "again: {type: save, path: cifar_net.pth/x.pth}"),
    # weights
    Case("saved_of_another_network", "weights", "load", "report: {}", f"{OTHER}\n  load: {{}}"),
    # outputs and losses
    Case("half_of_the_outputs_unbounded", "loss", "loss: BCELoss", new=small(layers=PAIR, loss="loss: BCELoss")),
    Case("dropout_behind_probabilities", "loss", "loss: BCELoss", new=small(layers="Flatten, {type: Linear, out_features: 10}, Sigmoid, Dropout", loss="loss: BCELoss")),
    Case("negative_counts", "loss", "PoissonNLLLoss", LOSS, "loss: {type: PoissonNLLLoss, log_input: false}"),
    Case("no_class_counts", "loss", f"weight: {ZEROS}", LOSS, f"loss: {{type: CrossEntropyLoss, weight: {ZEROS}}}"),
    Case("single_images_that_do_not_count", "loss", "ignore_index: 3", LOSS, "loss: {type: CrossEntropyLoss, ignore_index: 3}", overrides=("load_data.batch_size=1",)),
    Case("evaluated_with_the_loss_of_other_classes", "classes", "evaluate", new=small("few: {type: load_data, dataset: {type: Shapes, train: 40, test: 20, num_classes: 3}, transforms: [ToTensor]}", "net: {type: build_model, layers: [Flatten, {type: Linear, out_features: 3}]}", "evaluate: {}", loss="loss: {type: CrossEntropyLoss, weight: [1, 2, 1, 1, 1, 1, 1, 1, 1, 1]}")),
    # inspect
    Case("inspected_with_weights_of_other_classes", "classes", "weight: [1, 2]", "predict: {", "inspect: {loss: {type: CrossEntropyLoss, weight: [1, 2]}}\n  predict: {"),
    Case("inspected_with_unbounded_outputs", "loss", "loss: BCELoss", "predict: {", "inspect: {loss: BCELoss}\n  predict: {"),
    Case("inspected_with_targets_of_another_form", "loss", "target: one-hot", "predict: {", "inspect: {loss: {type: CrossEntropyLoss, target: one-hot}}\n  predict: {"),
    Case("inspected_class_loss_of_an_image", "shape", "loss: CrossEntropyLoss", new=small("net: {type: build_model, layers: [{type: Conv2d, out_channels: 3, kernel_size: 3}]}", "inspect: {loss: CrossEntropyLoss}")),
    Case("inspected_without_parameters", "value", "inspect", new=small("net: {type: build_model, layers: [Flatten]}", "inspect: {}")),
    Case("inspected_all_frozen", "value", "inspect", new=small("net: {type: build_model, layers: [Flatten, {type: Linear, out_features: 2, trainable: false}]}", "inspect: {}")),
    Case("inspected_single_image_of_the_data", "shape", "batch_size: 1", new=small("inspect: {input: data, batch_size: 1}", layers="Flatten, BatchNorm1d, {type: Linear, out_features: 10}")),
    # numbers as targets
    Case("metrics_of_numbers", "classes", "metrics: [accuracy]", new=small("evaluate: {metrics: [accuracy]}", data=random(""), loss="loss: MSELoss")),
    Case("prediction_of_numbers", "classes", "predict", new=small("predict: {}", data=random(""), loss="loss: MSELoss")),
    Case("accuracy_of_numbers", "classes", "monitor: val_accuracy", new=small(data=f"{random('')}, validation_split: 0.2", loss="loss: MSELoss", train=", monitor: val_accuracy")),
    Case("classes_of_numbers", "classes", "classes: [a, b, c]", new=small(data=f"{random('')}, classes: [a, b, c]", loss="loss: MSELoss")),
    Case("weights_of_numbers", "classes", "pos_weight: [1, 2]", new=small(data=random(""), loss="loss: {type: BCEWithLogitsLoss, pos_weight: [1, 2]}")),
    Case("normal_numbers_as_shares", "loss", "loss: BCELoss", new=small(data=random(", distribution: normal"), layers="Flatten, {type: Linear, out_features: 10}, Sigmoid", loss="loss: BCELoss")),
    # sizes
    Case("rotated_to_any_size", "transform", "expand: true", TRANSFORMS, "    transforms: {train: [ToTensor], test: [{type: RandomRotation, degrees: 30, expand: true}, ToTensor]}\n"),
    Case("rotated_to_any_size_in_training", "transform", "expand: true", TRANSFORMS, "    transforms: {train: [{type: RandomRotation, degrees: 30, expand: true}, ToTensor], test: [ToTensor]}\n"),
    Case("channels_last", "shape", "input_shape: [32, 32, 3]", "    layers:\n", "    input_shape: [32, 32, 3]\n    layers:\n"),
    Case("test_images_larger", "transform", "test: [ToTensor]", TRANSFORMS, "    transforms: {train: [{type: RandomCrop, size: 24}, ToTensor], test: [ToTensor]}\n"),
    Case("test_images_grey", "transform", "Grayscale", TRANSFORMS, "    transforms: {train: [ToTensor], test: [Grayscale, ToTensor]}\n"),
    # what changes nothing
    Case("logged_never", "no-effect", "log_every: 500", "log_every: 5", "log_every: 500"),
    Case("rate_of_zero", "no-effect", "lr: 0", "lr: 0.001,", "lr: 0,"),
    Case("all_dropped", "no-effect", "p: 1", TAIL, f"      - {{type: Dropout, p: 1}}\n{TAIL}"),
    Case("metric_twice", "no-effect", "accuracy", "[accuracy, per_class_accuracy, confusion_matrix]", "[f1, accuracy, accuracy]"),
    Case("best_of_all", "no-effect", "k: 10", "[accuracy, per_class_accuracy, confusion_matrix]", "[{type: top_k_accuracy, k: 10}]"),
    Case("scheduler_of_one_epoch", "unreached", "ExponentialLR", "    log_every: 5\n", "    log_every: 5\n    scheduler: {type: ExponentialLR, gamma: 0.9}\n"),
    Case("predicted_before_the_training", "untrained", "early", "  train:\n", "  early: {type: predict}\n  train:\n", overrides=("predict=null",)),
]  # fmt: skip
