"""timm's networks, as timm makes them; it is imported when one is asked for."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from torch import Tensor, nn


def create(name: str, *, weights: str | None = None, **options: Any) -> nn.Module:
    """The network that timm makes, with its pretrained weights if `weights` names any.

    Raises URLError where these are not on disk and there is no connection to download them.
    """
    import timm  # noqa: PLC0415  an extra, and slow to import

    if weights is not None:
        _check_connection(name)
    network: nn.Module = timm.create_model(name, pretrained=weights is not None, **options)
    return network


def _check_connection(name: str) -> None:
    """Asks once: huggingface_hub tries again and again, for most of a minute."""
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415
    from timm.models import get_pretrained_cfg  # noqa: PLC0415

    known = get_pretrained_cfg(name)
    files = ("model.safetensors", "pytorch_model.bin")
    if known.hf_hub_id and not any(
        isinstance(try_to_load_from_cache(known.hf_hub_id, file), str) for file in files
    ):
        try:
            urlopen(page_of(name)).close()  # noqa: S310  timm's own https address
        except HTTPError:
            return


def wrong_name(name: str) -> tuple[str, str | None] | None:
    """What is wrong with the name of a network, and what to write; None for one that timm has."""
    import timm  # noqa: PLC0415

    architecture, _, tag = name.partition(".")
    if not timm.is_model(architecture):
        names = timm.list_models()
        near = get_close_matches(architecture, names, n=1)
        advice = f"did you mean `{near[0]}`?" if near else "`timm.list_models()` gives the names"
        return f"timm has no network `{architecture}`", advice
    tags = tags_of(architecture)
    if tag and tag not in tags:
        near = get_close_matches(tag, tags, n=1) or tags[:1]
        message = f"timm has no weights `{tag}` of {architecture}"
        return message, f"did you mean `{architecture}.{near[0]}`?" if near else None
    return None


def tags_of(architecture: str) -> list[str]:
    """The tags of the weights that timm has of a network, its first one first; "" for one without."""
    from timm.models import list_pretrained  # noqa: PLC0415

    names = list_pretrained(f"{architecture}*")
    return [tag for one in names for own, _, tag in [one.partition(".")] if own == architecture]


def page_of(name: str) -> str:
    """Where the weights of a network are published."""
    from timm.models import get_pretrained_cfg  # noqa: PLC0415

    known = get_pretrained_cfg(name)
    return f"https://huggingface.co/{known.hf_hub_id}" if known.hf_hub_id else str(known.url)


def heads_of(network: nn.Module) -> tuple[str, ...]:
    """The paths of the layers whose size is the number of classes."""
    heads = getattr(network, "pretrained_cfg", {}).get("classifier") or ()
    return (heads,) if isinstance(heads, str) else tuple(heads)


def adapted(state: Mapping[str, Tensor], network: nn.Module) -> Mapping[str, Tensor]:
    """The weights in the form of this network, as timm brings its own into it.

    Those of older versions are renamed, position embeddings take the size of the images, and the
    first convolution the number of channels.
    """
    from timm.models import adapt_input_conv  # noqa: PLC0415

    adapt = getattr(sys.modules[type(network).__module__], "checkpoint_filter_fn", None)
    ready = dict(state) if adapt is None else dict(adapt(dict(state), network))
    first, wanted = getattr(network, "pretrained_cfg", {}).get("first_conv"), network.state_dict()
    for path in (first,) if isinstance(first, str) else first or ():
        key = f"{path}.weight"
        if key in ready and key in wanted and ready[key].shape[1] != wanted[key].shape[1]:
            ready[key] = adapt_input_conv(wanted[key].shape[1], ready[key])
    return ready
