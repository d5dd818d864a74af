"""A page within a notebook."""

from __future__ import annotations

import html
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """A cell that ends in it shows the page, `height` pixels high, in a frame of its own: no name that the
    page shows and no script of it reaches the notebook.
    """

    text: str
    height: int = 700

    def __repr__(self) -> str:
        return f"Page of {len(self.text.encode()) / 1e6:.1f} MB"

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{html.escape(self.text)}" title="page" sandbox="allow-scripts allow-popups" '
            f'style="width: 100%; height: {self.height}px; border: 0"></iframe>'
        )
