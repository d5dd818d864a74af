from __future__ import annotations

from pathlib import Path

import pytest

BASE = (Path(__file__).parent.parent / "golden" / "base.yaml").read_text()


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(BASE)
    return path
