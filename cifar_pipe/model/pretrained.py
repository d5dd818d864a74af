"""Networks that begin with trained weights: torchvision's, timm's, or those of a file.

Where those cannot be downloaded without a connection, and the pipeline declares a stand-in,
the weights are random; whoever builds the network has to say so.
"""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.error import HTTPError, URLError

import torch
from torch import nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.torch import timm_networks
from cifar_pipe.catalog.torch.build import build
from cifar_pipe.errors import RunError
from cifar_pipe.model.planning.on_meta import untrained
from cifar_pipe.model.planning.planned import Planned
from cifar_pipe.model.weights.files import read_weights
from cifar_pipe.model.weights.loading import Head, load_weights

_DOWNLOAD_TIMEOUT_SECONDS = 10.0
_NO_CONNECTION = (URLError, ConnectionError, TimeoutError, ssl.SSLError, http.client.HTTPException)
_GONE = (404, 410)


@dataclass(frozen=True)
class Pretrained:
    """Where the weights of one layer come from.

    `weights` is the name of them or the file's path; with `stand_in` they are random,
    `reason` says why. `remarks` say what had to be done to load a file.
    """

    layer: str
    network: str
    weights: str
    stand_in: bool = False
    reason: str | None = None
    remarks: tuple[str, ...] = ()


class _NoConnection(Exception):  # noqa: N818
    pass


def weights_path(layer: Component) -> Path | None:
    """The file that the layer's weights are read from, there already or to be downloaded; None where it
    begins with random ones.
    """
    if file := layer.given.get("weights_file"):
        return Path(file)
    if layer_facts(layer).network and layer.given.get("weights"):
        return Path(_folder()) / _url(layer).rpartition("/")[2]
    return None


def make_pretrained(
    planned: Planned, *, stand_in_allowed: bool
) -> tuple[nn.Module, Pretrained | None]:
    """The network, and where its weights come from; None where it begins with random ones.

    Raises RunError where the weights are not available, are damaged, or are another network's.
    """
    layer = planned.layer
    if file := layer.given.get("weights_file"):
        switched_on = _switched_on(layer)
        network = _made(planned, layer, **switched_on)
        remarks = _load_file(planned, network)
        with_ = [f"with {name}, as torchvision's weights want it" for name in switched_on]
        return network, Pretrained(planned.name, _name_of(layer), file, remarks=(*remarks, *with_))
    weights = layer.given.get("weights")
    if not weights:
        return _made(planned, layer), None
    source = Pretrained(planned.name, _name_of(layer), weights)
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
        network = _made(planned, untrained(layer), **_switched_on(layer))
        return network, replace(source, stand_in=True, reason=reason)


def _name_of(layer: Component) -> str:
    """Of timm's networks, which are one layer, the network's own."""
    return str(layer.given.get("name", layer.name))


def make_untrained(planned: Planned) -> nn.Module:
    """The network with random weights, whatever the pipeline asks for: otherwise as it is made for those."""
    layer = planned.layer
    asked_for = layer_facts(layer).network and (
        "weights" in layer.given or "weights_file" in layer.given
    )
    return _made(planned, untrained(layer), **(_switched_on(layer) if asked_for else {}))


def _made(planned: Planned, layer: Component, **switched_on: bool) -> nn.Module:
    module: nn.Module = build(layer, **planned.sizes, **switched_on)
    return module


def _switched_on(layer: Component) -> dict[str, bool]:
    """What torchvision's builder sets where it is given weights, and nothing is written of it."""
    network = layer_facts(layer).network
    names = network.pretrained_with if network else ()
    return {name: True for name in names if name not in layer.given}


def check_file(planned: Planned) -> None:
    """Raises RunError where the file of the layer's weights cannot be read, or is another
    network's.
    """
    with torch.device("meta"):
        network = make_untrained(planned)
    _load_file(planned, network)


def _load_file(planned: Planned, network: nn.Module) -> tuple[str, ...]:
    facts, given = layer_facts(planned.layer).network, planned.layer.given
    assert facts is not None
    weights = read_weights(Path(given["weights_file"]), sha256=given.get("weights_sha256"))
    if facts.head is not None:
        own = Head(facts.head, left_out=facts.auxiliary)
        return load_weights(network, weights, head=own)
    heads = timm_networks.heads_of(network)
    head = Head(heads[0]) if heads else None
    try:
        return load_weights(network, weights, head=head)
    except RunError:
        changed = timm_networks.adapted(weights.state, network)
        remarks = load_weights(network, replace(weights, state=changed), head=head)
        return (*remarks, "brought into this network's form, as timm does")


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
        message = f"the weights {layer.given['weights']} of {_name_of(layer)} are damaged: {line}"
        help_ = f"remove {file}, if it is there, and run again"
        raise RunError(message, help=help_) from error
    finally:
        socket.setdefaulttimeout(before)


def _not_available(layer: Component, reason: str, *, declared: bool = False) -> RunError:
    get = (
        f"put {_url(layer)} into {_folder()}, from a machine that has a connection, or name your "
        "copy with weights_file instead of weights"
    )
    if layer.name == "timm":
        get = (
            f"download model.safetensors from {_url(layer)} where there is a connection, and name it "
            "with weights_file instead of weights"
        )
    go_on = "or go on with random weights meanwhile: add weights_stand_in: random"
    if declared:
        go_on = "or run without --no-stand-in, which forbade the declared random weights"
    name = _name_of(layer)
    message = f"the weights {layer.given['weights']} of {name} are not available: {reason}"
    return RunError(message, help=(get, go_on))


def _url(layer: Component) -> str:
    if layer.name == "timm":
        return timm_networks.page_of(layer.get("name"))
    from torchvision.models import get_model_weights  # noqa: PLC0415 (slow, and seldom needed)

    weights = getattr(get_model_weights(layer.name), layer.given["weights"])
    return str(weights.url)


def _folder() -> str:
    return f"{torch.hub.get_dir()}/checkpoints"
