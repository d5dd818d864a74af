"""find_batch_size: what batches it tries out."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from cifar_pipe.catalog.core.types import PositiveInt, optional, whole
from cifar_pipe.stages.trial import Trial


class FindBatchSize(Trial):
    """Finds the largest batch that fits: by trying on a GPU, by an estimate on a CPU."""

    # What fits is another size on another machine, and while other programs run.
    KEPT = False

    # None of these changes how much memory a step takes.
    steps: ClassVar[int | None] = 1
    accumulate: ClassVar[int] = 1
    clip_grad_norm: ClassVar[float | None] = None
    clip_grad_value: ClassVar[float | None] = None

    max_batch_size: optional(whole(ge=2)) = Field(  # type: ignore[valid-type]
        None, description="How many images it tries at most; without it all of the training split."
    )
    effective_batch_size: PositiveInt | None = Field(
        None,
        description="Images of one step that are to be kept: what does not fit at once is "
        "accumulated.",
    )
