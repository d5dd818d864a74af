"""The stage export: what it can name, and what it writes."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from cifar_pipe.stages.export.spec import Export, format_of


@pytest.mark.parametrize("path", ["net.onnx", "out/net.pt2", "a.b.safetensors"])
def test_the_ending_is_the_format(path: str) -> None:
    assert format_of(Export(path=path).path) == path.rpartition(".")[2]


@pytest.mark.parametrize(
    "path", ["net", "net.pth", "net.ONNX", "../net.onnx", "/net.onnx", "onnx", ".onnx"]
)
def test_other_names_are_refused(path: str) -> None:
    with pytest.raises(ValidationError):
        Export(path=path)
