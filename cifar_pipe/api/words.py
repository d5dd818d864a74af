"""What a run in Python says, and what errors say beside their message."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from cifar_pipe.diagnostics.render import to_text
from cifar_pipe.errors import CifarPipeError
from cifar_pipe.events import Events, NoEvents


class PipelineWarning(UserWarning):
    """Of a finding that does not keep a pipeline from running, or of something that changes what its
    results mean, such as a stand-in for data that cannot be downloaded.
    """


class QuietEvents(NoEvents):
    """Prints nothing; what changes the meaning of results is a PipelineWarning of Python's."""

    def warn(self, text: str) -> None:
        warnings.warn(text, PipelineWarning, stacklevel=2)


def events_of(events: Events | None, *, verbose: bool) -> Events:
    """The caller's own, or those that print as the command does, or those that print nothing."""
    if events is not None:
        return events
    if not verbose:
        return QuietEvents()
    from cifar_pipe.api.notebook import NotebookEvents, is_notebook  # noqa: PLC0415
    from cifar_pipe.cli.terminal import TerminalEvents  # noqa: PLC0415 (imports typer)

    return NotebookEvents() if is_notebook() else TerminalEvents()


@contextmanager
def with_details() -> Iterator[None]:
    """Adds the place, the notes and the help of an error to what Python shows of it, once."""
    try:
        yield
    except CifarPipeError as error:
        if getattr(error, "__notes__", None):
            raise
        if error.finding is not None:
            error.add_note(to_text([error.finding]).rstrip())
        else:
            for line in error.notes:
                error.add_note(f"= {line}")
            for line in error.help:
                error.add_note(f"= help: {line}")
        raise
