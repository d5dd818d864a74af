"""find_batch_size: the largest batch, and the settings to write for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.files import write_json
from cifar_pipe.stages.find_batch_size.spec import FindBatchSize
from cifar_pipe.training.memory import in_words
from cifar_pipe.training.trials.batch_sizes import SMALLEST, LargestBatch, largest_batch
from cifar_pipe.training.trials.usual_sizes import rounded, shared_out


def run(spec: FindBatchSize, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    data = inputs["data"]
    limit = max(SMALLEST, spec.max_batch_size or data.count("train"))
    found = largest_batch(inputs["model"], data, spec, context, limit=limit)
    size, accumulate = _to_try(spec, found)
    plain = {
        "device": context.device,
        "largest": found.images,
        "tried": found.tried,
        "at_most": found.limit,
        "free_bytes": found.free,
        "batch_size": size,
        "accumulate": accumulate,
    }
    write_json(context.folder / "find_batch_size.json", plain)
    loads = spec.from_.get("data", "load_data")
    for line in _lines(spec, found, context.device, size):
        context.events.say(f"{context.stage}: {line}")
    if size:
        more = f" -S {spec.for_stage}.accumulate={accumulate}" if accumulate else ""
        context.events.say(f"{context.stage}: to try: -S {loads}.batch_size={size}{more}")
    return {}


def _to_try(spec: FindBatchSize, found: LargestBatch) -> tuple[int, int | None]:
    """The batch size, and how many batches make a step where their images are to be kept."""
    if spec.effective_batch_size and found.images:
        return shared_out(spec.effective_batch_size, found.images)
    return rounded(found.images), None


def _lines(spec: FindBatchSize, found: LargestBatch, device: str, size: int) -> Iterator[str]:
    free = in_words(found.free)
    if not found.images:
        yield f"not even a batch of {SMALLEST} fits into the {free} of {device}: a smaller network"
        return
    how = "tried" if found.tried else "estimated, as a CPU has no clean end of its memory"
    all_of = ", all that were looked for," if found.images == found.limit else ""
    yield f"a batch of {found.images:,}{all_of} fits into the {free} that are free on {device} ({how})"
    if spec.effective_batch_size and spec.effective_batch_size % 8 == 0 and size % 8:
        yield f"{spec.effective_batch_size} has no larger divisor that fits than {size}"
