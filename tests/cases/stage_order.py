"""The order of stages: `after` and `before`."""

from __future__ import annotations

from tests.cases.edits import beside, over

CASES = [
    over("after_no_stage", "order", "trian", "stages: {tell: {type: evaluate, after: trian}}\n"),
    over("after_and_before", "order", "before: train", "stages: {tell: {type: evaluate, after: train, before: train}}\n"),
    over("after_in_a_cycle", "order", "after: two", "stages: {one: {type: evaluate, after: two}, two: {type: evaluate, after: one}}\n", count=2),
    beside("after_no_stage_of_the_list", "order", "trian", "stages: {tell: {type: evaluate, after: trian}}\n"),
    over("after_a_reference", "reference", "$vars.s", "stages: {tell: {type: evaluate, after: $vars.s}}\n"),
]  # fmt: skip
