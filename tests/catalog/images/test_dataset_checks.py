"""What is wrong with a dataset's declaration beyond its types."""

from __future__ import annotations

import pytest

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.catalog.images.dataset_checks import problems
from cifar_pipe.diagnostics.problem import Path


def found(dataset: Component) -> list[tuple[Path, str]]:
    return [(one.path, one.message) for one in problems(dataset)]


def test_a_good_stand_in_has_no_problem() -> None:
    for stand_in in ("Shapes", "Random", "Digits"):
        inner = make("dataset", stand_in)
        assert found(make("dataset", "MNIST", root="x", download=True, stand_in=inner)) == []


@pytest.mark.parametrize(
    ("stand_in", "words"),
    [
        (make("dataset", "MNIST", root="x"), "MNIST cannot stand in: it is not generated"),
        (make("dataset", "ImageFolder", root="x"), "ImageFolder cannot stand in"),
        (make("dataset", "Digits"), "Digits has 10 classes here, CIFAR100 has 100"),
        (make("dataset", "Shapes", num_classes=10), "Shapes has 10 classes here"),
        (make("dataset", "Shapes", image_shape=[1, 9, 9]), "images of 1x9x9 here"),
        (make("dataset", "Random", target_shape=[3]), "has no classes"),
    ],
)
def test_a_stand_in_that_cannot_stand_in_is_reported(stand_in: Component, words: str) -> None:
    dataset = make("dataset", "CIFAR100", root="x", download=True, stand_in=stand_in)
    [(path, message)] = found(dataset)
    assert path == ("stand_in",)
    assert words in message


def test_a_stand_in_without_download_is_reported() -> None:
    dataset = make("dataset", "CIFAR10", root="x", stand_in=make("dataset", "Shapes"))
    assert found(dataset) == [
        (("stand_in",), "stand_in is for a dataset that is downloaded; download is false here")
    ]


def test_a_missing_extra_is_reported_without_importing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cifar_pipe.catalog.images.dataset_checks.find_spec", lambda _: None)
    [problem] = problems(make("dataset", "Digits"))
    assert problem.path == ()
    assert problem.help == "pip install 'cifar-pipe[digits]'"


def test_targets_are_classes_or_numbers() -> None:
    dataset = make("dataset", "Random", num_classes=3, target_shape=[3])
    [(path, _)] = found(dataset)
    assert path == ("target_shape",)
