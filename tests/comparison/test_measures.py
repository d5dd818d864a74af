"""Means, differences and what their intervals are about."""

from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.comparison import measures
from cifar_pipe.comparison.measures import (
    between,
    difference,
    difference_in_words,
    measured,
)
from cifar_pipe.comparison.runs import compare
from cifar_pipe.comparison.statistics import mean_of
from tests.cases.case import BASE
from tests.comparison.kit import make_run

ACCURACY = "evaluate.accuracy"


def test_two_runs_are_compared_by_the_images_that_only_one_has_right(tmp_path: Path) -> None:
    right, wrong = ("cat", "cat"), ("cat", "dog")
    before = make_run(tmp_path / "a", answers=[right, right, wrong, wrong])
    after = make_run(tmp_path / "b", lr=0.1, answers=[right, wrong, right, right])
    found = compare([before, after])
    of = difference(found, found.variants[1], ACCURACY)
    assert of is not None
    assert of.pairs is not None
    assert of.basis == "images"
    assert of.estimate.value == pytest.approx(0.25)
    assert [one.index for one, _ in of.pairs.changed(gained=True)] == [2, 3]
    assert [other.predicted for _, other in of.pairs.changed(gained=False)] == ["dog"]
    assert difference(found, found.variants[0], ACCURACY) is None


@pytest.mark.parametrize("other", [[("dog", "dog")] * 2, [("cat", "cat")]])
def test_answers_to_other_images_are_not_paired(
    tmp_path: Path, other: list[tuple[str, str]]
) -> None:
    before = make_run(tmp_path / "a", accuracy=0.5, answers=[("cat", "cat")] * 2)
    after = make_run(tmp_path / "b", lr=0.1, accuracy=0.6, answers=other)
    found = compare([before, after])
    of = difference(found, found.variants[1], ACCURACY)
    assert of is not None
    assert (of.pairs, of.estimate.interval) == (None, None)
    assert of.estimate.value == pytest.approx(0.1)


def test_variants_are_compared_seed_by_seed(tmp_path: Path) -> None:
    """What a seed does to both cancels out."""
    before, after = (0.50, 0.60, 0.70), (0.52, 0.63, 0.72)
    runs = [make_run(tmp_path / f"a{s}", seed=s, accuracy=one) for s, one in enumerate(before)]
    runs += [
        make_run(tmp_path / f"b{s}", seed=s, lr=0.1, accuracy=one) for s, one in enumerate(after)
    ]
    found = compare(runs)
    of = difference(found, found.variants[1], ACCURACY)
    assert of is not None
    assert of.basis == "seeds"
    assert of.estimate == mean_of([b - a for a, b in zip(before, after, strict=True)])
    whole = measured(found.variants[0], ACCURACY)
    assert whole is not None
    assert whole.estimate == mean_of(before)
    assert whole.std == pytest.approx(0.1)


def test_folds_have_the_wider_interval(tmp_path: Path) -> None:
    runs = []
    for number, accuracy in enumerate((0.5, 0.6, 0.7), 1):
        fold = {"number": number, "of": 3}
        path = make_run(tmp_path / str(number), accuracy=accuracy, data={"fold": fold})
        written = f"batch_size: 4\n    fold: {{number: {number}, of: 3}}"
        (path / "resolved.yaml").write_text(BASE.replace("batch_size: 4", written))
        runs.append(path)
    found = compare(runs)
    assert len(found.variants) == 1
    assert measures.basis_of(found.base) == "folds"
    whole = measured(found.base, ACCURACY)
    assert whole is not None
    assert whole.estimate == mean_of([0.5, 0.6, 0.7], overlap=0.5)


def test_one_run_has_the_interval_that_it_measured(tmp_path: Path) -> None:
    found = measured(compare([make_run(tmp_path / "a", accuracy=0.4)]).base, ACCURACY)
    assert found is not None
    assert found.estimate.interval == pytest.approx((0.3, 0.5))


@pytest.mark.parametrize(
    ("measure", "value", "words"),
    [
        (ACCURACY, -0.0123, "−1.2\u00a0points"),
        (ACCURACY, 0.0001, "0.0\u00a0points"),
        ("evaluate.loss", 0.5, "+0.5"),
    ],
)
def test_differences_have_a_sign(measure: str, value: float, words: str) -> None:
    assert difference_in_words(measure, value) == words


def test_intervals_in_words() -> None:
    assert between(ACCURACY, (0.531, 0.551)) == "53.1 to 55.1"
    assert between(ACCURACY, (-0.021, 0.004), signed=True) == "−2.1 to +0.4"
    assert between("evaluate.loss", (-0.5, 0.25), signed=True) == "−0.5 to +0.25"
    assert between(ACCURACY, None) == "not known"
