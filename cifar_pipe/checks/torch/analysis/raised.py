"""Problems of what planning and training raise; goes when they raise ProblemError themselves."""

from __future__ import annotations

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.diagnostics.problem import Path, Problem
from cifar_pipe.errors import RunError
from cifar_pipe.model.planning.misfit import Misfit, TypeMisfit
from cifar_pipe.training.optimization.refused import Refused


def problem_of_misfit(misfit: Misfit) -> Problem:
    """With a path that begins at the stage build_model."""
    if isinstance(misfit, TypeMisfit):
        path: Path = ("initialize", *misfit.keys)
    else:
        path = ("layers", *misfit.path, *([misfit.argument] if misfit.argument else []))
    return Problem(misfit.message, path, misfit.code, misfit.help, misfit.notes)


def problem_of_error(error: RunError, component: Component, code: str) -> Problem:
    """With a path that begins at the component."""
    path: Path = ()
    if isinstance(error, Refused):
        path = (*(_path_to(error.component, component) or ()), *error.path)
    return Problem(error.message, path, code, "; ".join(error.help) or None)


def _path_to(wanted: Component, component: Component) -> Path | None:
    if wanted is component:
        return ()
    for index, one in enumerate(component.given.get("schedulers", ())):
        if (inner := _path_to(wanted, one)) is not None:
            return ("schedulers", index, *inner)
    return None
