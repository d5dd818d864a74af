"""Probabilities beside how often the answers are right."""

from __future__ import annotations

import pytest

from cifar_pipe.report.analysis.confidence import Confidence, confidence
from cifar_pipe.report.tables.answer_table import Answer


def answers(*groups: tuple[float, int, int]) -> list[Answer]:
    """Of each group: its probability, how many images are right, and how many are wrong."""
    rows = [
        (probability, "cat" if index < right else "dog")
        for probability, right, wrong in groups
        for index in range(right + wrong)
    ]
    return [Answer(at, "cat", label, share, 1.0) for at, (share, label) in enumerate(rows)]


def found(*groups: tuple[float, int, int]) -> Confidence:
    one = confidence(answers(*groups))
    assert one is not None
    return one


def test_probabilities_that_hold_have_no_calibration_error() -> None:
    one = found((0.9, 90, 10), (0.5, 50, 50))
    assert one.error == pytest.approx(0)
    assert [(bin_.images, bin_.accuracy) for bin_ in one.bins] == [(100, 0.5), (100, 0.9)]
    assert "about as sure as it is right" in one.sentence


def test_the_calibration_error_is_the_mean_distance_over_all_images() -> None:
    one = found((0.95, 60, 40), (0.55, 250, 50))
    assert one.error == pytest.approx((100 * 0.35 + 300 * (250 / 300 - 0.55)) / 400)


def test_a_network_that_is_surer_than_it_is_right_is_said_to_be() -> None:
    assert "too sure by 30.0 points" in found((0.9, 60, 40)).sentence
    assert "too unsure by 30.0 points" in found((0.6, 90, 10)).sentence


def test_the_surest_images_are_kept_first() -> None:
    one = found((0.9, 100, 0), (0.3, 0, 100))
    kept = dict(one.kept)
    assert (kept[0.5], kept[1.0]) == (1.0, 0.5)
    assert "surest of, 100.0\u00a0% are right" in one.sentence


def test_a_probability_of_1_is_in_the_last_bin() -> None:
    assert found((1.0, 100, 0)).bins[-1].probability == 1.0


def test_few_images_say_nothing() -> None:
    assert confidence(answers((0.9, 99, 0))) is None


def test_its_charts_have_the_values_as_tables() -> None:
    charts = found((0.9, 60, 40), (0.5, 50, 50)).charts
    assert charts["reliability"].table[1:] == [
        ["50.0\u00a0%", "50.0\u00a0%", "40.4\u00a0% to 59.6\u00a0%", "100"],
        ["90.0\u00a0%", "60.0\u00a0%", "50.2\u00a0% to 69.1\u00a0%", "100"],
    ]
    assert "15.0\u00a0%" in charts["reliability"].summary
    assert charts["accuracy_kept"].table[-1] == ["100.0\u00a0%", "55.0\u00a0%"]
