"""Values that are legal and hardly meant."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import LOSS, before_flatten, optimizer, scheduler

PLATEAU = "\n    monitor: val_loss"
VALIDATED = ("load_data.validation_split=0.5", "train.epochs=3")

CASES = [
    Case("momentum_of_nine", "unusual", "momentum: 9", *optimizer("{type: SGD, lr: 0.01, momentum: 9}")),
    Case("momentum_of_one_in_a_group", "unusual", "momentum: 1", *optimizer("{type: RMSprop, groups: [{parameters: biases, momentum: 1}]}")),
    Case("betas_the_wrong_way_round", "unusual", "betas: [0.999, 0.9]", *optimizer("{type: Adam, betas: [0.999, 0.9]}")),
    Case("step_of_one", "unusual", "lr: 1", *optimizer("{type: AdamW, lr: 1}")),
    Case("rate_of_a_hundred", "unusual", "lr: 100", *optimizer("{type: SGD, lr: 100}")),
    Case("decay_of_five", "unusual", "weight_decay: 5", *optimizer("{type: SGD, lr: 0.1, weight_decay: 5}")),
    Case("full_dampening", "unusual", "dampening: 1", *optimizer("{type: SGD, lr: 0.1, momentum: 0.9, dampening: 1}")),
    Case("up_the_gradient", "unusual", "maximize: true", *optimizer("{type: SGD, lr: 0.1, maximize: true}")),
    Case("gamma_of_ten", "unusual", "gamma: 10", *scheduler("{type: StepLR, step_size: 1, gamma: 10, per: step}")),
    Case("rate_that_doubles", "unusual", "gamma: 2", *scheduler("{type: ExponentialLR, gamma: 2, per: step}")),
    Case("factor_of_one", "unusual", "factor: 1", *scheduler("{type: ConstantLR, factor: 1, per: step}")),
    Case("cosine_that_rises", "unusual", "eta_min: 0.1", *scheduler("{type: CosineAnnealingLR, eta_min: 0.1, per: step}")),
    Case("restarts_that_rise", "unusual", "eta_min: 0.001", *scheduler("{type: CosineAnnealingWarmRestarts, T_0: 5, eta_min: 0.001, per: step}")),
    Case("cosine_after_a_warm_up_that_rises", "unusual", "eta_min: 0.01", *scheduler("{type: SequentialLR, per: step, milestones: [5], schedulers: [LinearLR, {type: CosineAnnealingLR, eta_min: 0.01}]}")),
    Case("cosine_above_the_rate_of_a_group", "unusual", "eta_min: 0.01", *scheduler("{type: CosineAnnealingLR, eta_min: 0.01, per: step}"), overrides=("train.optimizer={type: SGD, lr: 0.1, groups: [{parameters: biases, lr: 0.001}]}",)),
    Case("plateau_that_changes_nothing", "unusual", "min_lr: 0.1", *scheduler(f"{{type: ReduceLROnPlateau, min_lr: 0.1, patience: 0}}{PLATEAU}"), overrides=VALIDATED),
    Case("nothing_is_better", "unusual", "threshold: 1", *scheduler(f"{{type: ReduceLROnPlateau, threshold: 1, patience: 0}}{PLATEAU}"), overrides=VALIDATED),
    Case("one_cycle_that_ends_above", "unusual", "final_div_factor: 0.1", *scheduler("{type: OneCycleLR, max_lr: 0.1, final_div_factor: 0.1}")),
    Case("one_cycle_that_begins_above", "unusual", "div_factor: 0.5", *scheduler("{type: OneCycleLR, max_lr: 0.1, div_factor: 0.5}")),
    Case("momentum_of_a_cycle", "unusual", "max_momentum: 1", *scheduler("{type: OneCycleLR, max_lr: 0.1, max_momentum: 1}")),
    Case("differences_from_classes", "unusual", "loss: MSELoss", LOSS, "loss: MSELoss"),
    Case("logits_of_each_class_by_itself", "unusual", "BCEWithLogitsLoss", LOSS, "loss: {type: BCEWithLogitsLoss, reduction: sum}"),
    Case("labels_smoothed_away", "unusual", "label_smoothing: 1", LOSS, "loss: {type: CrossEntropyLoss, label_smoothing: 1}"),
    Case("momentum_of_keras", "unusual", "momentum: 0.99", *before_flatten("{type: BatchNorm2d, momentum: 0.99}")),
    Case("large_eps", "unusual", "eps: 1", *before_flatten("{type: Sequential, layers: [{type: GroupNorm, num_groups: 2, eps: 1}]}")),
    Case("slope_with_a_minus", "unusual", "negative_slope: -0.01", *before_flatten("{type: LeakyReLU, negative_slope: -0.01}")),
]  # fmt: skip
