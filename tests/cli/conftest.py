from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases.case import BASE


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(BASE)
    return path
