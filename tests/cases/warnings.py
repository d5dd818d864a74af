"""What is legal and hardly meant: the pipeline runs, and it is told."""

from __future__ import annotations

from tests.cases.case import Case

SGD = "    optimizer: {type: SGD, lr: 0.001, momentum: 0.9}\n"
LAST = "      - {type: Linear, out_features: 10, id: fc3}\n"
NORMALIZE = "{type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}"


def scheduler(text: str) -> tuple[str, str]:
    return SGD, f"{SGD}    scheduler: {text}\n"


def ending(name: str) -> tuple[str, str]:
    return LAST, f"{LAST}      - {name}\n"


CASES = [
    Case("unused_variable", "unused", "width", "name: lenet\n", "name: lenet\nvars: {width: 8}\n"),
    Case("unused_variable_of_an_override", "unused", "width", overrides=("vars.width=8",)),
    Case("unused_block", "unused", "pair", "name: lenet\n", "name: lenet\nblocks: {pair: {layers: [ReLU]}}\n"),
    Case("softmax_before_cross_entropy", "last-layer", "Softmax", *ending("{type: Softmax, dim: 1}")),
    Case("relu_before_cross_entropy", "last-layer", "ReLU", *ending("ReLU")),
    Case("sigmoid_inside_the_last_sequential", "last-layer", "Sigmoid", *ending("{type: Sequential, layers: [Sigmoid]}")),
    Case("milestones_behind_the_end", "unreached", "milestones: [30, 60]", *scheduler("{type: MultiStepLR, milestones: [30, 60]}")),
    Case("first_step_behind_the_end", "unreached", "step_size: 30", *scheduler("{type: StepLR, step_size: 30}")),
    Case("half_cosine_too_long", "unreached", "T_max: 200", *scheduler("{type: CosineAnnealingLR, T_max: 200}")),
    Case("half_cosine_too_short", "unreached", "T_max: 3", *scheduler("{type: CosineAnnealingLR, T_max: 3, per: step}")),
    Case("polynomial_at_zero", "unreached", "PolynomialLR", *scheduler("{type: PolynomialLR, per: step}")),
    Case("one_cycle_too_long", "unreached", "total_steps: 1000", *scheduler("{type: OneCycleLR, max_lr: 0.1, total_steps: 1000}")),
    Case("cycle_too_long", "unreached", "CyclicLR", *scheduler("{type: CyclicLR, base_lr: 0.01, max_lr: 0.1}")),
    Case("warm_up_longer_than_its_part", "unreached", "total_iters: 8", *scheduler("{type: SequentialLR, per: step, milestones: [4], schedulers: [{type: LinearLR, total_iters: 8}, CosineAnnealingLR]}")),
    Case("second_scheduler_never_begins", "unreached", "milestones: [400]", *scheduler("{type: SequentialLR, per: step, milestones: [400], schedulers: [{type: ConstantLR, total_iters: 4}, {type: ExponentialLR, gamma: 0.9}]}")),
    Case("statistics_of_bytes", "value-range", "mean: [125.3, 123.0, 113.9]", NORMALIZE, "{type: Normalize, mean: [125.3, 123.0, 113.9], std: [63.0, 62.1, 66.7]}"),
    Case("statistics_of_floats_for_bytes", "value-range", "mean: [0.5, 0.5, 0.5]", "      - ToTensor\n", "      - {type: ToDtype, dtype: float32}\n"),
]  # fmt: skip
