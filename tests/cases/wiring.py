"""What stages take of each other."""

from __future__ import annotations

from tests.cases.case import BASE, Case
from tests.cases.edits import LOAD, edited, over, override

LOADED = LOAD + BASE[BASE.index("  show_images:") :]

CASES = [
    Case("from_below", "from", "data: later", "predict: {split", "later: {type: load_data, dataset: Shapes, transforms: [ToTensor], after: report}\n  predict: {from: {data: later}, split"),
    Case("from_a_stage_that_gives_something_else", "from", "model: load_data", "predict: {split", "predict: {from: {model: load_data}, split"),
    Case("from_of_what_is_not_taken", "from", "files: save", "predict: {split", "predict: {from: {files: save}, split"),
    Case("nothing_trained_to_load", "needs", "load", "  save: {path: cifar_net.pth}", "  load: {}"),
    over("null_removes_what_is_needed", "needs", "build_model: null", "stages: {build_model: null}\n"),
    over("before_what_it_needs", "needs", "tell", "stages: {tell: {type: evaluate, before: build_model}}\n"),
    override("override_removes_what_is_needed", "needs", "build_model=null", "build_model=null"),
    override("override_begins_a_mapping", "from", "model=train_it", "evaluate.from.model=train_it"),
    Case("no_data_at_all", "needs", "show_images", LOAD, ""),
    Case("data_comes_last", "needs", "show_images", LOADED, LOADED.removeprefix(LOAD) + LOAD),
    edited("broken_stage_is_wired", "needs", "show_images", (LOAD, ""), ("{split: test, metrics", "{splt: test, metrics"), count=2),
    Case("bad_from_beside_a_bad_split", "from", "model: nowhere", "predict: {split: test", "predict: {from: {model: nowhere}, split: tst", count=2),
]  # fmt: skip
