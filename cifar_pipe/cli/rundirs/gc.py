"""cifar-pipe gc: frees room below runs/."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete it; without this it is only listed.")
    ] = False,
    keep: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Of each name, only the newest N runs stay."),
    ] = None,
    older_than: Annotated[
        str | None, typer.Option(metavar="AGE", help="Runs begun longer ago go: 36h, 30d, 8w.")
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option(help="Runs with this status go: failed, killed, interrupted."),
    ] = None,
) -> None:
    """Lists what no run needs any more, and the runs that options name; --delete deletes it.

    What no run needs are kept results below runs/ that none refers to. A run that is at work stays.
    """
    from cifar_pipe.cli.terminal import echo
    from cifar_pipe.report.formatting import aligned, size_in_words
    from cifar_pipe.runner.upkeep.garbage import Wanted, find_garbage, seconds_of
    from cifar_pipe.runner.upkeep.garbage import delete as deleted

    age = seconds_of(older_than) if older_than is not None else None
    found = find_garbage(Wanted(keep, age, tuple(status or ())))
    if delete:
        found = [one for one in found if deleted(one)]
    total = size_in_words(sum(one.size for one in found))
    rows = [(one.path.as_posix(), size_in_words(one.size), one.why) for one in found]
    echo(*aligned([("path", "size", "why"), *rows]) if found else ["there is nothing to delete"])
    if found:
        done = "freed" if delete else "would be freed; --delete does it"
        echo(f"{total} {done}")
