from __future__ import annotations

from cifar_pipe.doctor.checks import blank, broken, files, modes, sizes
from tests.doctor.looked import found, picture

MANY = [picture(f"{number}.jpg") for number in range(20)]


def test_a_suffix_of_another_format_is_wrong() -> None:
    pictures = [
        picture("a.jpg"),
        picture("b.jpeg"),
        picture("c.png"),
        picture("d.jpg", format="PNG"),
    ]
    assert found(files, pictures) == {
        "suffix": ("2 images whose suffix is that of another format", [2, 3])
    }


def test_images_of_one_colour_are_blank_also_where_compression_left_noise() -> None:
    pictures = [picture("a", spread=0), picture("b", spread=2), picture("c", spread=3)]
    assert found(blank, pictures) == {"blank": ("2 images are of one colour", [0, 1])}


def test_nothing_is_broken_of_files_that_can_be_read() -> None:
    assert found(broken, MANY) == {}


def test_another_mode_than_that_of_most_is_noted() -> None:
    made = found(
        modes, [*MANY, picture("g.jpg", mode="L"), picture("t.png", mode="RGBA", transparent=True)]
    )
    assert made == {
        "mode": ("2 images not RGB, as the others are", [20, 21]),
        "transparent": ("1 image with transparency", [21]),
    }
    assert found(modes, [picture(mode="L")] * 3) == {}


def test_odd_sizes_are_told_where_nearly_all_have_one() -> None:
    made = found(sizes, [*MANY, picture("s.jpg", size=(20, 20)), picture("l.jpg", size=(32, 80))])
    assert {kind: images for kind, (_, images) in made.items()} == {"size": [20], "aspect": [21]}


def test_sizes_that_vary_are_noted_and_only_the_extreme_ones_odd() -> None:
    usual = [picture(f"{number}.jpg", size=(300 + number, 400)) for number in range(30)]
    made = found(
        sizes, [*usual, picture("thumb.jpg", size=(48, 64)), picture("strip.jpg", size=(40, 900))]
    )
    assert {kind: images for kind, (_, images) in made.items()} == {
        "sizes": [],
        "size": [30],
        "aspect": [31],
    }
