"""save: the network's weights as a file."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from cifar_pipe.stages.run_file import RunFile
from cifar_pipe.stages.spec import Output, StageSpec


class Save(StageSpec):
    """Saves the network's weights (its state_dict)."""

    NEEDS: ClassVar[tuple[Output, ...]] = ("model",)
    GIVES: ClassVar[tuple[Output, ...]] = ("files",)
    WRITES: ClassVar[tuple[str, ...]] = ("path",)

    path: RunFile = Field(
        description="File to write the state_dict to, in the run directory; "
        "*.safetensors is written as such, everything else with torch.save.",
    )
