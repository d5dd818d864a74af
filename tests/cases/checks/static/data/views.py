"""Views of test-time augmentation that are not the same each time, or do not fit the network."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import EVALUATE, METRICS, small


def views(text: str, more: str = "") -> tuple[str, str]:
    return EVALUATE, f"{{split: test, {METRICS}, views: {text}{more}}}"


FLIP = "{type: RandomHorizontalFlip, p: 1}"

CASES = [
    Case("view_by_chance", "transform", "RandomHorizontalFlip", *views("[[], [RandomHorizontalFlip]]")),
    Case("view_by_a_written_chance", "transform", "p: 0.3", *views("[[], [{type: RandomHorizontalFlip, p: 0.3}]]")),
    Case("view_of_a_random_crop", "transform", "RandomCrop", *views("[[], [{type: RandomCrop, size: 32, padding: 4}]]")),
    Case("view_that_mixes", "transform", "MixUp", *views("[[], [MixUp]]")),
    Case("view_of_another_size", "transform", "[{type: CenterCrop, size: 28}]", *views("[[], [{type: CenterCrop, size: 28}]]")),
    Case("view_of_shifted_colours", "transform", "ColorJitter", *views("[[], [{type: ColorJitter, brightness: [1.1, 1.1]}]]")),
    Case("view_of_shifted_values_as_bytes", "transform", "dtype: uint8", *views("[[], [{type: ToDtype, dtype: uint8}]]")),
    Case("view_of_bytes", "transform", "[{type: ToDtype, dtype: uint8, scale: true}]", new=small("evaluate: {views: [[], [{type: ToDtype, dtype: uint8, scale: true}]]}")),
    Case("view_of_nothing_else", "no-effect", "views: [[]]", *views("[[]]")),
    Case("views_of_a_loss_of_scores", "loss", "loss: MSELoss", *views(f"[[], [{FLIP}]]", ", loss: MSELoss")),
]  # fmt: skip
