from __future__ import annotations

import pytest

from cifar_pipe.report import formatting


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (0.0, "0 s"),
        (0.0123, "12 ms"),
        (0.9999, "1.0 s"),
        (9.94, "9.9 s"),
        (37.4, "37 s"),
        (59.6, "1 min"),
        (83.2, "1 min 23 s"),
        (3599.9, "1 h"),
        (7384, "2 h 3 min"),
    ],
)
def test_seconds_are_given_in_the_unit_that_fits(duration: float, text: str) -> None:
    assert plain(formatting.seconds(duration)) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(999, "999"), (9999, "9,999"), (62006, "62.0 k"), (651720, "652 k"), (999999, "1.00 M"),
     (11_689_512, "11.7 M"), (4.1e9, "4.10 G")],
)  # fmt: skip
def test_large_counts_are_shortened(number: float, text: str) -> None:
    assert plain(formatting.short_count(number)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1.2743, "1.274"),
        (0.001, "0.001"),
        (62006, "62,006"),
        (2.2e-7, "2.2e-07"),
        (-0.5, "-0.5"),
    ],
)
def test_numbers_have_four_digits_and_no_needless_exponent(value: float, text: str) -> None:
    assert formatting.number(value) == text


def test_plurals() -> None:
    assert formatting.plural(1, "image") == "1 image"
    assert formatting.plural(2000, "class") == "2,000 classes"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ReLU", "ReLU"),
        ({"type": "SGD", "lr": "0.1", "momentum": "0.9"}, "SGD, lr 0.1, momentum 0.9"),
        (["ToTensor", {"type": "Resize", "size": ["8", "8"]}], "ToTensor; Resize, size [8, 8]"),
        ({"train": {"type": "Pad"}}, "train (Pad)"),
        (["a", ["b", "c"]], "a; b; c"),
    ],
)
def test_settings_are_one_line_of_text(value: object, text: str) -> None:
    assert formatting.in_words(value) == text


def test_a_shape_has_crosses_between_its_sides() -> None:
    assert formatting.shape_text([3, 32, 32]) == "3 × 32 × 32"
    assert formatting.shape_text(None) == ""


def test_wide_characters_take_two_columns() -> None:
    assert formatting.aligned([("猫", "a"), ("bb", "c")]) == ["猫  a", "bb  c"]
    assert formatting.aligned([("猫狗", "1"), ("b", "22")], right=(0, 1)) == [
        "猫狗   1",
        "   b  22",
    ]


def test_names_are_below_each_other_as_many_in_a_line_as_fit() -> None:
    rows = {"GroundTruth: ": ["cat", "图像分类", "dog"], "Predicted: ": ["frog", "cat", "a"]}
    assert list(formatting.name_rows(rows)) == [
        "GroundTruth:  cat   图像分类 dog",
        "Predicted:    frog  cat      a",
    ]
    assert list(formatting.name_rows({"": ["cat", "dog", "frog"]}, width=13)) == [
        " cat   dog",
        " frog",
    ]


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    rows = [("layer", "n"), ("a", "1,000")]
    assert formatting.aligned(rows, right=(1,)) == ["layer      n", "a      1,000"]
    assert formatting.aligned(rows) == ["layer  n", "a      1,000"]
