"""The classes that are known by name."""

from __future__ import annotations

from cifar_pipe.catalog.images.class_names import EMNIST, SHAPES_LIMIT, shape_class, shape_names


def test_shapes_are_all_forms_plain_and_then_with_every_fill() -> None:
    assert shape_class(0) == ("circle", "plain")
    assert shape_class(11) == ("square", "striped")
    assert shape_names(12)[9:] == ("arrow", "striped_circle", "striped_square")
    assert len(set(shape_names(SHAPES_LIMIT))) == SHAPES_LIMIT == 100


def test_emnist_merges_the_small_letters_that_look_like_their_capitals() -> None:
    counts = {part: len(names) for part, names in EMNIST.items()}
    assert counts == {
        "byclass": 62, "bymerge": 47, "balanced": 47, "letters": 27, "digits": 10, "mnist": 10,
    }  # fmt: skip
