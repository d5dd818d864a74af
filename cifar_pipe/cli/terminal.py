"""What the terminal shows: results on stdout, all else on stderr, bars only if it is a terminal.

Every text goes through this file, which shows the characters that a terminal would
obey and sends none: names of files and classes, and files themselves, may come from elsewhere.
"""

from __future__ import annotations

import functools
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from itertools import repeat
from typing import TYPE_CHECKING, Any, ParamSpec, TextIO, TypeVar

import typer

from cifar_pipe.diagnostics.terminal_width import escaped_json, shown, wrapped

if TYPE_CHECKING:
    from cifar_pipe.diagnostics.findings import Finding, NotKnown
    from cifar_pipe.events import Progress

# What a terminal of few characters shows instead; the rest as backslash escapes.
_PLAIN = str.maketrans({"±": "+-", "×": "x", "…": "...", "–": "-", "→": "->", "\u00a0": " "})


P = ParamSpec("P")
R = TypeVar("R")


class _State:
    """`stdout` is what results go to while libraries print to stderr; `as_json` is --log-format json."""

    stdout: TextIO | None = None
    as_json = False


def begin() -> None:
    """As a new process has it."""
    _State.stdout, _State.as_json = None, False


def log_as_json() -> None:
    """From now on what goes to stderr are lines of JSON."""
    _State.as_json = True


def stdout() -> TextIO:
    return _State.stdout or sys.stdout


@contextmanager
def only_results() -> Iterator[None]:
    """What libraries print meanwhile goes to stderr: only results go to stdout."""
    before, _State.stdout = _State.stdout, stdout()
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        _State.stdout = before


def with_only_results(command: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with only_results():
            return command(*args, **kwargs)

    return run


def stderr_colour() -> bool:
    """NO_COLOR (https://no-color.org) and pipes turn colour off."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


def columns() -> int:
    """Of the terminal; 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def echo(*lines: str, err: bool = False, label: str = "") -> None:
    """Prints lines, none of which can become two; a `label` before them is red where colours are."""
    if err and _State.as_json:
        write_json_line("note", {"text": label + "\n".join(lines)}, err=True)
        return
    painted = _painted("red", label) if label and err else label
    stream = sys.stderr if err else stdout()
    first, *more = [shown(line) for line in lines] or [""]
    typer.echo("\n".join(_for(stream, painted + first, *more)), file=stream)


def _painted(style: str, text: str) -> str:
    from cifar_pipe.diagnostics.render import Paint

    return Paint(stderr_colour())(style, text)


def echo_error(
    label: str,
    message: str,
    *,
    notes: Sequence[str] = (),
    help: Sequence[str] = (),  # noqa: A002
) -> None:
    """What ended the command, in a line, and what is known and helps in one each."""
    if _State.as_json:
        content = {"kind": label, "text": message, "notes": [*notes], "help": [*help]}
        write_json_line("error", content, err=True)
        return
    echo(f": {message}", err=True, label=label)
    for line in (*(f"   = {one}" for one in notes), *(f"   = help: {one}" for one in help)):
        echo(line, err=True)


def echo_text(text: str) -> None:
    """Prints a text of many lines, with the end of the last."""
    typer.echo("\n".join(map(shown, text.split("\n"))), file=stdout(), nl=False)


def echo_json(content: object) -> None:
    """A result for programs."""
    import json

    text = json.dumps(content, indent=2, ensure_ascii=False)
    typer.echo(escaped_json(text), file=stdout())


def echo_findings(findings: Iterable[Finding]) -> None:
    """Rendering has shown what is in them."""
    from cifar_pipe.diagnostics.render import to_json, to_text

    if not _State.as_json:
        text = to_text(findings, colour=stderr_colour())
        typer.echo("\n".join(_for(sys.stderr, *text.split("\n"))), err=True)
        return
    for one in to_json(findings, []):
        write_json_line("finding", one, err=True)


def echo_not_known(checks: Iterable[NotKnown]) -> None:
    """The same of what could not be checked."""
    from cifar_pipe.diagnostics.render import not_known_to_text, to_json

    for one in checks:
        if _State.as_json:
            write_json_line("finding", to_json([], [one])[0], err=True)
        else:
            typer.echo(not_known_to_text([one], colour=stderr_colour()), err=True)


def _for(stream: TextIO, *lines: str) -> Iterator[str]:
    """Lines as the stream can show them: on a terminal those that are too long are broken between words,
    as terminals do not, apart from lines of a source, which have a mark below them.
    """
    width = columns() if stream.isatty() else 0
    for line in map(fitted, lines, repeat(stream)):
        is_source = line.lstrip(" 0123456789").startswith("|")
        yield from wrapped(line, width, "  ") if width and not is_source else [line]


def fitted(text: str, stream: TextIO) -> str:
    """The text with what the stream's encoding has."""
    try:
        text.encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return text.translate(_PLAIN)
    return text.replace("\u00a0", " ")


def write(text: str, stream: TextIO) -> None:
    """Whoever reads may have gone, as `head` has: a run is worth more than its lines, and continues."""
    try:
        print(fitted(text, stream), file=stream, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def write_json_line(event: str, values: Mapping[str, Any], *, err: bool) -> None:
    """One event: its name, the time, and what it is about."""
    import json

    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = json.dumps({"event": event, "time": now, **values}, default=str)
    write(line, sys.stderr if err else stdout())


class TerminalEvents:
    """Events for people, with one bar at a time below them.

    `quiet` leaves out what is neither a result nor a warning; `verbose` tells of each stage.
    """

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        self._quiet = quiet
        self._verbose = verbose
        self._bar: Any = None

    def say(self, text: str) -> None:
        for line in _for(stdout(), shown(text)):
            if self._bar is not None and stdout().isatty():
                self._bar.print_above(line)
            else:
                write(line, stdout())

    def note(self, text: str) -> None:
        if not self._quiet:
            self._print(shown(text))

    def warn(self, text: str) -> None:
        self._print(_painted("bold yellow", "warning:"), f" {shown(text)}")

    def progress(self, label: str, total: int | None) -> Progress:
        if self._quiet or not sys.stderr.isatty():
            return _NoBar()
        from cifar_pipe.cli.progress.bar import Bar

        self._bar = bar = Bar(shown(label), total, self._closed)
        return bar

    def log(self, kind: str, values: Mapping[str, Any]) -> None:
        """What the runner tells: of stages to those who want to know it, and where the page is of a run
        that has not ended well.
        """
        match kind, values:
            case "run", {"versions": dict(versions), "seed": seed} if self._verbose:
                found = ", ".join(f"{name} {version}" for name, version in versions.items())
                self.note(f"seed {seed}; {found}")
            case "stage", {"stage": stage, "status": "running"} if self._verbose:
                self.note(f"{stage}: runs")
            case "stage", {"stage": stage, "status": status} if (
                self._verbose and status != "reused"
            ):
                took = f" in {values['seconds']:.1f} s" if "seconds" in values else ""
                reason = f": {values['reason']}" if "reason" in values else ""
                self.note(f"{stage}: {status}{took}{reason}")
            case "end", {"status": status, "page": str(page)} if status != "done":
                self.note(f"page: {page}")

    def _closed(self, bar: object) -> None:
        if self._bar is bar:
            self._bar = None

    def _print(self, *parts: str) -> None:
        for line in _for(sys.stderr, "".join(parts)):
            if self._bar is not None:
                self._bar.print_above(line)
            else:
                write(line, sys.stderr)


class _NoBar:
    def advance(self, count: int = 1, **shown: Any) -> None:
        pass

    def close(self) -> None:
        pass
