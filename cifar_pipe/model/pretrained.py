"""Networks that begin with trained weights: torchvision's, or those of a file.

Where torchvision's cannot be downloaded without a connection, and the pipeline declares a stand-in,
the weights are random; whoever builds the network has to say so.
"""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.error import HTTPError, URLError

import torch
from torch import Tensor, nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.torch.build import build
from cifar_pipe.errors import RunError
from cifar_pipe.model.planning.measure import untrained
from cifar_pipe.model.planning.planned import Planned
from cifar_pipe.model.weights import compare, read_weights

_DOWNLOAD_TIMEOUT_SECONDS = 10.0
_NO_CONNECTION = (URLError, ConnectionError, TimeoutError, ssl.SSLError, http.client.HTTPException)
_GONE = (404, 410)


@dataclass(frozen=True)
class Pretrained:
    """Where the weights of one layer come from.

    `weights` is torchvision's name of them or the file's path; with `stand_in` they are random,
    `reason` says why.
    """

    layer: str
    network: str
    weights: str
    stand_in: bool = False
    reason: str | None = None


class _NoConnection(Exception):  # noqa: N818
    pass


def make_pretrained(
    planned: Planned, *, stand_in_allowed: bool
) -> tuple[nn.Module, Pretrained | None]:
    """The network, and where its weights come from; None where it begins with random ones.

    Raises RunError where the weights are not available, are damaged, or are another network's.
    """
    layer = planned.layer
    if file := layer.given.get("weights_file"):
        network = _made(planned, layer)
        # All weights of the file; a head for another number of classes stays new, and heads that
        # are left out are ignored.
        network.load_state_dict(_fitting(planned, network))
        return network, Pretrained(planned.name, layer.name, file)
    weights = layer.given.get("weights")
    if not weights:
        return _made(planned, layer), None
    source = Pretrained(planned.name, layer.name, weights)
    before = torch.get_rng_state()
    try:
        with _download_errors(layer):
            return _made(planned, layer), source
    except _NoConnection as error:
        reason, declared = str(error), layer.get("weights_stand_in") is not None
        if not (declared and stand_in_allowed):
            raise _not_available(layer, reason, declared=declared) from error
        # The same weights as if none had been asked for.
        torch.set_rng_state(before)
        return make_untrained(planned), replace(source, stand_in=True, reason=reason)


def make_untrained(planned: Planned) -> nn.Module:
    """The network with random weights, whatever the pipeline asks for."""
    return _made(planned, untrained(planned.layer))


def _made(planned: Planned, layer: Component) -> nn.Module:
    module: nn.Module = build(layer, **planned.sizes)
    return module


def check_file(planned: Planned) -> None:
    """Raises RunError where the file of the layer's weights cannot be read, or is another
    network's.
    """
    with torch.device("meta"):
        network = make_untrained(planned)
    _fitting(planned, network)


def _fitting(planned: Planned, network: nn.Module) -> Mapping[str, Tensor]:
    """The file's weights, with the network's own head where the file has one for other classes."""
    facts, path = layer_facts(planned.layer).network, Path(planned.layer.given["weights_file"])
    assert facts is not None
    left_out = tuple(f"{name}." for name in facts.auxiliary)
    read, wanted = read_weights(path), network.state_dict()
    state = {key: one for key, one in read.items() if not key.startswith(left_out)}
    for key, own in wanted.items():
        if key.startswith(f"{facts.head}.") and key in state and state[key].shape != own.shape:
            state[key] = own
    compare(path, state, wanted)
    return state


@contextmanager
def _download_errors(layer: Component) -> Iterator[None]:
    """Reports in words that weights are not available, after seconds instead of never."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_DOWNLOAD_TIMEOUT_SECONDS)
    try:
        yield
    except _NO_CONNECTION as error:
        if isinstance(error, HTTPError) and error.code in _GONE:
            raise _not_available(layer, f"HTTP {error.code}, they were removed") from error
        raise _NoConnection(str(getattr(error, "reason", error))) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise _not_available(layer, str(error)) from error
    except (EOFError, RuntimeError) as error:
        # A download whose checksum is wrong is not kept; a file from before may be broken.
        file = Path(_folder()) / _url(layer).rpartition("/")[2]
        line = next(iter(str(error).splitlines()), "") or type(error).__name__
        message = f"the weights {layer.given['weights']} of {layer.name} are damaged: {line}"
        help_ = f"remove {file}, if it is there, and run again"
        raise RunError(message, help=help_) from error
    finally:
        socket.setdefaulttimeout(before)


def _not_available(layer: Component, reason: str, *, declared: bool = False) -> RunError:
    get = (
        f"put {_url(layer)} into {_folder()}, from a machine that has a connection, or name your "
        "copy with weights_file instead of weights"
    )
    go_on = "or go on with random weights meanwhile: add weights_stand_in: random"
    if declared:
        go_on = "or run without --no-stand-in, which forbade the declared random weights"
    message = f"the weights {layer.given['weights']} of {layer.name} are not available: {reason}"
    return RunError(message, help=(get, go_on))


def _url(layer: Component) -> str:
    from torchvision.models import get_model_weights  # noqa: PLC0415 (slow, and seldom needed)

    weights = getattr(get_model_weights(layer.name), layer.given["weights"])
    return str(weights.url)


def _folder() -> str:
    return f"{torch.hub.get_dir()}/checkpoints"
