"""What is wrong with a layer."""

from __future__ import annotations

from cifar_pipe.diagnostics.problem import Problem, ProblemError


def layer_error(
    message: str,
    argument: str | None = None,
    *,
    help: str | None = None,  # noqa: A002
    code: str = "shape",
) -> ProblemError:
    """The error of one layer, at its `argument` if a single one is the cause.

    `code` is `shape` where the layer does not fit what it is given, and another where it cannot be
    as it is written, whatever is above it.
    """
    path = (argument,) if argument is not None else ()
    return ProblemError(Problem(message, path, code=code, help=help))
