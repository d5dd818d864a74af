from __future__ import annotations

import io

from PIL import Image

from cifar_pipe.report.drawing.png import PNG_MARGIN, to_png
from cifar_pipe.report.drawing.scene import Rect, Scene
from tests.report.drawing.scenes import SCENE


def test_a_scene_as_png_has_the_size_of_the_scene_times_scale_with_a_margin() -> None:
    for scale in (1, 2):
        with Image.open(io.BytesIO(to_png(SCENE, scale=scale))) as picture:
            assert picture.size == ((120 + 2 * PNG_MARGIN) * scale, (80 + 2 * PNG_MARGIN) * scale)


def test_a_png_shows_the_shapes_in_their_places_and_colours() -> None:
    scene = Scene(40, 40, "a square", [Rect(10, 10, 20, 20, "accent")])
    with Image.open(io.BytesIO(to_png(scene, scale=1))) as picture:
        assert picture.getpixel((PNG_MARGIN + 20, PNG_MARGIN + 20)) == (0x0B, 0x53, 0x94)
        assert picture.getpixel((PNG_MARGIN + 5, PNG_MARGIN + 5)) == (255, 255, 255)
