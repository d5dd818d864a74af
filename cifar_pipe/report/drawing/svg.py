"""A scene as an SVG element."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from cifar_pipe.report.drawing.scene import LIGHT, Dot, Line, Rect, Scene, Shape, Text, Tiles


def to_svg(scene: Scene) -> str:
    """An `<svg>` element for a page; it grows and shrinks with its box."""
    size = f'viewBox="0 0 {_number(scene.width)} {_number(scene.height)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" '
    title = f"aria-label={quoteattr(scene.label)}><title>{escape(scene.label)}</title>"
    return "".join([head, title, *map(_svg_shape, scene.shapes), "</svg>"])


def _svg_shape(shape: Shape) -> str:
    colour = f"var(--{shape.colour},{LIGHT[shape.colour]})"
    fill = f'style="fill:{colour}"'
    if isinstance(shape, Rect | Tiles) and shape.opacity < 1:
        fill += f' fill-opacity="{_number(shape.opacity)}"'
    match shape:
        case Rect():
            box = _attributes(x=shape.x, y=shape.y, width=shape.width, height=shape.height)
            return _element("rect", f"{box} {fill}", shape.title)
        case Tiles():
            sides = f"h{_number(shape.width)}v{_number(shape.height)}h{_number(-shape.width)}z"
            path = "".join(f"M{_number(x)} {_number(y)}{sides}" for x, y in shape.corners)
            return _element("path", f'd="{path}" {fill}')
        case Line():
            points = " ".join(f"{_number(x)},{_number(y)}" for x, y in shape.points)
            dashes = ' stroke-dasharray="4 3"' if shape.dashed else ""
            stroke = f'fill="none" stroke-width="{_number(shape.width)}" stroke-linejoin="round"'
            look = f'{stroke}{dashes} style="stroke:{colour}"'
            return _element("polyline", f'points="{points}" {look}')
        case Dot():
            place = _attributes(cx=shape.x, cy=shape.y, r=shape.radius)
            return _element("circle", f"{place} {fill}", shape.title)
        case Text():
            x, y = _number(shape.x), _number(shape.y)
            turn = f' transform="rotate({-shape.angle} {x} {y})"' if shape.angle else ""
            anchor = f' text-anchor="{shape.anchor}"' if shape.anchor != "start" else ""
            look = f'font-size="{_number(shape.size)}" dy=".35em" {fill}'
            return f'<text x="{x}" y="{y}" {look}{anchor}{turn}>{escape(shape.text)}</text>'


def _element(tag: str, attributes: str, title: str | None = None) -> str:
    if title is None:
        return f"<{tag} {attributes}/>"
    return f"<{tag} {attributes}><title>{escape(title)}</title></{tag}>"


def _attributes(**values: float) -> str:
    return " ".join(f'{name}="{_number(value)}"' for name, value in values.items())


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
