"""No two stages write one file, or one file where the other needs a folder."""

from __future__ import annotations

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.stages.run_file import parts


def check_written(pipeline: Pipeline, findings: Findings) -> None:
    """A finding at each path that meets one of a stage above."""
    above: list[tuple[Stage, str, tuple[str, ...]]] = []
    for stage in pipeline.stages:
        for key in stage.spec.WRITES:
            path = parts(getattr(stage.spec, key))
            for other, its_key, its_path in above:
                if told := _meeting(path, its_path, other.id):
                    findings.add(
                        "path",
                        told,
                        stage.span(key),
                        help="give each stage a path of its own",
                        related=[(other.span(its_key), f"{'/'.join(its_path)} is written here")],
                    )
                    break
            above.append((stage, key, path))


def _meeting(path: tuple[str, ...], other: tuple[str, ...], stage: str) -> str | None:
    if path == other:
        return f"{stage} writes the same file, {'/'.join(path)}"
    shorter, longer = sorted((path, other), key=len)
    if longer[: len(shorter)] != shorter:
        return None
    file = "/".join(shorter)
    if shorter == other:
        return f"{file} is the file that {stage} writes, and cannot be a folder as well"
    return f"{file} is the folder that {stage} writes into, and cannot be a file as well"
