"""cifar-pipe serve: a trained network behind an address, and a page to try it on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cifar_pipe.cli.models.device import Device, device_named
from cifar_pipe.cli.options import Run

if TYPE_CHECKING:
    import socket

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def command(
    run: Run,
    stage: Annotated[
        str | None, typer.Option(metavar="ID", help="The stage whose network it is, not the last.")
    ] = None,
    host: Annotated[
        str, typer.Option(help="The address that is listened at; 0.0.0.0 is all of this machine's.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A name by which the server is called, beside localhost, this machine's and addresses.",
        ),
    ] = None,
    rate: Annotated[
        int, typer.Option(min=1, metavar="N", help="Requests per minute of one address.")
    ] = 1200,
    device: Device = "auto",
) -> None:
    """Answers over HTTP what the network of a run takes pictures for, with a page to drop them on."""
    from cifar_pipe.cli.terminal import TerminalEvents
    from cifar_pipe.inference.find_run import find_run
    from cifar_pipe.inference.predict import Predictor
    from cifar_pipe.inference.run_network import load_run_network

    _check_installed()
    from cifar_pipe.serving.application import Served, application
    from cifar_pipe.serving.limits import Limits
    from cifar_pipe.serving.server import bound, serve

    chosen = device_named(device)
    events, folder, limits = TerminalEvents(), find_run(run), Limits(rate=rate)
    # Before the network is loaded: a port that is in use is told at once.
    with bound(host, port) as listening:
        trained = load_run_network(folder, stage, chosen, events)
        predictor = Predictor(trained, trained.context(folder, chosen, events))
        name = trained.pipeline.document.name or folder.name
        app = application(Served(name, predictor, events), limits, _names(host, allow_host or ()))
        if host not in _LOOPBACK:
            events.warn(
                f"{host} can be reached by others: there is no password and no encryption; whoever "
                "reaches it may use the network"
            )
        events.say(f"serving {folder} at {_url(listening)}")
        events.note("Ctrl-C ends it")
        with predictor.computing(1):
            serve(app, listening, limits)


def _check_installed() -> None:
    from importlib.util import find_spec

    from cifar_pipe.errors import RunError

    missing = [
        name for name in ("starlette", "uvicorn", "python_multipart") if find_spec(name) is None
    ]
    if missing:
        message = f"serve needs {', '.join(missing)}, which is not installed"
        raise RunError(message, help="pip install 'cifar-pipe[serve]'")


def _names(host: str, allowed: tuple[str, ...] | list[str]) -> set[str]:
    import socket

    return {one.lower() for one in ("localhost", host, socket.gethostname(), *allowed)}


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
