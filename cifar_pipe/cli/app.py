"""The command line: one file per command, one place that catches errors and ends the process."""

from __future__ import annotations

import io
import signal
import sys

import typer
from typer.core import TyperGroup
from typer.main import get_command

import cifar_pipe
from cifar_pipe.cli import (
    components,
    explain,
    init,
    run,
    schema,
    show,
    status,
    validate,
)
from cifar_pipe.cli.comparison import compare, why
from cifar_pipe.cli.data import doctor
from cifar_pipe.cli.models import export, predict, serve, verify
from cifar_pipe.cli.options import with_optional_values
from cifar_pipe.cli.rundirs import gc, report, runs
from cifar_pipe.cli.rundirs import open as open_page
from cifar_pipe.cli.usage import refuse
from cifar_pipe.errors import CifarPipeError, PipelineError, RunError, UsageError

app = typer.Typer(
    name="cifar-pipe",
    help="Image classification in PyTorch as data: a YAML file declares the stages of a pipeline, "
    "and this program checks and runs them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init")(init.command)
app.command("run")(run.command)
app.command("validate")(validate.command)
app.command("status")(status.command)
app.command("show")(show.command)
app.command("predict")(predict.command)
app.command("doctor")(doctor.command)
app.command("serve")(serve.command)
app.command("export")(export.command)
app.command("verify")(verify.command)
app.command("runs")(runs.command)
app.command("gc")(gc.command)
app.command("report")(report.command)
app.command("open")(open_page.command)
app.command("compare")(compare.command)
app.command("why")(why.command)
app.command("components")(components.command)
app.command("explain")(explain.command)
app.command("schema")(schema.command)


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
    for stream in (sys.stdout, sys.stderr):
        # Names of files and classes that the terminal cannot show are no reason to stop.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        command = get_command(app)
        assert isinstance(command, TyperGroup)
        options = {
            name: ["--help", *(written for option in one.params for written in option.opts)]
            for name, one in command.commands.items()
        }
        refuse(sys.argv[1:], options)
        command(with_optional_values(sys.argv[1:]))
    except CifarPipeError as error:
        _report(error)
        sys.exit(error.status)
    except Exception as error:  # noqa: BLE001
        _report_bug(error)
        sys.exit(CifarPipeError.status)


def _report(error: CifarPipeError) -> None:
    from cifar_pipe.cli.terminal import echo, echo_findings

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
    echo(f": {error.message}", err=True, label=label)
    for line in error.notes:
        echo(f"   = {line}", err=True)
    for line in error.help:
        echo(f"   = help: {line}", err=True)


def _report_bug(error: Exception) -> None:
    """A run leaves the traceback in its directory and notes where; if not, a temporary file has it."""
    from cifar_pipe.cli.terminal import echo

    notes = getattr(error, "__notes__", [])
    echo(f"a bug of cifar-pipe: {type(error).__name__}: {error}", err=True)
    echo(f"   = the traceback is in {notes[-1] if notes else _saved(error)}", err=True)
    echo("   = help: please report it with the pipeline file", err=True)


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
