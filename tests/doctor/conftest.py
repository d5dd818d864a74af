from __future__ import annotations

from pathlib import Path

import pytest

from tests.doctor.planting import draw_images


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`{train,test}/{cat,dog,frog}/NNNN.jpg` without a fault, 30 and 12 of each; to copy, not to change."""
    return draw_images(tmp_path_factory.mktemp("drawn") / "images", train=30, test=12)
