"""Why a file of weights is not loaded, and what makes one of it that is."""

from __future__ import annotations

import io
import pickletools
import zipfile
from pathlib import Path

import torch

from cifar_pipe.errors import RunError

# How files of other kinds begin that people take for weights.
_KINDS = (
    (b"\x89HDF\r\n", "an HDF5 file, as Keras writes", "weights must be PyTorch's, or safetensors"),
    (b"version https://git-lfs", "a pointer of Git LFS", "fetch the file itself: git lfs pull"),
    (b"<", "a page of the web", "download the file itself: the link leads to a page about it"),
    (b"\x1f\x8b", "compressed with gzip", "unpack it first: gunzip"),
)
# The entry of a checkpoint that holds the weights, as people call it.
_ENTRIES = ("state_dict", "model_state_dict", "model", "net", "network")
_MODULES = "torch.nn.modules."


def check_kind(path: Path, content: bytes) -> None:
    """Raises RunError for a file of another kind."""
    for beginning, kind, help_ in _KINDS:
        if content.lstrip()[: len(beginning)].lower() == beginning.lower():
            raise RunError(f"{path} is {kind}, not a file of weights", help=help_)


def damaged(path: Path, why: object) -> RunError:
    line = next(iter(str(why).splitlines()), "") or type(why).__name__
    help_ = "save or download it again, or take a copy that is whole"
    message = f"{path} is damaged, or not a file of weights: {line.partition('. ')[0]}"
    return RunError(message, help=help_)


def not_loaded(path: Path, content: bytes, error: Exception) -> RunError:
    """What torch.load has refused: more than weights, or a damaged file."""
    if _is_script(content):
        what = "holds a network as TorchScript, and not its weights alone"
        return _with_cure(path, what, f"torch.jit.load({str(path)!r}).state_dict()")
    foreign = _foreign(content)
    if not foreign and "Unsupported global" not in str(error):
        return damaged(path, error)
    load, keys = f"torch.load({str(path)!r}, weights_only=False)", _keys(content)
    entry = next((key for key in _ENTRIES if key in keys), None)
    one = f"{load}[{entry!r}]" if entry else load
    if any(name.startswith(_MODULES) for name in foreign) or not keys:
        what = "holds a whole network, and that is not loaded: it could run any code"
        return _with_cure(path, what, f"{one}.state_dict()")
    names = f" ({', '.join(foreign[:3])})" if foreign else ""
    what = f"holds more than weights{names}, and that is not loaded: it could run any code"
    return _with_cure(path, what, one)


def _with_cure(path: Path, what: str, weights: str) -> RunError:
    target = str(path.with_name(f"{path.stem}_weights.pth"))
    help_ = (
        "save its weights alone, in Python, if you trust where it comes from, and name that file: "
        f"torch.save({weights}, {target!r})"
    )
    return RunError(f"{path} {what}", help=help_)


def _is_script(content: bytes) -> bool:
    return any(name.endswith("/constants.pkl") for name in _members(content))


def _foreign(content: bytes) -> list[str]:
    """The classes and functions that the file would import, beside those of tensors."""
    try:
        return sorted(torch.serialization.get_unsafe_globals_in_checkpoint(io.BytesIO(content)))
    except Exception:  # noqa: BLE001
        # An older format, or broken in whatever way.
        return []


def _keys(content: bytes) -> set[str]:
    """Names that may be the keys of a mapping, where the file holds one; nothing of it is run."""
    member = next((one for one in _members(content) if one.endswith("data.pkl")), None)
    if member is None:
        return set()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        steps = list(pickletools.genops(archive.read(member)))
    is_mapping = steps[1][0].name == "EMPTY_DICT"
    return {one for _, one, _ in steps if isinstance(one, str)} if is_mapping else set()


def _members(content: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.namelist()
    except zipfile.BadZipFile:
        return []
