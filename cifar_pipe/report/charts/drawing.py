"""Charts as pictures, and the script that draws them in a page: both come from vl-convert, in a process
of its own.
"""

from __future__ import annotations

import base64
import functools
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Literal

from PIL import Image

from cifar_pipe.errors import OutputError
from cifar_pipe.files import make_folder, write_text
from cifar_pipe.report.charts.chart import Chart, in_a_file, on_a_page
from cifar_pipe.report.charts.look import in_light
from cifar_pipe.report.language import _

PACKAGE = "vl-convert-python"
# With the value `off` pages have tables in place of charts, and no process is started.
SWITCH = "CIFAR_PIPE_CHARTS"
CHILD = Path(__file__).with_name("child.py")
# Those of 100 classes take 8 s with their files, and 40 s on a machine that does ten other things.
LIMIT_SECONDS = 120.0

Kind = Literal["svg", "png"]
Job = tuple[Kind, str]
"""What to draw, and its spec as JSON."""


@dataclass(frozen=True)
class Drawings:
    """`library` is the script, None where it is not to be had; `lack` says then why, and what helps."""

    pictures: Mapping[Job, str] = field(default_factory=dict)
    library: str | None = None
    lack: str = ""

    def on_a_page(self, chart: Chart) -> str | None:
        """An SVG, or of a raster a PNG in base 64; None where it was not drawn."""
        return self.pictures.get(_job(chart))

    def png(self, chart: Chart) -> bytes | None:
        found = self.pictures.get(_png_job(chart))
        return None if found is None else base64.b64decode(found)


UNDRAWN = Drawings()
Draw = Callable[[Mapping[str, Chart]], Callable[[], Drawings]]
"""Begins to draw charts, by the names of their picture files; what it gives waits for them."""


@dataclass
class _Renderer:
    """`waiting` has been started, and was given nothing to draw yet; `drawn` is what the last page had."""

    waiting: subprocess.Popen[bytes] | None = None
    drawn: Mapping[Job, str] = field(default_factory=dict)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        if self.waiting is None:
            pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
            command = [sys.executable, "-P", str(CHILD)]
            # A session of its own: whoever interrupts the run still gets its page.
            self.waiting = subprocess.Popen(  # noqa: S603
                command, stdin=pipe, stdout=pipe, stderr=nowhere, start_new_session=True
            )

    def ask(self, jobs: Sequence[Job], *, library: bool) -> tuple[Mapping[Job, str], str | None]:
        """Draws what is not drawn yet; gives all of it, and the library, if it was asked for. What goes
        wrong leaves pictures out.
        """
        with self._one_at_a_time:
            missing = [job for job in dict.fromkeys(jobs) if job not in self.drawn]
            found, made = dict(self.drawn), None
            if missing or library:
                asked = self._answers(missing, library=library)
                with suppress(OSError, ValueError), closing(asked) as answers:
                    for (kind, spec), answer in zip(missing, answers, strict=False):
                        if answer is not None:
                            found[kind, spec] = _smaller(answer) if kind == "png" else answer
                    made = next(answers, None)
            self.drawn = {job: found[job] for job in jobs if job in found}
            return self.drawn, made

    def _answers(self, jobs: Sequence[Job], *, library: bool) -> Generator[str | None]:
        """One for each job, as soon as it is drawn, then the library; fewer where the process ends."""
        self.start()
        process, self.waiting = self.waiting, None
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        limit = threading.Timer(LIMIT_SECONDS, process.kill)
        # Nobody who ends the process waits for it.
        limit.daemon = True
        limit.start()
        try:
            with process:
                process.stdin.write(json.dumps({"jobs": jobs, "library": library}).encode() + b"\n")
                process.stdin.close()
                for line in process.stdout:
                    answer = json.loads(line)
                    yield answer if isinstance(answer, str) else None
        finally:
            limit.cancel()


_RENDERER = _Renderer()


def start() -> None:
    """Begins what drawing takes first, some 0.5 s, in the other process: to be called a while before
    `begin_drawing`. Does nothing where there is nothing to draw with.
    """
    if not _lack():
        with suppress(OSError):
            _RENDERER.start()


def begin_drawing(
    charts: Mapping[str, Chart], *, files: bool = False, pictures: bool = True
) -> Callable[[], Drawings]:
    """Begins to draw `charts` for a page, and for `files` too; what it gives waits for them. Without
    `pictures` the script alone, which is quick: for pages that are written again soon. Never raises:
    what cannot be drawn is left out.
    """
    if _lack():
        # In the language in which it is asked for: a run's own words are English whatever its page's are.
        return lambda: Drawings(lack=_lack())
    shown = list(charts.values())
    # Names in an SVG depend on what was drawn before it: with files and without, a page is the same.
    jobs = [_job(one) for one in shown if pictures] + [_png_job(one) for one in shown if files]
    drawn = UNDRAWN

    def ask() -> None:
        nonlocal drawn
        library = _kept_library()
        found, made = _RENDERER.ask(jobs, library=library is None and bool(shown))
        if made is not None:
            # Nothing in it may end the element of the page that it stands in.
            library = made.replace("</script", r"<\/script").replace("<!--", r"<\!--")
            _keep_library(library)
        drawn = Drawings(found, library)

    asking = threading.Thread(target=ask, name="charts", daemon=True)
    try:
        asking.start()
        wait: Callable[[], None] = asking.join
    except RuntimeError:
        # The system allows no more threads.
        wait = ask

    def drawings() -> Drawings:
        wait()
        if shown and drawn.library is None:
            lack = _(
                "{package} could not draw the charts here: their values are in tables",
                package=PACKAGE,
            )
            return replace(drawn, lack=lack)
        if pictures and any(drawn.on_a_page(one) is None for one in shown):
            lack = _(
                "{package} could not make pictures of the charts here: without JavaScript their "
                "values are in tables",
                package=PACKAGE,
            )
            return replace(drawn, lack=lack)
        return drawn

    return drawings


def _smaller(picture: str) -> str:
    """A PNG in base 64 with 256 colours, which charts do not need more of: a fifth of the bytes."""
    image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
    content = io.BytesIO()
    image.quantize(256, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
    return base64.b64encode(content.getvalue()).decode()


def _lack() -> str:
    """What drawing needs and is not there; empty where nothing is."""
    if os.environ.get(SWITCH) == "off":
        return _("charts are off ({switch}): their values are in tables", switch=SWITCH)
    if _version() is None:
        return _(
            "charts need {package} (pip install {package}): their values are in tables",
            package=PACKAGE,
        )
    return ""


@functools.cache
def _version() -> str | None:
    try:
        return metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        return None


def _library_path() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "cifar-pipe" / f"vega-{_version()}.js"


def _kept_library() -> str | None:
    try:
        return _library_path().read_text(encoding="utf-8") or None
    except (OSError, RuntimeError, ValueError):
        return None


def _keep_library(text: str) -> None:
    # Where it cannot be kept it is made again for the next page.
    with suppress(OutputError, OSError, RuntimeError):
        make_folder(_library_path().parent)
        write_text(_library_path(), text)


def _job(chart: Chart) -> Job:
    """Of its picture in a page."""
    return _png_job(chart) if chart.raster else ("svg", json.dumps(on_a_page(chart)))


def _png_job(chart: Chart) -> Job:
    return "png", in_light(json.dumps(in_a_file(chart)))
