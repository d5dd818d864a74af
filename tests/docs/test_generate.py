"""What is made from the tables is current."""

from __future__ import annotations

import generate


def test_the_generated_files_are_current() -> None:
    assert generate.stale() == [], "python docs/generate.py writes them anew"
