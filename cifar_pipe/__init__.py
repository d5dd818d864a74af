"""Image classification in PyTorch as data: see README.md, and docs/how-to/python.md for scripts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cifar_pipe.api.check import Checked, check
    from cifar_pipe.api.result import Result, load
    from cifar_pipe.api.run import run
    from cifar_pipe.api.series import Series
    from cifar_pipe.api.words import PipelineWarning
    from cifar_pipe.diagnostics.findings import Finding, NotKnown
    from cifar_pipe.errors import CifarPipeError, Interrupted, PipelineError, RunError, UsageError
    from cifar_pipe.events import Events, Progress
    from cifar_pipe.inference.prediction import Prediction
    from cifar_pipe.runner.many import Spread

__version__ = "0.1.0"

__all__ = [
    "Checked",
    "CifarPipeError",
    "Events",
    "Finding",
    "Interrupted",
    "NotKnown",
    "PipelineError",
    "PipelineWarning",
    "Prediction",
    "Progress",
    "Result",
    "RunError",
    "Series",
    "Spread",
    "UsageError",
    "check",
    "load",
    "run",
]

_MODULES = {
    "api.check": ("Checked", "check"),
    "api.result": ("Result", "load"),
    "api.run": ("run",),
    "api.series": ("Series",),
    "api.words": ("PipelineWarning",),
    "diagnostics.findings": ("Finding", "NotKnown"),
    "errors": ("CifarPipeError", "Interrupted", "PipelineError", "RunError", "UsageError"),
    "events": ("Events", "Progress"),
    "inference.prediction": ("Prediction",),
    "runner.many": ("Spread",),
}


def __getattr__(name: str) -> Any:
    """Imports what is public when it is asked for: `import cifar_pipe` alone costs nothing."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"cifar_pipe.{module}"), name)
    raise AttributeError(f"module 'cifar_pipe' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
