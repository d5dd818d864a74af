"""Files whose names end as those of the format that a stage writes do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.pipeline import Stage

CODES = ("file-format",)
NEEDS_TORCH = False

# A network in another form than its state_dict, or tables, text and pictures, by their endings.
_NOT_WEIGHTS: Mapping[str, str] = {
    ending: format_
    for format_, endings in {
        "an ONNX model": ".onnx .ort",
        "a Keras model": ".h5 .hdf5 .keras",
        "a TensorFlow model": ".pb .tflite .tf .index .meta",
        "a JAX checkpoint": ".msgpack .orbax",
        "a Core ML model": ".mlmodel .mlpackage .mlmodelc",
        "an OpenVINO model": ".xml",
        "a TensorRT engine": ".engine .plan .trt",
        "a GGUF file": ".gguf .ggml",
        "an exported program": ".pt2 .ptl .pte",
        "a TorchScript program": ".torchscript .ts .jit",
        "an array of NumPy's": ".npy .npz",
        "an object of joblib's": ".joblib",
        "an archive": ".zip .gz .tgz .7z .xz .bz2",
        "a table": ".csv .tsv .xlsx .xls .parquet",
        "a text": ".txt .md .json .jsonl .yaml .yml .toml .log .py .ipynb",
        "a page": ".html .htm .pdf",
        "a picture": ".png .jpg .jpeg .svg .gif .webp",
    }.items()
    for ending in endings.split()
}
_PAGES = (".html", ".htm")
# What the stage `export` writes.
_MODELS = (".onnx", ".pt2")


def check(context: CheckContext) -> None:
    for stage in context.pipeline.stages:
        for key in stage.spec.WRITES:
            path = getattr(stage.spec, key)
            # What else takes a network, an export, goes by the ending.
            problem = _weights if "files" in stage.spec.GIVES else _page
            if "model" in stage.spec.NEEDS and problem is _page:
                continue
            if found := problem(stage, PurePosixPath(path)):
                message, help_ = found
                context.report(stage, Problem(message, (key,), "file-format", help_))


def _weights(stage: Stage, path: PurePosixPath) -> tuple[str, str] | None:
    """`.safetensors` is written as such, and any other name with torch.save."""
    ending = path.suffix
    if ending != ".safetensors" and ending.lower().startswith(".safetensor"):
        message = f"{stage.id} writes {path.name} with torch.save: for safetensors a name ends in"
        return f"{message} .safetensors", f"write {path.with_suffix('.safetensors')}"
    if ending.lower() not in _NOT_WEIGHTS:
        return None
    message = f"{stage.id} writes a state_dict with torch.save, and {path.name} names"
    help_ = f"write {path.with_suffix('.pth')}, or {path.with_suffix('.safetensors')}"
    if ending.lower() in _MODELS:
        exported = path.with_suffix(ending.lower())
        help_ = f"{help_}; the stage `export: {{path: {exported}}}` writes such a model"
    return f"{message} {_NOT_WEIGHTS[ending.lower()]}", help_


def _page(stage: Stage, path: PurePosixPath) -> tuple[str, str] | None:
    if path.suffix.lower() in _PAGES:
        return None
    what = f"ends in {path.suffix}" if path.suffix else "has no ending"
    message = f"{stage.id} writes a page in HTML, and {path.name} {what}: browsers go by the ending"
    return message, f"write {path.with_suffix('.html')}"
