"""No two stages write one file, or one file where the other needs a folder."""

from __future__ import annotations

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.stages.run_file import parts

CODES = ("path",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    above: list[tuple[Stage, str, tuple[str, ...]]] = []
    for stage in context.pipeline.stages:
        for key in stage.spec.WRITES:
            path = parts(getattr(stage.spec, key))
            for other, its_key, its_path in above:
                if message := _conflict(path, its_path, other.id):
                    help_ = "give each stage a path of its own"
                    first = (other.locate(its_key), f"{'/'.join(its_path)} is written here")
                    context.report(stage, Problem(message, (key,), "path", help_, related=(first,)))
                    break
            above.append((stage, key, path))


def _conflict(path: tuple[str, ...], other: tuple[str, ...], stage: str) -> str | None:
    if path == other:
        return f"{stage} writes the same file, {'/'.join(path)}"
    shorter, longer = sorted((path, other), key=len)
    if longer[: len(shorter)] != shorter:
        return None
    file = "/".join(shorter)
    if shorter == other:
        return f"{file} is the file that {stage} writes, and cannot be a folder as well"
    return f"{file} is the folder that {stage} writes into, and cannot be a file as well"
