"""The words of a resolved pipeline that overrides have set."""

from __future__ import annotations

from cifar_pipe.report.differences.overridden import overridden

TEXT = """\
seed: 3
stages:
  build_model:
    layers:
      - {type: Linear, out_features: 10, id: fc}
      - ReLU
  train:
    epochs: 4
    optimizer: {type: SGD, lr: 0.5}
    callbacks:
      - type: EarlyStopping
        patience: 2
"""


def words(*overrides: str, text: str = TEXT) -> list[str]:
    return [text[first:behind] for first, behind in overridden(text, overrides)]


def test_each_is_found_by_its_path() -> None:
    assert words("train.epochs=4", "stages.train.optimizer.lr=0.5", "seed=3") == [
        "seed: 3",
        "epochs: 4",
        "lr: 0.5",
    ]


def test_items_of_lists_are_found_by_their_id_and_by_their_index() -> None:
    assert words("build_model.layers.fc.out_features=10") == ["out_features: 10"]
    assert words("build_model.layers.1=ReLU") == ["ReLU"]


def test_a_value_of_several_lines_is_one_range_and_holds_those_within() -> None:
    callbacks = "callbacks:\n      - type: EarlyStopping\n        patience: 2"
    both = words("train.callbacks=[EarlyStopping]", "train.callbacks.0.patience=2")
    assert both == [callbacks]


def test_what_is_not_there_is_left_out() -> None:
    gone = ("train.scheduler=null", "stages.evaluate=null", "build_model.layers.7=ReLU", "broken")
    assert words(*gone) == []
    assert words("seed=3", text="- a list") == []
