"""The page on which one drops a picture; it is made of files of this server alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from cifar_pipe.serving.limits import Limits

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Page:
    """`name` is what it is headed with."""

    name: str
    classes: Sequence[str]
    limits: Limits

    def files(self) -> Mapping[str, tuple[str, str]]:
        """By path the text and its media type."""
        template = jinja2.Environment(
            autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
        ).from_string(_text("page.html.j2"))
        page = template.render(
            name=self.name,
            classes=self.classes,
            most_mib=f"{self.limits.size / (1 << 20):g}",
            most_pixels=f"{self.limits.pixels:,}",
        )
        return {
            "/": (page, "text/html"),
            "/page.css": (_text("page.css"), "text/css"),
            "/page.js": (_text("page.js"), "text/javascript"),
            # Browsers ask for one.
            "/favicon.ico": ("", "image/x-icon"),
        }


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
