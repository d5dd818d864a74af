from __future__ import annotations

from cifar_pipe.data.image_files.seen import Seen

ONE, OTHER, THIRD = (3, 4, 4), (3, 5, 4), (3, 4, 5)


def test_it_has_the_first_image_of_each_shape_and_the_shape_of_each_image() -> None:
    seen = Seen(early=True)
    seen.add([OTHER, ONE, OTHER])
    seen.add([])
    seen.add([ONE, THIRD])
    shapes = [[[3, 5, 4], 0], [[3, 4, 4], 1], [[3, 4, 5], 4]]
    assert seen.plain() == {"early": True, "shapes": shapes, "each": [0, 1, 0, 1, 2]}
    assert seen.varies


def test_images_that_are_alike_have_one_shape() -> None:
    seen = Seen(early=False)
    seen.add([ONE, ONE])
    assert seen.plain() == {"early": False, "shapes": [[[3, 4, 4], 0]]}
    assert not seen.varies
