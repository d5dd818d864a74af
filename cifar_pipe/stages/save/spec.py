"""save: the network's weights as a file."""

from __future__ import annotations

from pydantic import Field

from cifar_pipe.stages.run_file import RunFile
from cifar_pipe.stages.spec import StageSpec


class Save(StageSpec):
    """Saves the network's weights (its state_dict)."""

    NEEDS = ("model",)
    GIVES = ("files",)
    WRITES = ("path",)
    KEPT = False
    NEUTRAL = ("path",)

    path: RunFile = Field(
        description="File to write the state_dict to, in the run directory; "
        "*.safetensors is written as such, everything else with torch.save.",
    )
