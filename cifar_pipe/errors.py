"""The errors that people see.

    CifarPipeError          everything below; `status` is the process's exit status
    ├── UsageError          2   the command line is wrong
    │   └── UnreadableFile      the pipeline file cannot be read
    ├── PipelineError       1   the pipeline has findings (raised with the findings)
    ├── RunError            3   the run failed for a reason that is reported
    │   ├── DataError           a data set, and the setting of it that is the cause
    │   │   ├── DataUnavailable     it is not on disk and cannot be downloaded
    │   │   └── DataBroken          it is there and cannot be used: which file, what is wrong
    │   ├── Diverged            the loss became NaN or infinite
    │   └── OutputError         the run directory or an output cannot be written
    └── Interrupted         130 or 143   Ctrl-C, or SIGTERM

A message is one sentence of what happened; `notes` are facts beside it, and `help` says what to do,
one line each.
"""

from __future__ import annotations

from typing import Any


class CifarPipeError(Exception):
    status = 70

    def __init__(
        self,
        message: str,
        *,
        help: tuple[str, ...] | str = (),  # noqa: A002
        notes: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.notes = notes
        self.help = (help,) if isinstance(help, str) else help
        # The same with its position, if a place in the pipeline is the cause.
        self.finding: Any = None


class UsageError(CifarPipeError):
    status = 2


class UnreadableFile(UsageError):  # noqa: N818
    """`path` is the file as it was named."""

    def __init__(self, path: str, message: str, *, help: tuple[str, ...] | str = ()) -> None:  # noqa: A002
        super().__init__(message, help=help)
        self.path = path


class PipelineError(CifarPipeError):
    """The pipeline cannot be run as it is written; `findings` say why, with positions, and `text` as
    people read them.
    """

    status = 1

    def __init__(self, findings: list[Any], *, text: str = "") -> None:
        count = len(findings)
        super().__init__(f"{count} finding{'s' if count != 1 else ''}")
        self.findings = findings
        self.text = text

    def __str__(self) -> str:
        return f"{self.message}\n\n{self.text}" if self.text else self.message


class RunError(CifarPipeError):
    status = 3


class DataError(RunError):
    """`setting` is the path of the setting of load_data that is the cause."""

    def __init__(
        self,
        message: str,
        *,
        help: tuple[str, ...] | str = (),  # noqa: A002
        notes: tuple[str, ...] = (),
        setting: tuple[str, ...] = ("dataset", "root"),
    ) -> None:
        super().__init__(message, help=help, notes=notes)
        self.setting = setting


class DataUnavailable(DataError):  # noqa: N818
    pass


class DataBroken(DataError):  # noqa: N818
    pass


class Diverged(RunError):  # noqa: N818
    """`overrides` do what `help` says: `train.optimizer.lr=0.001`."""

    def __init__(
        self,
        message: str,
        *,
        help: tuple[str, ...] | str = (),  # noqa: A002
        overrides: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, help=help)
        self.overrides = overrides


class OutputError(RunError):
    pass


class Interrupted(CifarPipeError):  # noqa: N818
    def __init__(self, signal_number: int) -> None:
        super().__init__("interrupted")
        self.status = 128 + signal_number
