"""Exported models as files: the formats by their endings, and what a file turns out to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from torch import Tensor

from cifar_pipe.errors import RunError, UsageError
from cifar_pipe.export.artifact import Artifact
from cifar_pipe.export.card import Card


class ModelFormat(Protocol):
    """A module of `export/formats`."""

    def write(self, artifact: Artifact) -> bytes:
        """Raises RunError where the format cannot hold it, or a package is missing."""

    def read_card(self, content: bytes) -> str | None:
        """The card in a file of this format, None in any other; nothing of the file is run."""

    def opened(self, content: bytes, card: Card) -> tuple[Callable[[Tensor], Tensor], str]:
        """A function of uint8 images `[n, 3, H, W]` that gives the outputs, float32 `[n, classes]`, and the
        name of what computes them.
        """


_ADDRESSES: Mapping[str, str] = {
    name: f"cifar_pipe.export.formats.{name}" for name in ("onnx", "pt2", "safetensors")
}
# Whose files are programs: loading one can run code.
PROGRAMS = ("pt2",)


def model_format(name: str) -> ModelFormat:
    return cast("ModelFormat", import_module(_ADDRESSES[name]))


@dataclass(frozen=True, slots=True)
class ModelFile:
    """An exported model as it was read; nothing of it was run."""

    path: Path
    format: str
    content: bytes
    card: Card


def read_model(path: Path) -> ModelFile:
    """Raises UsageError where there is no such file, RunError where it is not an exported model."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder, not a model", help="name a file in it")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}") from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
    for name in _in_order(content):
        try:
            text = model_format(name).read_card(content)
        except RunError as error:
            raise RunError(f"{path}: {error.message}", help=error.help) from error
        if text is None:
            continue
        try:
            return ModelFile(path, name, content, Card.read(text))
        except ValueError as error:
            raise RunError(f"the description in {path} is damaged: {error}") from error
    raise RunError(
        f"{path} is not a model that cifar-pipe has exported",
        help="cifar-pipe export RUN writes one",
    )


def _in_order(content: bytes) -> list[str]:
    """ONNX is asked last: any bytes may be a protocol buffer, and reading one needs a package."""
    if content.startswith(b"PK"):
        return ["pt2"]
    return ["safetensors"] if content[8:9] == b"{" else ["onnx"]
