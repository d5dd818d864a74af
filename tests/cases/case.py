"""One mistake: an edit of tests/golden/base.yaml, and the words that the finding points to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

BASE = (Path(__file__).parent.parent / "golden" / "base.yaml").read_text()


@dataclass(frozen=True)
class Case:
    """In the base, `old` becomes `new`; without `old`, `new` is the whole file.

    `words` are under the caret of the first finding, which has this `code`. `beside` are other
    files; `overrides` are `-S`.
    """

    name: str
    code: str
    words: str
    old: str = ""
    new: str | bytes = ""
    overrides: tuple[str, ...] = ()
    beside: Mapping[str, str] = field(default_factory=dict)
    count: int = 1

    @property
    def content(self) -> bytes:
        if isinstance(self.new, bytes):
            return BASE.encode().replace(self.old.encode(), self.new, 1) if self.old else self.new
        if self.old:
            return BASE.replace(self.old, self.new, 1).encode()
        return (self.new or BASE).encode()
