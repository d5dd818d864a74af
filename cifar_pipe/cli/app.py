"""The command line: one file per command, one place that catches errors and ends the process."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import typer
from typer.main import get_command

import cifar_pipe
from cifar_pipe.cli.commands import Commands
from cifar_pipe.cli.options import with_optional_values
from cifar_pipe.cli.terminal import begin, echo_error, echo_findings
from cifar_pipe.cli.usage import refuse
from cifar_pipe.errors import CifarPipeError, PipelineError, RunError, UsageError

app = typer.Typer(
    name="cifar-pipe",
    cls=Commands,
    help="Image classification in PyTorch as data: a YAML file declares the stages of a pipeline, "
    "and this program checks and runs them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:  # noqa: FBT001
    if value:
        typer.echo(f"cifar-pipe {cifar_pipe.__version__}")
        raise typer.Exit


@app.callback()
def _main(
    _: bool = typer.Option(  # noqa: FBT001
        False, "--version", callback=_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    pass


def main() -> None:
    """Runs the command line; exits with 0, or with the status of the error (see errors.py)."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        # Names of files and classes that the terminal cannot show are no reason to stop.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    begin()
    try:
        command = get_command(app)
        assert isinstance(command, Commands)
        refuse(sys.argv[1:], command.commands)
        command(with_optional_values(sys.argv[1:]), prog_name="cifar-pipe")
    except CifarPipeError as error:
        _report(error)
        sys.exit(error.status)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            _report_bug(error)
            sys.exit(CifarPipeError.status)
        # What is written to files is an error of ours already. Where this has no room either, the
        # status tells it.
        with suppress(OSError):
            echo_error("stopped", "the disk is full where the output goes", help=["free some room"])
        _drop_output()
        sys.exit(RunError.status)
    except Exception as error:  # noqa: BLE001
        _report_bug(error)
        sys.exit(CifarPipeError.status)


def _open_closed_streams() -> None:
    """Has what is printed go nowhere where a stream was closed before the start: Python has None for it."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
            setattr(sys, name, stream)


def _drop_output() -> None:
    """What is left of it: Python would write it when the process ends, and say that it could not."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _report(error: CifarPipeError) -> None:
    match error:
        case PipelineError():
            return  # Its findings are printed already.
        case CifarPipeError(finding=finding) if finding is not None:
            echo_findings([finding])
            return
        case UsageError():
            label = "wrong usage"
        case RunError():
            label = "the run failed" if sys.argv[1:2] == ["run"] else "failed"
        case _:
            label = "stopped"
    echo_error(label, error.message, notes=error.notes, help=error.help)


def _report_bug(error: Exception) -> None:
    """A run leaves the traceback in its directory and notes where; if not, a temporary file has it."""
    notes = getattr(error, "__notes__", [])
    echo_error(
        "a bug of cifar-pipe",
        f"{type(error).__name__}: {error}",
        notes=[f"the traceback is in {notes[-1] if notes else _saved(error)}"],
        help=["please report it with the pipeline file"],
    )


def _saved(error: Exception) -> str:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w",
        prefix="cifar-pipe-",
        suffix=".txt",
        delete=False,
        encoding="utf-8",
        errors="backslashreplace",
    ) as file:
        file.write("".join(traceback.format_exception(error)))
    return file.name
