"""What PyTorch lets pass, and fails at later, or not at all: told before anything runs."""

from __future__ import annotations

from tests.cases.case import Case

SGD = "    optimizer: {type: SGD, lr: 0.001, momentum: 0.9}\n"
FLATTEN = "      - Flatten\n"
LOSS = "loss: CrossEntropyLoss"
TENSOR = "      - ToTensor\n"


def scheduler(text: str) -> tuple[str, str]:
    return SGD, f"{SGD}    scheduler: {text}\n"


def optimizer(text: str) -> tuple[str, str]:
    return SGD, f"    optimizer: {text}\n"


def before_flatten(text: str) -> tuple[str, str]:
    return FLATTEN, f"      - {text}\n{FLATTEN}"


def before_tensor(text: str) -> tuple[str, str]:
    return TENSOR, f"      - {text}\n{TENSOR}"


def after_tensor(text: str) -> tuple[str, str]:
    return TENSOR, f"{TENSOR}      - {text}\n"


CASES = [
    # transforms
    Case("magnitude_above_its_steps", "value", "num_magnitude_bins: 5", *before_tensor("{type: RandAugment, num_magnitude_bins: 5}")),
    Case("magnitude_of_one_step", "value", "num_magnitude_bins: 1", *before_tensor("{type: TrivialAugmentWide, num_magnitude_bins: 1}")),
    Case("policy_that_fills_two_channels", "transform", "fill: [1, 2]", *before_tensor("{type: AutoAugment, fill: [1, 2]}")),
    Case("fill_that_no_byte_holds", "transform", "fill: 300", *before_tensor("{type: Pad, padding: 2, fill: 300}")),
    Case("fill_of_bytes_behind_to_tensor", "transform", "fill: 128", *after_tensor("{type: RandomAffine, degrees: 10, fill: 128}")),
    Case("erased_with_what_no_byte_holds", "transform", "value: -1", *before_tensor("{type: RandomErasing, value: -1}")),
    Case("reflection_beyond_the_image", "transform", "size: 100", *before_tensor("{type: RandomCrop, size: 100, pad_if_needed: true, padding_mode: reflect}")),
    Case("fractions_cut_off", "transform", "dtype: uint8", *after_tensor("{type: ToDtype, dtype: uint8}")),
    Case("shifted_values_as_bytes", "transform", "dtype: uint8", *after_tensor("{type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}\n      - {type: ToDtype, dtype: uint8, scale: true}")),
    Case("floats_undone_again", "transform", "ToDtype", "      - {type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}\n", "      - {type: ToDtype, dtype: uint8, scale: true}\n"),
    # schedulers
    Case("way_up_of_no_steps", "scheduler", "pct_start: 0.1", *scheduler("{type: OneCycleLR, max_lr: 0.1, pct_start: 0.1}")),
    Case("way_down_of_no_steps", "scheduler", "pct_start: 1.0", *scheduler("{type: OneCycleLR, max_lr: 0.1, pct_start: 1.0}")),
    Case("third_phase_of_no_steps", "scheduler", "pct_start: 0.55", *scheduler("{type: OneCycleLR, max_lr: 0.1, pct_start: 0.55, three_phase: true}")),
    Case("constant_factor_of_zero", "value", "factor: 0.0", *scheduler("{type: ConstantLR, factor: 0.0, per: step}")),
    Case("cycles_that_grow_too_large", "scheduler", "gamma: 1e50", *scheduler("{type: CyclicLR, base_lr: 0.01, max_lr: 0.1, step_size_up: 5, mode: exp_range, gamma: 1e50}")),
    Case("cycled_momentum_that_is_not_there", "scheduler", "OneCycleLR", SGD, "    optimizer: Adagrad\n    scheduler: {type: OneCycleLR, max_lr: 0.1}\n"),
    Case("plateau_in_the_wrong_mode", "scheduler", "mode: max", *scheduler("{type: ReduceLROnPlateau, mode: max, patience: 0}\n    monitor: val_loss"), overrides=("load_data.validation_split=0.5", "train.epochs=3")),
    Case("too_many_milestones", "value", "milestones: [1, 2]", *scheduler("{type: SequentialLR, milestones: [1, 2], schedulers: [ConstantLR, {type: ExponentialLR, gamma: 0.9}]}")),
    # optimizers and their groups
    Case("decay_above_one", "value", "alpha: 1.5", *optimizer("{type: RMSprop, alpha: 1.5}")),
    Case("decay_of_one", "value", "rho: 1.0", *optimizer("{type: Adadelta, rho: 1.0}")),
    Case("nothing_added_to_the_denominator", "value", "eps: 0", *optimizer("{type: Adam, eps: 0}")),
    Case("first_of_two_epsilons_is_zero", "type", "0.0", *optimizer("{type: Adafactor, eps: [0.0, 0.001]}")),
    Case("group_that_matches_nothing", "optimizer", "convolution.*", *optimizer("{type: SGD, groups: [{parameters: [biases, convolution.*], lr: 0.1}]}")),
    Case("group_of_bias", "optimizer", "parameters: bias", *optimizer("{type: SGD, groups: [{parameters: bias, weight_decay: 0}]}")),
    Case("groups_that_want_different_things", "optimizer", "lr: 0.2", *optimizer("{type: SGD, groups: [{parameters: biases, lr: 0.1}, {parameters: fc1.*, lr: 0.2}]}")),
    Case("group_that_breaks_the_optimizers_rule", "optimizer", "nesterov: true", *optimizer("{type: SGD, groups: [{parameters: biases, nesterov: true}]}")),
    # layers
    Case("bounds_in_the_wrong_order", "value", "a: 2", "kernel_size: 5, id: conv1", "kernel_size: 5, id: conv1, initialize: {type: uniform_, a: 2}"),
    Case("power_of_negative_values", "value", "norm_type: 1.5", "      - ReLU\n", "      - {type: LPPool2d, norm_type: 1.5, kernel_size: 1}\n"),
    Case("groups_of_one_value", "shape", "num_groups: 16", FLATTEN, "      - {type: AdaptiveAvgPool2d, output_size: 1}\n      - {type: GroupNorm, num_groups: 16}\n      - Flatten\n"),
    Case("nothing_to_freeze", "value", "trainable: false", FLATTEN, "      - {type: ReLU, trainable: false}\n      - Flatten\n"),
    Case("everything_frozen", "optimizer", "trainable: false", FLATTEN, FLATTEN, overrides=("build_model.layers=[Flatten, {type: Linear, out_features: 10, trainable: false}]",)),
    Case("parameter_of_a_type_misspelt", "value", "wight: zeros_", "    layers:\n", "    initialize: {Conv2d: {wight: zeros_}}\n    layers:\n"),
    Case("parameter_of_a_type_with_too_few_dimensions", "value", "bias: eye_", "    layers:\n", "    initialize: {Linear: {weight: eye_, bias: eye_}}\n    layers:\n"),
    Case("type_without_parameters", "value", "ReLU: zeros_", "    layers:\n", "    initialize: {ReLU: zeros_}\n    layers:\n"),
    Case("transposed_convolution_cut_to_nothing", "shape", "padding: 30", *before_flatten("{type: ConvTranspose2d, out_channels: 3, kernel_size: 3, padding: 30}")),
    Case("image_cut_to_nothing", "shape", "padding: -3", *before_flatten("{type: ZeroPad2d, padding: -3}")),
    Case("scaled_to_nothing", "shape", "scale_factor: 0.01", *before_flatten("{type: Upsample, scale_factor: 0.01}")),
    Case("corners_of_nearest_pixels", "argument", "align_corners: true", *before_flatten("{type: Upsample, scale_factor: 2, align_corners: true}")),
    Case("three_sizes_for_two_dimensions", "shape", "size: [8, 8, 8]", *before_flatten("{type: Upsample, size: [8, 8, 8]}")),
    Case("flatten_that_ends_before_it_starts", "shape", "end_dim: 2", *before_flatten("{type: Flatten, start_dim: 3, end_dim: 2}")),
    Case("mean_over_one_dimension_twice", "shape", "dim: [2, -2]", *before_flatten("{type: Mean, dim: [2, -2]}")),
    Case("token_that_is_not_there", "shape", "index: 99", *before_flatten("{type: Flatten, start_dim: 2}\n      - {type: TakeToken, index: 99}")),
    Case("windows_of_other_channels", "shape", "kernel_size: 3", *before_flatten("{type: Flatten, start_dim: 2}\n      - {type: Fold, output_size: [8, 8], kernel_size: 3}")),
    Case("windows_of_another_number", "shape", "output_size: [8, 8]", *before_flatten("{type: Unfold, kernel_size: 2}\n      - {type: Fold, output_size: [8, 8], kernel_size: 2}")),
    Case("network_of_a_thousand_classes", "classes", "resnet18", overrides=("build_model.layers=[resnet18]",)),
    # what other tools call it
    Case("habit_view", "unknown-component", "View", FLATTEN, "      - View\n"),
    Case("habit_global_pooling", "unknown-component", "GlobalAveragePooling2D", *before_flatten("GlobalAveragePooling2D")),
    Case("habit_freeze", "unknown-key", "freeze", "kernel_size: 5, id: conv1", "kernel_size: 5, freeze: true, id: conv1"),
    Case("habit_requires_grad", "unknown-key", "requires_grad", "kernel_size: 5, id: conv1", "kernel_size: 5, requires_grad: false, id: conv1"),
    Case("habit_pretrained", "unknown-key", "pretrained", overrides=("build_model.layers=[{type: resnet18, pretrained: true, num_classes: 10}]",)),
    Case("habit_criterion", "unknown-key", "criterion", LOSS, "criterion: CrossEntropyLoss"),
    Case("habit_sparse_categorical", "unknown-component", "SparseCategoricalCrossentropy", LOSS, "loss: SparseCategoricalCrossentropy"),
    # data
    Case("one_image_to_set_aside", "data", "validation_split: 0.5", "train: 40, test: 20}", "train: 1, test: 20}\n    validation_split: 0.5"),
    # arguments that are left out, and those of other components
    Case("layer_that_overwrites_its_input", "unknown-key", "inplace", "      - ReLU\n", "      - {type: ReLU, inplace: true}\n"),
    Case("argument_that_only_networks_have", "unknown-key", "activation", "kernel_size: 5, id: conv1", "kernel_size: 5, activation: relu, id: conv1"),
    # losses
    Case("target_of_another_loss", "loss", "target: one-hot", LOSS, "loss: {type: CrossEntropyLoss, target: one-hot}"),
]  # fmt: skip
