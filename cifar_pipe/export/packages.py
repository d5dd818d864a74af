"""The packages that formats need beside our dependencies, and the command that installs them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
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


def missing(format_: Format) -> list[str]:
    """The packages of the format that are not installed."""
    return [one for one in PACKAGES[format_].modules if find_spec(one) is None]


def check_installed(format_: Format) -> None:
    """Before anything is loaded. Raises RunError with the command that installs what is missing."""
    if absent := missing(format_):
        message = f"{format_} needs {' and '.join(absent)}, which is not installed"
        raise RunError(message, help=PACKAGES[format_].install)


def needed(format_: Format, module: str) -> Any:
    """The module, imported. Raises RunError with the command that installs it."""
    try:
        return import_module(module)
    except ImportError:
        name = module.partition(".")[0]
        message = f"{format_} needs the package {name}, which is not installed"
        raise RunError(message, help=PACKAGES[format_].install) from None
