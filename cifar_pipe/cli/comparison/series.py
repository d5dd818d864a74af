"""What runs over seeds or folds tell at their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from cifar_pipe.events import Events
    from cifar_pipe.runner.many import SeriesOutcome


def report_series(outcome: SeriesOutcome, events: Events) -> Path | None:
    """The table of the runs and their page, where they have measured something; gives the page."""
    from cifar_pipe.cli.comparison.pages import write_comparison
    from cifar_pipe.comparison.runs import compare
    from cifar_pipe.comparison.series import series_lines
    from cifar_pipe.errors import UsageError

    try:
        found = compare([*outcome.runs.values()])
    except UsageError as error:
        events.note(error.message)
        return None
    for line in series_lines(found):
        events.say(line)
    page = outcome.summary.with_suffix(".html")
    write_comparison(found, page, events, images=False)
    events.note(f"page: {page}")
    return page
