"""The top level of a pipeline file, beside its stages."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from cifar_pipe.catalog.core.component import Tracker
from cifar_pipe.catalog.core.types import NonNegativeInt, Words
from cifar_pipe.runtime import EngineChoice, MemoryFormat, Precision, Residency

# Letters of other scripts, without spaces, signs that turn the direction of writing, and fillers.
_OTHER = (
    r"\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u061b\u061d-\u115e\u1161-\u167f\u1681-\u180a"
    r"\u1810-\u1fff\u2c00-\u2dff\u3005-\u3007\u3040-\u3163\u3165-\ud7ff\uf900-\ufaff"
)
# A string that can be a folder's name everywhere: there 255 bytes are a name's most.
Name = Annotated[
    str,
    Field(
        strict=True,
        pattern=rf"^([A-Za-z0-9][A-Za-z0-9_.-]*|[A-Za-z0-9{_OTHER}][A-Za-z0-9_.{_OTHER}-]{{0,79}})$",
        max_length=100,
    ),
    Words("a word of letters, digits, `_`, `-` and `.`"),
]
_DEVICES = ("auto", "cpu", "mps", "cuda")
Device = Annotated[
    str,
    Field(strict=True, pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$"),
    # Editors complete the words of a list.
    WithJsonSchema(
        {"anyOf": [{"enum": [*_DEVICES]}, {"type": "string", "pattern": r"^cuda:\d+$"}]}
    ),
    Words("auto, cpu, cuda, cuda:N or mps", allowed=_DEVICES),
]


# A process that is refused a thread dies: some systems allow it about a thousand.
Threads = Annotated[int, Field(strict=True, ge=1, le=512)]


class Runtime(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)

    device: Device = Field(
        "auto",
        description="Where to compute: auto takes cuda:0 where there is one, else mps, else cpu.",
    )
    threads: Threads | None = Field(
        None, description="CPU threads of one operation; without it what suits each stage's work."
    )
    precision: Precision = Field(
        "float32",
        description="Number format that networks compute in; tf32 is for GPUs, bfloat16 and float16 "
        "keep the weights in float32 (automatic mixed precision), bfloat16-true and float16-true have "
        "the weights in that format too, and save them so.",
    )
    memory_format: MemoryFormat = Field(
        "contiguous",
        description="Layout of images and kernels in memory: channels_last is faster for "
        "convolutions on some devices, and bfloat16 and float16 on a GPU.",
    )
    engine: EngineChoice = Field(
        "auto",
        description="What computes the steps of a training: eager is PyTorch, operation by operation; "
        "kernels are compiled for the CPU, where there are some for all of the network, the loss and the "
        "optimizer (pip install 'cifar-pipe[fast]'); compile is torch.compile, which needs a C++ compiler, and on "
        "a GPU CUDA graphs; auto takes what ends first.",
    )
    residency: Residency = Field(
        "auto",
        description="Where decoded images are: on the device, in memory, mapped from a file that is kept "
        "for later runs, or nowhere (stream decodes them for each batch); auto chooses by their size. "
        "It changes no result.",
    )


class Document(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)

    version: Literal[1] = Field(description="Version of the language: 1.")
    name: Name | None = Field(
        None, description="Name of the pipeline and of its runs' folder; without it the file's."
    )
    description: Annotated[str, Field(strict=True), Words("a text")] | None = Field(
        None, description="What the pipeline is for, in a sentence."
    )
    seed: Annotated[NonNegativeInt, Words("a whole number from 0 to 2^63 - 1")] = Field(
        0, lt=2**63, description="All of the run's randomness is derived from it."
    )
    trackers: list[Tracker] = Field(
        [], description="Tools that are told of the run as well; what fails there is a warning."
    )
    runtime: Runtime = Field(
        default_factory=Runtime.model_construct, description="What the pipeline runs on."
    )


# Keys of the top level that composition uses up before the document is typed.
COMPOSITION = {
    "extends": "File, or list of files, that this one is laid over.",
    "vars": "Values to be used as $vars.NAME.",
    "blocks": "Blocks of layers, each to be used by its name like a layer's type.",
}
COMPOSITION_KEYS = tuple(COMPOSITION)
STAGES_ARE = "The stages in the order in which they run, each under an id."
TOP_LEVEL = (*Document.model_fields, "stages", *COMPOSITION_KEYS)
