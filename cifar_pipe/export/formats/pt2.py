"""A program of torch.export (`.pt2`), with the card beside it in the same archive."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable

import torch
from torch import Tensor

from cifar_pipe.errors import RunError
from cifar_pipe.export.artifact import Artifact
from cifar_pipe.export.card import KEY, Card

_FILE = f"{KEY}.json"
_LARGEST_CARD = 1 << 26


def write(artifact: Artifact) -> bytes:
    """Raises RunError where torch.export cannot follow the network."""
    card = artifact.card().model_dump_json()
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.export.save(artifact.program, buffer, extra_files={_FILE: card})
    return buffer.getvalue()


def read_card(content: bytes) -> str | None:
    """Nothing of the program is loaded. None where it is none, or one of somebody else's."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if not any(name.endswith("archive_format") for name in names):
                return None
            name = next((one for one in names if one.endswith(f"/extra/{_FILE}")), None)
            if name is None or archive.getinfo(name).file_size > _LARGEST_CARD:
                return None
            return archive.read(name).decode()
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError):
        return None


def opened(content: bytes, card: Card) -> tuple[Callable[[Tensor], Tensor], str]:
    """Loading a program can run code: only for what is trusted."""
    del card
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = torch.export.load(io.BytesIO(content)).module()
    except Exception as error:
        first = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise RunError(f"torch.export cannot load it: {first}") from error

    def outputs(images: Tensor) -> Tensor:
        with torch.inference_mode():
            given: Tensor = module(images)[0]
        return given

    return outputs, f"torch {torch.__version__}"
