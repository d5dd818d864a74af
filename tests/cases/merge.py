"""What a file changes of those that it extends."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import LOAD, beside, over, with_blocks

CASES = [
    over("null_removes_no_stage", "type", "tran: null", "stages: {tran: null}\n"),
    Case("empty_variable", "type", "a: ", "seed: 0", "seed: $vars.a\nvars: {a: }"),
    with_blocks("empty_block", "type", "pair: ", "{pair: }"),
    beside("null_removes_no_stage_of_the_list", "type", "reprot: null", "stages: {reprot: null}\n"),
    Case("empty_stage", "type", "report:", "report: {}", "report:"),
    Case("empty_stage_of_no_type", "unknown-stage", "evaluate2", "report: {}", "evaluate2:"),
    Case("empty_stage_that_needs_a_value", "type", "save:", "save: {path: cifar_net.pth}", "save:"),
    over("null_removes_no_block", "type", "pair: null", "blocks: {pair: null}\n"),
    Case("data_is_null", "type", "load_data:", LOAD, "  load_data:\n"),
]  # fmt: skip
