"""Schedulers that do not fit their training, or do not take effect within it."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import OPTIMIZER, scheduler

CASES = [
    Case("one_cycle_that_is_over_too_early", "scheduler", "total_steps: 3", *scheduler("{type: OneCycleLR, max_lr: 0.1, total_steps: 3}")),
    Case("one_rate_for_decayed_layers", "scheduler", "OneCycleLR", OPTIMIZER, "    optimizer: {type: SGD, lr: 0.001, layer_decay: 0.75}\n    scheduler: {type: OneCycleLR, max_lr: 0.1}\n"),
    Case("plateau_without_monitor", "scheduler", "scheduler: ReduceLROnPlateau", *scheduler("ReduceLROnPlateau")),
    Case("rise_of_no_steps", "scheduler", "pct_start: 0.1", *scheduler("{type: OneCycleLR, max_lr: 0.1, pct_start: 0.1}")),
    Case("fall_of_no_steps", "scheduler", "pct_start: 1.0", *scheduler("{type: OneCycleLR, max_lr: 0.1, pct_start: 1.0}")),
    Case("third_phase_of_no_steps", "scheduler", "pct_start: 0.55", *scheduler("{type: OneCycleLR, max_lr: 0.1, pct_start: 0.55, three_phase: true}")),
    Case("cycles_that_grow_too_large", "scheduler", "gamma: 1e50", *scheduler("{type: CyclicLR, base_lr: 0.01, max_lr: 0.1, step_size_up: 5, mode: exp_range, gamma: 1e50}")),
    Case("cycled_momentum_that_is_not_there", "scheduler", "OneCycleLR", OPTIMIZER, "    optimizer: Adagrad\n    scheduler: {type: OneCycleLR, max_lr: 0.1}\n"),
    Case("plateau_in_the_wrong_mode", "scheduler", "mode: max", *scheduler("{type: ReduceLROnPlateau, mode: max, patience: 0}\n    monitor: val_loss"), overrides=("load_data.validation_split=0.5", "train.epochs=3")),
    Case("scheduler_of_one_epoch", "unreached", "ExponentialLR", "    log_every: 5\n", "    log_every: 5\n    scheduler: {type: ExponentialLR, gamma: 0.9}\n"),
    Case("milestones_after_the_end", "unreached", "milestones: [30, 60]", *scheduler("{type: MultiStepLR, milestones: [30, 60]}")),
    Case("first_step_after_the_end", "unreached", "step_size: 30", *scheduler("{type: StepLR, step_size: 30}")),
    Case("half_cosine_too_long", "unreached", "T_max: 200", *scheduler("{type: CosineAnnealingLR, T_max: 200}")),
    Case("half_cosine_too_short", "unreached", "T_max: 3", *scheduler("{type: CosineAnnealingLR, T_max: 3, per: step}")),
    Case("polynomial_at_zero", "unreached", "PolynomialLR", *scheduler("{type: PolynomialLR, per: step}")),
    Case("one_cycle_too_long", "unreached", "total_steps: 1000", *scheduler("{type: OneCycleLR, max_lr: 0.1, total_steps: 1000}")),
    Case("cycle_too_long", "unreached", "CyclicLR", *scheduler("{type: CyclicLR, base_lr: 0.01, max_lr: 0.1}")),
    Case("warm_up_longer_than_its_part", "unreached", "total_iters: 8", *scheduler("{type: SequentialLR, per: step, milestones: [4], schedulers: [{type: LinearLR, total_iters: 8}, CosineAnnealingLR]}")),
    Case("second_scheduler_never_begins", "unreached", "milestones: [400]", *scheduler("{type: SequentialLR, per: step, milestones: [400], schedulers: [{type: ConstantLR, total_iters: 4}, {type: ExponentialLR, gamma: 0.9}]}")),
]  # fmt: skip
