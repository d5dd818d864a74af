"""A scene with a shape of each kind."""

from __future__ import annotations

from cifar_pipe.report.drawing.scene import Dot, Line, Rect, Scene, Text, Tiles

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
