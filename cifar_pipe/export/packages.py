"""The packages that formats need beside our dependencies, and the command that installs them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

from cifar_pipe.errors import RunError
from cifar_pipe.stages.export.spec import Format


class Packages(NamedTuple):
    modules: tuple[str, ...]
    install: str


PACKAGES: Mapping[Format, Packages] = {
    "onnx": Packages(("onnx", "onnxscript", "onnxruntime"), "pip install 'cifar-pipe[onnx]'"),
    "pt2": Packages((), ""),
    "safetensors": Packages(("safetensors",), "pip install 'cifar-pipe[safetensors]'"),
}


def needed(format_: Format, module: str) -> Any:
    """The module, imported. Raises RunError with the command that installs it."""
    try:
        return import_module(module)
    except ImportError:
        name = module.partition(".")[0]
        message = f"{format_} needs the package {name}, which is not installed"
        raise RunError(message, help=PACKAGES[format_].install) from None
