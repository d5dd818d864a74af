"""Seeds: each stage's is derived from the pipeline's and its id, so no stage changes another's.

That of data is derived from the pipeline's alone: the same splits for every stage that loads them.
"""

from __future__ import annotations

import hashlib
import re

from cifar_pipe.errors import UsageError
from cifar_pipe.pipeline.pipeline import Stage


def seed_of(stage: Stage, seed: int) -> int:
    """What the stage draws from, with the pipeline's `seed`."""
    return stage_seed(seed, stage.id if stage.spec.DRAWS_BY_ID else stage.type.name)


def stage_seed(seed: int, drawn_by: str) -> int:
    """A number from 0 to 2^63 - 1: the head of sha256 over both."""
    digest = hashlib.sha256(f"{seed}/{drawn_by}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def parse_seeds(text: str) -> range:
    """`A..B`, both ends included. Raises UsageError."""
    match = re.fullmatch(r"(\d+)\.\.(\d+)", text)
    if match is None or not int(match[1]) <= int(match[2]) < 2**63:
        message = f"--seeds takes A..B with whole numbers below 2^63, A not above B, not `{text}`"
        help_ = "--seeds 0..2 runs the pipeline with the seeds 0, 1 and 2"
        raise UsageError(message, help=help_)
    return range(int(match[1]), int(match[2]) + 1)
