"""Exported once for all tests: an exporter takes seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.export.write import write_model
from tests.export.kit import artifact


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The small network in each format."""
    pytest.importorskip("onnxscript")
    pytest.importorskip("onnxruntime")
    folder, whole = tmp_path_factory.mktemp("models"), artifact()
    for name in ("onnx", "pt2", "safetensors"):
        write_model(folder / f"net.{name}", name, whole)
    return {name: folder / f"net.{name}" for name in ("onnx", "pt2", "safetensors")}
