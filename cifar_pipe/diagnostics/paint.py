"""Colours of a terminal."""

from __future__ import annotations

from dataclasses import dataclass

_STYLES = {
    "bold": "1",
    "dim": "2",
    "cyan": "36",
    "red": "31",
    "bold red": "1;31",
    "bold yellow": "1;33",
    "bold blue": "1;34",
}


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours text where colour is `on`."""

    on: bool

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.on and text else text
