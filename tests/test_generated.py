"""What is made from the tables is current."""

from __future__ import annotations

import importlib.util
from pathlib import Path

PATH = Path(__file__).resolve().parent.parent / "docs" / "generate.py"


def test_the_generated_files_are_current() -> None:
    spec = importlib.util.spec_from_file_location("generate", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.stale() == [], "python docs/generate.py writes them anew"
