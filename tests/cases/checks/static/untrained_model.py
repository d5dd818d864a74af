"""Networks that are used before their training, or without one."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import LOSS, small

TRAIN = f"  train: {{epochs: 1, {LOSS}, optimizer: {{type: SGD, lr: 0.1}}}}\n"

CASES = [
    Case("predicted_before_the_training", "untrained", "predict=null", "  train:\n", "  early: {type: predict}\n  train:\n", overrides=("predict=null",)),
    Case("measured_before_the_weights_are_loaded", "untrained", "evaluate", new=small("evaluate: {}", "load: {file: net.pth}", "predict: {}").replace(TRAIN, "")),
    Case("never_trained", "untrained", "evaluate", new=small("evaluate: {}", "predict: {}").replace(TRAIN, "")),
    Case("a_folder_predicted_before_the_training", "untrained", "early", "  train:\n", "  early: {type: predict_folder, root: photos}\n  train:\n"),
    Case("saved_before_the_training", "untrained", "save", new=small("evaluate: {}").replace("  train:", "  save: {path: net.pth}\n  train:")),
    Case("loaded_below_what_measures", "no-effect", "load", "  report: {}", "  load: {file: net.pth}\n  report: {}"),
    Case("measured_with_random_weights_and_loaded_for_nobody", "untrained", "evaluate", new=small("evaluate: {}", "load: {file: net.pth}").replace(TRAIN, ""), count=2),
    Case("loaded_below_all", "no-effect", "load", new=small("load: {file: net.pth}").replace(TRAIN, "")),
]  # fmt: skip
