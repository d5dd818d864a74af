"""Weights as files: a state_dict, written with torch.save or as safetensors.

Nothing but tensors is read: a file from elsewhere cannot run code.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.errors import RunError
from cifar_pipe.files import write_bytes

SAFETENSORS = ".safetensors"


def write_weights(path: Path, state: Mapping[str, Tensor]) -> None:
    """Equal weights give equal files, whatever their name and device."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    if path.suffix == SAFETENSORS:
        # safetensors refuses tensors that share memory.
        own = {name: tensor.clone() for name, tensor in tensors.items()}
        write_bytes(path, _safetensors().save(own))
        return
    buffer = io.BytesIO()
    torch.save(tensors, buffer)
    write_bytes(path, buffer.getvalue())


def read_weights(path: Path) -> dict[str, Tensor]:
    """The state_dict in the file, on the CPU.

    Raises RunError, naming the file, where it is not there, damaged, or something else.
    """
    path = path.expanduser()
    if not path.is_file():
        raise RunError(f"there is no file {path}", help="check the path; it is relative to here")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RunError(f"cannot read {path}: {error.strerror or error}") from error
    read = _read_safetensors if path.suffix == SAFETENSORS else _read_torch
    state = read(path, content)
    if isinstance(state, dict) and all(isinstance(one, Tensor) for one in state.values()):
        return state
    found = f"an object of type {type(state).__name__}"
    if isinstance(state, dict):
        found = f"a mapping with the keys {some([str(key) for key in state])}"
    help_ = "save network.state_dict() into it, not the network itself or a checkpoint"
    raise RunError(f"{path} does not hold a state_dict: {found}", help=help_)


def compare(path: Path, found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> None:
    """Raises RunError where the file's weights are not those of the network, saying which."""
    missing = [name for name in wanted if name not in found]
    unexpected = [name for name in found if name not in wanted]
    sizes = [
        f"{name} is {list(found[name].shape)} there and {list(tensor.shape)} in the network"
        for name, tensor in wanted.items()
        if name in found and found[name].shape != tensor.shape
    ]
    differences = {"not in the file: ": missing, "not in the network: ": unexpected, "": sizes}
    if found_some := [f"{words}{some(names)}" for words, names in differences.items() if names]:
        message = f"{path} does not fit the network: {'; '.join(found_some)}"
        help_ = "the layers' ids and sizes must be those of the network that was saved"
        raise RunError(message, help=help_)


def _read_torch(path: Path, content: bytes) -> Any:
    _check_sums(path, content)
    try:
        return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:
        # Six types and more, depending on where a file is broken.
        if "Unsupported global" in str(error):
            not_loaded = "holds more than weights, and that is not loaded: it could run any code"
            help_ = "save network.state_dict() into it"
            raise RunError(f"{path} {not_loaded}", help=help_) from error
        raise _damaged(path, error) from error


def _check_sums(path: Path, content: bytes) -> None:
    """torch.save writes a checksum for each tensor, and torch.load does not look at them."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            bad = archive.testzip()
    except zipfile.BadZipFile:
        # An older format, or not weights at all: torch.load will see.
        return
    except Exception as error:
        raise _damaged(path, error) from error
    if bad is not None:
        raise _damaged(path, f"the checksum of {bad} is wrong")


def _read_safetensors(path: Path, content: bytes) -> Any:
    module = _safetensors()
    try:
        return module.load(content)
    except Exception as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, why: object) -> RunError:
    line = next(iter(str(why).splitlines()), "") or type(why).__name__
    help_ = "save it again, or take a copy that is whole"
    return RunError(f"{path} is damaged, or not a file of weights: {line}", help=help_)


def _safetensors() -> Any:
    try:
        from safetensors import torch as module  # noqa: PLC0415  optional
    except ImportError:
        message = "files ending in .safetensors need the package safetensors"
        help_ = "pip install 'cifar-pipe[safetensors]', or name the file .pth"
        raise RunError(message, help=help_) from None
    return module
