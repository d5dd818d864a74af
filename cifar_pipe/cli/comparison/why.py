"""cifar-pipe why: which of the settings that differ makes the difference."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from cifar_pipe.cli.comparison.compare import Format, Metric
from cifar_pipe.cli.completion.files import runs
from cifar_pipe.cli.options import LanguageOfRuns

Run = Annotated[
    str,
    typer.Argument(
        help="A run directory, or a name: the newest run of it that is done.", autocompletion=runs
    ),
]


def command(
    before: Run,
    after: Run,
    seeds: Annotated[
        str,
        typer.Option(
            metavar="N|A..B",
            help="How many seeds to run each variant with, from that of the first run on; or which.",
        ),
    ] = "3",
    metric: Metric = None,
    by_stage: Annotated[
        bool, typer.Option("--by-stage", help="Take the settings of each stage as one: fewer runs.")
    ] = False,
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="Run all 2^k variants of k settings; without it that many of up to 4 settings, and "
            "2 k + 2 of more.",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would run, and for how long; run nothing.")
    ] = False,
    language: LanguageOfRuns = None,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.text,  # noqa: A002
) -> None:
    """Tells which of the settings in which two runs differ makes how much of the difference.

    It runs what is between the two, some settings of the one and the others of the other, over several
    seeds; stages that are not changed are reused. The same command goes on where it was stopped.
    """
    from cifar_pipe.cli.terminal import TerminalEvents, echo, echo_text
    from cifar_pipe.comparison.page.pages import why_page, write
    from cifar_pipe.comparison.runs import ComparedRun, compare, found_runs
    from cifar_pipe.comparison.why.crossing import crossing
    from cifar_pipe.comparison.why.question import Question, ask, effort, seeds_of
    from cifar_pipe.comparison.why.tables import (
        answer_json,
        answer_lines,
        question_json,
        question_lines,
    )
    from cifar_pipe.report.charts.drawing import begin_drawing
    from cifar_pipe.runner.run import RunOptions
    from cifar_pipe.runner.rundir import STORE
    from cifar_pipe.runner.seeds import parse_seeds

    paths = [found_runs([one])[0] for one in (before, after)]
    found = compare(paths, metric)
    one, other = (ComparedRun.of(path) for path in paths)
    is_count = seeds.isdecimal() and int(seeds) > 0
    chosen = seeds_of(one, int(seeds)) if is_count else parse_seeds(seeds)
    crossed = crossing(one, other, found.stage, full=full, by_stage=by_stage)
    question = Question(one, other, found.metric, crossed, tuple(chosen))
    events = TerminalEvents()
    options = RunOptions(events, store=STORE)
    planned = effort(question, options)
    if dry_run and format is Format.json:
        echo_text(json.dumps(question_json(question, planned), indent=2, ensure_ascii=False) + "\n")
        return
    if dry_run:
        echo(*question_lines(question, planned))
        return
    for line in question_lines(question, planned):
        events.note(line)
    answer = ask(question, options)
    page = write(
        question.folder / "why.html", why_page(answer, draw=begin_drawing, language=language)
    )
    if format is Format.json:
        echo_text(json.dumps(answer_json(answer, page), indent=2, ensure_ascii=False) + "\n")
        return
    echo(*answer_lines(answer))
    events.note(f"page: {page}")
