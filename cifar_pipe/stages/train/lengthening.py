"""Whether a longer training can go on from the end of a shorter one."""

from __future__ import annotations

from cifar_pipe.stages.train.spec import Train

# Settings that change how a training runs and not what comes of it.
_NEUTRAL = {"checkpoint": None}


def goes_on(short: Train, long: Train) -> bool:
    """Whether they differ in their length alone, and `long` is the longer one.

    The training itself knows whether a scheduler makes the steps that they share different ones.
    """
    for key in ("epochs", "steps"):
        before, after = getattr(short, key), getattr(long, key)
        if before is not None and after is not None and before < after:
            update = {**_NEUTRAL, key: after}
            return short.model_copy(update=update) == long.model_copy(update=_NEUTRAL)
    return False
