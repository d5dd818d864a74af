"""Weights as files: a state_dict, written with torch.save or as safetensors.

Nothing but tensors and plain values is read: a file from elsewhere cannot run code.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from cifar_pipe.errors import RunError
from cifar_pipe.files import write_bytes
from cifar_pipe.model.weights.checkpoints import state_in
from cifar_pipe.model.weights.kinds import check_kind
from cifar_pipe.model.weights.unreadable import damaged, not_loaded
from cifar_pipe.model.weights.versions import state_dict, versions_of

SAFETENSORS = ".safetensors"
_ZIP = b"PK\x03\x04"
# torch.save compresses nothing, and others who did would gain a little.
_MOST_UNPACKED = 4
# What checkpoints of timm hold beside the weights: it only keeps what it is given.
_PLAIN = (argparse.Namespace,)
_HEADER = 8  # bytes that say how long the JSON is with which a file of safetensors begins


@dataclass(frozen=True, slots=True)
class Weights:
    """The state_dict of a file, on the CPU; `remarks` say in words where in the file it was."""

    path: Path
    state: Mapping[str, Tensor]
    remarks: tuple[str, ...] = ()


def write_weights(path: Path, state: Mapping[str, Tensor]) -> None:
    """Equal weights give equal files, whatever their name and device.

    torch.save keeps the versions of the modules, which some ask for when they are loaded.
    """
    tensors = {name: one.detach().cpu().contiguous() for name, one in state.items()}
    if path.suffix == SAFETENSORS:
        # safetensors refuses tensors that share memory.
        own = {name: tensor.clone() for name, tensor in tensors.items()}
        write_bytes(path, _safetensors().save(own))
        return
    buffer = io.BytesIO()
    torch.save(state_dict(tensors.items(), versions_of(state)), buffer)
    write_bytes(path, buffer.getvalue())


def read_weights(path: Path, *, sha256: str | None = None) -> Weights:
    """What is in the file: a state_dict, or a checkpoint that holds one.

    Raises RunError, naming the file, where it is not there, has another `sha256` than this, is
    damaged, or something else.
    """
    path = path.expanduser()
    if path.is_dir():
        raise RunError(f"{path} is a folder, not a file of weights", help="name a file in it")
    if not path.is_file():
        raise RunError(
            f"there is no file {path}",
            help="check the path; it is relative to the current directory",
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RunError(f"cannot read {path}: {error.strerror or error}") from error
    if not content:
        raise damaged(path, "it is empty")
    if sha256 is not None:
        _check_digest(path, content, sha256)
    if _is_safetensors(path, content):
        held = _read_safetensors(path, content)
    else:
        check_kind(path, content)
        held = _read_torch(path, content)
    state, remarks = state_in(path, held)
    return Weights(path, state, remarks)


def _check_digest(path: Path, content: bytes, sha256: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256.lower():
        raise RunError(
            f"the sha256 of {path} is {found}, and not {sha256.lower()}",
            help="it is another file than the one that was meant, or damaged: get that one again, or "
            "write the sha256 of this one",
        )


def _is_safetensors(path: Path, content: bytes) -> bool:
    """By what it holds: people rename files."""
    size = int.from_bytes(content[:_HEADER], "little")
    begins = content[_HEADER : _HEADER + 1] == b"{"
    return begins and (size <= len(content) - _HEADER or path.suffix == SAFETENSORS)


def _read_torch(path: Path, content: bytes) -> Any:
    _check_sums(path, content)
    try:
        with torch.serialization.safe_globals([*_PLAIN]):
            return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:
        # Six types and more, depending on where a file is broken.
        raise not_loaded(path, content, error) from error


def _check_sums(path: Path, content: bytes) -> None:
    """torch.save writes a checksum for each tensor, and torch.load does not look at them."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
            grows = unpacked > _MOST_UNPACKED * len(content)
            bad = None if grows else archive.testzip()
    except zipfile.BadZipFile as error:
        if content.startswith(_ZIP):
            why = f"its end is missing, after {len(content):,} bytes"
            raise damaged(path, why) from error
        # An older format, or not weights at all: torch.load will see.
        return
    except Exception as error:
        raise damaged(path, error) from error
    if grows:
        raise damaged(path, f"its {len(content):,} bytes would unpack to {unpacked:,}")
    if bad is not None:
        raise damaged(path, f"the checksum of {bad} is wrong")


def _read_safetensors(path: Path, content: bytes) -> Any:
    module = _safetensors()
    try:
        return module.load(content)
    except Exception as error:
        raise damaged(path, error) from error


def _safetensors() -> Any:
    try:
        from safetensors import torch as module  # noqa: PLC0415  optional
    except ImportError:
        message = "files ending in .safetensors need the package safetensors"
        help_ = "pip install 'cifar-pipe[safetensors]', or name the file .pth"
        raise RunError(message, help=help_) from None
    return module
