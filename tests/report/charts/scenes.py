"""Looks at scenes, for the tests of charts."""

from __future__ import annotations

from cifar_pipe.report.drawing.scene import Dot, Line, Rect, Scene, Text, Tiles, text_width


def texts(scene: Scene) -> list[str]:
    return [shape.text.replace("\u00a0", " ") for shape in scene.shapes if isinstance(shape, Text)]


def assert_inside(scene: Scene) -> None:
    for shape in scene.shapes:
        match shape:
            case Line():
                places = shape.points
            case Rect():
                places = [(shape.x, shape.y), (shape.x + shape.width, shape.y + shape.height)]
            case Dot():
                places = [(shape.x, shape.y)]
            case Tiles():
                places = [(x + shape.width, y + shape.height) for x, y in shape.corners]
            case Text(angle=0):
                width = text_width(shape.text, size=shape.size)
                start = shape.x - {"start": 0, "middle": width / 2, "end": width}[shape.anchor]
                # The last tick's text may hang over by a little: there is a white margin.
                places = [(start, shape.y), (min(start + width, scene.width), shape.y)]
                assert start + width <= scene.width + 12, shape
            case _:
                places = []
        for x, y in places:
            assert -0.01 <= x <= scene.width + 0.01, shape
            assert -0.01 <= y <= scene.height + 0.01, shape
