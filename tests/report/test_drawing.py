from __future__ import annotations

import io
from xml.etree import ElementTree as ET

from PIL import Image

from cifar_pipe.report.drawing import (
    PNG_MARGIN,
    Dot,
    Line,
    Rect,
    Scene,
    Text,
    Tiles,
    shortened,
    text_width,
    to_png,
    to_svg,
)

SCENE = Scene(
    120,
    80,
    'a "scene" with <everything> & more',
    [
        Rect(10, 10, 30, 20, "accent", opacity=0.5, title="<b>"),
        Tiles([(50, 10), (60, 10)], 8, 8, "second", opacity=0.4),
        Line([(0, 0), (100, 50)], "ink", 2),
        Line([(0, 70), (100, 70)], "muted", dashed=True),
        Dot(20, 40, 3, "second", title="a dot"),
        Text(60, 60, "<script>alert(1)</script>", anchor="middle"),
        Text(60, 60, "turned", angle=45),
    ],
)


def test_a_scene_as_svg_is_xml_with_its_texts_as_they_were_given() -> None:
    root = ET.fromstring(to_svg(SCENE))
    assert root.get("role") == "img"
    assert root.get("aria-label") == SCENE.label
    texts = [element.text for element in root.iter() if element.text]
    assert texts == [SCENE.label, "<b>", "a dot", "<script>alert(1)</script>", "turned"]


def test_colours_of_an_svg_follow_the_page() -> None:
    assert "var(--accent," in to_svg(SCENE)


def test_a_scene_as_png_has_the_size_of_the_scene_times_scale_with_a_margin() -> None:
    for scale in (1, 2):
        with Image.open(io.BytesIO(to_png(SCENE, scale=scale))) as picture:
            assert picture.size == ((120 + 2 * PNG_MARGIN) * scale, (80 + 2 * PNG_MARGIN) * scale)


def test_a_png_shows_the_shapes_in_their_places_and_colours() -> None:
    scene = Scene(40, 40, "a square", [Rect(10, 10, 20, 20, "accent")])
    with Image.open(io.BytesIO(to_png(scene, scale=1))) as picture:
        assert picture.getpixel((PNG_MARGIN + 20, PNG_MARGIN + 20)) == (0x0B, 0x53, 0x94)
        assert picture.getpixel((PNG_MARGIN + 5, PNG_MARGIN + 5)) == (255, 255, 255)


def test_texts_that_are_too_wide_are_shortened() -> None:
    text = shortened("a very long class name indeed", 80)
    assert text.endswith("…")
    assert text_width(text) <= 80
    assert shortened("cat", 80) == "cat"
