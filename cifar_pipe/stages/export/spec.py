"""export: the network as a model for other programs."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from cifar_pipe.stages.run_file import SCHEMA, RunFile
from cifar_pipe.stages.spec import StageSpec

Format = Literal["onnx", "pt2", "safetensors"]
FORMATS: tuple[Format, ...] = ("onnx", "pt2", "safetensors")
_EXPECTED = "a name that ends in .onnx, .pt2 or .safetensors, which is the format"


def format_of(path: str) -> Format | None:
    """By the ending of the name."""
    ending = PurePosixPath(path).suffix.removeprefix(".")
    return next((one for one in FORMATS if one == ending), None)


def _checked(path: str) -> str:
    if format_of(path) is None:
        raise PydanticCustomError("path", "{expected}", {"expected": _EXPECTED})
    return path


ModelFile = Annotated[
    RunFile,
    AfterValidator(_checked),
    WithJsonSchema({**SCHEMA, "allOf": [{"pattern": r"[^/]\.(onnx|pt2|safetensors)$"}]}),
]


class Export(StageSpec):
    """Writes a model for other programs, which proves itself."""

    NEEDS = ("data", "model")
    WRITES = ("path",)
    KEPT = False

    path: ModelFile = Field(
        description="File to write, in the run directory; its ending is the format: .onnx, .pt2 (a "
        "program of torch.export) or .safetensors (the weights, with the pipeline).",
    )

    def takes_targets(self) -> bool:
        return False
