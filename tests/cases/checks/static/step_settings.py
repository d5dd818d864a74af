"""What a step is made of."""

from __future__ import annotations

from tests.cases.case import BASE, Case
from tests.cases.edits import OPTIMIZER, optimizer


def _lbfgs(name: str, setting: str) -> Case:
    return Case(name, "optimizer", setting, *optimizer(f"LBFGS\n    {setting}"))


IN_FLOAT16 = BASE.replace(*optimizer("LBFGS")).replace(
    "runtime: {device: cpu}", "runtime: {device: cpu, precision: float16}"
)

IN_TRUE_FLOAT16 = BASE.replace(
    "runtime: {device: cpu}", "runtime: {device: cpu, precision: float16-true}"
)

CASES = [
    Case("no_eps_in_float16", "optimizer", "optimizer: AdamW", new=IN_TRUE_FLOAT16.replace(*optimizer("AdamW"))),
    Case("eps_that_is_zero_in_float16", "optimizer", "eps: 1e-9", new=IN_TRUE_FLOAT16.replace(*optimizer("{type: RMSprop, eps: 1e-9}"))),
    _lbfgs("lbfgs_accumulates", "accumulate: 4"),
    _lbfgs("lbfgs_clips_the_norm", "clip_grad_norm: 1"),
    _lbfgs("lbfgs_clips_values", "clip_grad_value: 0.5"),
    Case("lbfgs_in_float16", "optimizer", "optimizer: LBFGS", new=IN_FLOAT16),
    Case("tf32_on_a_cpu", "no-effect", "precision: tf32", "runtime: {device: cpu}", "runtime: {device: cpu, precision: tf32}"),
    Case("accumulates_beyond_the_epoch", "no-effect", "accumulate: 99999", OPTIMIZER, f"{OPTIMIZER}    accumulate: 99999\n", count=2),
]  # fmt: skip
