from __future__ import annotations

from xml.etree import ElementTree as ET

from cifar_pipe.report.drawing.svg import to_svg
from tests.report.drawing.scenes import SCENE


def test_a_scene_as_svg_is_xml_with_its_texts_as_they_were_given() -> None:
    root = ET.fromstring(to_svg(SCENE))
    assert root.get("role") == "img"
    assert root.get("aria-label") == SCENE.label
    texts = [element.text for element in root.iter() if element.text]
    assert texts == [SCENE.label, "<b>", "a dot", "<script>alert(1)</script>", "turned"]


def test_colours_of_an_svg_follow_the_page() -> None:
    assert "var(--accent," in to_svg(SCENE)
