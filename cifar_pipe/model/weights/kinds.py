"""Files that people take for weights and are something else: what they are, and what to do."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from cifar_pipe.errors import RunError

_PYTORCH = "weights must be PyTorch's, or safetensors"
_OUT_OF_ONNX = f"{_PYTORCH}: take them from the program that exported it"
_ARRAYS = (
    "make a state_dict of its arrays in Python, under the names of the network: "
    "torch.save({'conv1.weight': torch.from_numpy(array), …}, PATH)"
)
_BEGINNINGS = (
    (b"\x89HDF\r\n", "an HDF5 file, as Keras writes", _PYTORCH),
    (b"version https://git-lfs", "a pointer of Git LFS", "fetch the file itself: git lfs pull"),
    (b"<", "a page of the web", "download the file itself: the link leads to a page about it"),
    (b"\x1f\x8b", "compressed with gzip", "unpack it first: gunzip"),
    (b"\x93NUMPY", "an array of NumPy's", _ARRAYS),
    (b"GGUF", "a GGUF file, a language model", _PYTORCH),
)
_TFLITE = slice(4, 8), b"TFL3"
# A protocol buffer: the version of the format, then the name of the program that wrote it.
_ONNX_WRITERS = (b"pytorch", b"onnx", b"tf2onnx", b"keras2onnx", b"skl2onnx", b"caffe2onnx")
_SAMPLE = 512


def check_kind(path: Path, content: bytes) -> None:
    """Raises RunError for a file of another kind."""
    if found := _by_beginning(content) or _by_members(path, content) or _as_text(content):
        kind, help_ = found
        raise RunError(f"{path} is {kind}, not a file of weights", help=help_)


def members(content: bytes) -> list[str]:
    """The names of the files in it, where it is a zip archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError):
        return []


def _by_beginning(content: bytes) -> tuple[str, str] | None:
    start = content[:_SAMPLE].lstrip().lower()
    for beginning, kind, help_ in _BEGINNINGS:
        if start.startswith(beginning.lower()):
            return kind, help_
    place, mark = _TFLITE
    if content[place] == mark:
        return "a model of TensorFlow Lite", _PYTORCH
    if content[:1] == b"\x08" and any(writer in start[:64] for writer in _ONNX_WRITERS):
        return "an ONNX model", _OUT_OF_ONNX
    return None


def _by_members(path: Path, content: bytes) -> tuple[str, str] | None:
    names = members(content)
    if any(name.endswith("model.weights.h5") for name in names):
        return "a model of Keras", _PYTORCH
    if names and all(name.endswith(".npy") for name in names):
        return "an archive of NumPy's arrays", _ARRAYS
    if any(name.endswith("archive_format") for name in names):
        target = str(path.with_name(f"{path.stem}_weights.pth"))
        state = f"dict(torch.export.load({str(path)!r}).state_dict)"
        help_ = f"save its weights alone, in Python, and name that file: torch.save({state}, {target!r})"
        return "a program of torch.export", help_
    return None


def _as_text(content: bytes) -> tuple[str, str] | None:
    sample = content[:_SAMPLE]
    if sample and all(32 <= one < 127 or one in b"\t\r\n" for one in sample):
        return "a text", _PYTORCH
    return None
