"""Codes of stages: their types and ids, and what each takes from those above it."""

from __future__ import annotations

from cifar_pipe.diagnostics.codes.code import Code

STAGES = {
    "unknown-stage": Code(
        "a stage type that does not exist",
        "A stage's id is its type unless `type:` says something else.",
        "stages:\n  evalute: {}\n",
        "Use an existing stage type; an id of your own needs a `type:`.",
    ),
    "stage-id": Code(
        "a stage id of the wrong form, or one that is reserved",
        "An id consists of lower-case letters, digits and `_`, begins with a letter, and is not a "
        "key of the top level.",
        "stages:\n  evaluate-train: {type: evaluate, split: train}\n",
        "Rename the stage.",
    ),
    "needs": Code(
        "a stage needs what nothing above it gives",
        "Stages run in file order, and each takes what it needs from those above: data, a model, "
        "a training's history, metrics, a saved file.",
        "stages:\n  early: {type: evaluate, before: load_data}\n",
        "Move the stage below those that give what it needs, or add them.",
    ),
    "from": Code(
        "a `from:` that cannot be followed",
        "It does not name a stage above, or names one that does not give what is asked for.",
        "stages:\n  evaluate: {from: {model: trian}}\n",
        "Name a stage above that gives it, or leave `from` out: then the nearest one above is used.",
    ),
    "monitor": Code(
        "a monitored value that is never measured",
        "`val_loss` and `val_accuracy` are measured on the split `val`, which exists only with a "
        "`validation_split`.",
        "stages:\n  train: {monitor: val_accuracy}\n",
        "Add `validation_split: 0.1` to load_data, or leave `monitor` out.",
    ),
}
