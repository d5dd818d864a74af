from __future__ import annotations

import pytest

from cifar_pipe.data.datasets.folders.split_names import role_of

NAMES = {
    "train": "train Train TRAIN training trn training_set trainset train_images TrainData seg_train",
    "val": "val valid Validation validate dev Dev holdout hold_out HoldOut Hold-Out val2017 dev-set",
    "test": "test Test testing tst eval evaluation test_set testImages test1 flowers-test",
}


@pytest.mark.parametrize(
    ("name", "role"), [(name, role) for role, names in NAMES.items() for name in names.split()]
)
def test_the_common_names_of_splits_are_known(name: str, role: str) -> None:
    assert role_of(name) == role


@pytest.mark.parametrize(
    "name",
    [
        "cat",
        "trains",
        "trainer",
        "latest",
        "contest",
        "device",
        "devil",
        "invalid",
        "testudo",
        "1",
        "_",
        "train_test",
    ],
)
def test_other_names_are_none(name: str) -> None:
    assert role_of(name) is None
