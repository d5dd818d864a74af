"""cifar-pipe open: the page of a run, in a browser."""

from __future__ import annotations

from cifar_pipe.cli.rundirs.report import RunDir, checked, page_of


def command(run: RunDir) -> None:
    """Opens the page of a run in a browser."""
    import webbrowser

    from cifar_pipe.cli.terminal import echo
    from cifar_pipe.errors import RunError

    page = page_of(checked(run))
    if not page.is_file():
        raise RunError(f"there is no {page}", help=f"cifar-pipe report {run} writes it")
    if not webbrowser.open(page.resolve().as_uri()):
        raise RunError("no browser can be started here", help=f"open {page.resolve()} in one")
    echo(str(page))
