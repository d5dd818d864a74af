from __future__ import annotations

from cifar_pipe.doctor.checks import duplicates, near_duplicates
from cifar_pipe.doctor.similar import Pair
from tests.doctor.looked import collection, found, picture


def test_a_later_split_leaks_from_the_first_that_has_the_image() -> None:
    pictures = [
        picture("a", "test", digest=b"1"),
        picture("b", "val", digest=b"1"),
        picture("c", "train", digest=b"1"),
        picture("d", "val", digest=b"2"),
        picture("e", "test", digest=b"2"),
    ]
    made = [one.message for one in duplicates.check(collection(pictures))]
    assert made == [
        "1 test image is in train too",
        "1 val image is in train too",
        "1 test image is in val too",
    ]


def test_other_labels_are_a_conflict_and_no_duplicate() -> None:
    pictures = [picture("a", digest=b"1"), picture("b", label="dog", digest=b"1")]
    assert found(duplicates, pictures) == {
        "conflict": ("2 images have the pixels of another and not its label", [0, 1])
    }


def test_all_but_the_first_are_duplicates() -> None:
    pictures = [picture(name, digest=b"1") for name in "abc"]
    assert found(duplicates, pictures) == {
        "duplicate": ("2 images are in the same split again", [1, 2])
    }


def test_blank_images_are_no_duplicates() -> None:
    assert found(duplicates, [picture(name, digest=b"1", spread=0) for name in "ab"]) == {}


def test_near_duplicates_count_for_all_images_of_equal_pixels() -> None:
    """One is in test, and twice in train; a changed copy is in test."""
    pictures = [
        picture("a", "train", digest=b"1"),
        picture("b", "train", digest=b"1"),
        picture("c", "test", digest=b"1"),
        picture("d", "test", digest=b"2"),
    ]
    made = {
        one.kind.name: [*one.groups]
        for one in near_duplicates.check(collection(pictures), [Pair(0, 3, 0.9, mirrored=False)])
    }
    # c is an exact leak, and is told as that alone.
    assert made == {"near-leak": [(3, 0)], "near-duplicate": [(3, 2)]}


def test_near_duplicates_of_other_labels_are_conflicts() -> None:
    pictures = [picture("a", digest=b"1"), picture("b", label="dog", digest=b"2")]
    (made,) = near_duplicates.check(collection(pictures), [Pair(0, 1, 0.9, mirrored=False)])
    assert (made.kind.name, [*made.images]) == ("near-conflict", [1, 0])
