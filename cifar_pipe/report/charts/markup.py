"""Charts as parts of a page: what its templates need of them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from cifar_pipe.report.charts.chart import Chart, on_a_page
from cifar_pipe.report.charts.drawing import Drawings
from cifar_pipe.report.charts.look import Look, Shape

HERE = Path(__file__).parent
# In a square of 10 around 0, as Vega draws them.
_SHAPES: dict[Shape, str] = {
    "circle": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
    "square": "M-3.5 -3.5h7v7h-7z",
    "triangle-up": "M0 -4.5L4.5 3.5H-4.5z",
    "diamond": "M0 -5L5 0L0 5L-5 0z",
    "cross": "M-4.5 -1.5h3v-3h3v3h3v3h-3v3h-3v-3h-3z",
}


def add_charts(environment: jinja2.Environment, css: Sequence[Path], script: str = "") -> None:
    """Gives a page's templates what the macros of `charts.html.j2` need; its script is `script`, then
    that of the charts, and its style sheet those of `css`, then theirs.
    """
    environment.filters |= {"still": still, "chart_data": chart_data, "swatch": swatch}
    environment.filters |= {"library": library, "script_hash": script_hash}
    whole = f"{script}\n{(HERE / 'charts.js').read_text(encoding='utf-8')}"
    sheets = "\n".join(one.read_text(encoding="utf-8") for one in (*css, HERE / "charts.css"))
    # Script and style sheets are ours: no escaping.
    environment.globals |= {"script": Markup(whole), "css": Markup(sheets)}  # noqa: S704


def library(drawings: Drawings) -> Markup:
    """The script that draws charts in a page; empty where there is none."""
    return Markup(drawings.library or "")  # noqa: S704


def script_hash(script: str) -> str:
    """As a page's policy names a script that may run."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


def still(chart: Chart, drawings: Drawings) -> Markup | None:
    """The chart as it is without JavaScript, and on paper."""
    if (svg := drawings.on_a_page(chart)) is None:
        return None
    if chart.raster:
        uri = f"data:image/png;base64,{svg}"
        return Markup('<img src="{}" alt="{}">').format(uri, chart.summary)
    # Ids are the page's: those of two pictures must differ.
    prefix = "p" + hashlib.sha256(svg.encode()).hexdigest()[:8]
    svg = re.sub(r'(\bid="|url\(#)', rf"\g<1>{prefix}-", svg)
    # Vega escapes the texts that it writes.
    return Markup(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704


def chart_data(chart: Chart) -> Markup:
    """What the page's script draws, as JSON that can end no element."""
    data: dict[str, Any] = {"spec": on_a_page(chart, "container"), "group": chart.group}
    data |= {
        "title": chart.title,
        "steps": list(chart.steps),
        "log": chart.log,
        "raster": chart.raster,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", r"\u003c").replace("\u2028", r"\u2028"))  # noqa: S704


def swatch(look: Look) -> Markup:
    """A piece of its line, with its mark."""
    colour = f"var(--{look.colour})"
    parts = []
    if look.dash is not None:
        dashes = " ".join(map(str, look.dash)) if look.dash[1] else "none"
        line = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"'
        parts.append(f'<path d="M0 6H28" {line}/>')
    if look.shape is not None:
        parts.append(
            f'<path d="{_SHAPES[look.shape]}" transform="translate(14 6)" fill="{colour}"/>'
        )
    head = '<svg viewBox="0 0 28 12" width="28" height="12" aria-hidden="true" focusable="false">'
    return Markup(f"{head}{''.join(parts)}</svg>")  # noqa: S704
