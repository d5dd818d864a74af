"""What a loss, an optimizer or a scheduler is refused for, with the words that are the cause."""

from __future__ import annotations

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.errors import RunError


class Refused(RunError):  # noqa: N818
    """`path` leads from the component's own mapping to what is wrong, as in ("groups", 0, "lr")."""

    def __init__(
        self,
        component: Component,
        path: tuple[str | int, ...],
        message: str,
        *,
        help: tuple[str, ...] | str = (),  # noqa: A002
    ) -> None:
        super().__init__(message, help=help)
        self.component = component
        self.path = path
