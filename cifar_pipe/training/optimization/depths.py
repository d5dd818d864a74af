"""How deep in a network each parameter is, for learning rates that decay from layer to layer.

As timm (param_groups_layer_decay) and BEiT (https://arxiv.org/abs/2106.08254) count: a block of a network
is one layer, and what comes before the first, or normalizes, belongs to the layer beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.model.graph import Graph, Residual, Sequential
from cifar_pipe.model.network import Network

_LISTS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)


def depths(network: nn.Module) -> dict[str, int]:
    """The depth of each parameter by its name: 0 for the layer nearest to the images.

    A layer of the list counts where it has a weight of two dimensions or more; others (norms, PReLU)
    have the depth of the layer above them. A Residual is one layer, and so is each repetition of a
    Sequential; the layers of one that is not repeated count each. Of a network in the list (resnet18,
    vit_b_16) the blocks count: what is in a list of modules, in the order of the network.
    """
    found: dict[str, int] = {}
    begun = 0
    for prefix, module, recurse in _layers(network, "", network):
        its = list(module.named_parameters(prefix, recurse=recurse))
        # Tokens and embeddings, which a network holds itself, begin no layer.
        if recurse and any(one.ndim >= 2 for _, one in its):
            begun += 1
        found |= {name: max(0, begun - 1) for name, _ in its}
    return found


def _layers(
    module: nn.Module, prefix: str, network: nn.Module
) -> Iterator[tuple[str, nn.Module, bool]]:
    """Each layer by the beginning of its parameters' names; false where a module's own are meant."""
    yield prefix, module, False
    whole = isinstance(module, Sequential) and len(module) > 1
    for name, child in module.named_children():
        path = f"{prefix}.{name}" if prefix else name
        if not whole and (_is_network(child, network) or _is_list(child)):
            yield from _layers(child, path, network)
        else:
            yield path, child, True


def _is_network(module: nn.Module, network: nn.Module) -> bool:
    """Whether it is a layer of the list that is a network itself."""
    if not isinstance(network, Network):
        return False
    layers = zip(network.rows, network.layers, strict=True)
    networks = (row.name for row, layer in layers if layer_facts(layer).network)
    return any(getattr(network, name, None) is module for name in networks)


def _is_list(module: nn.Module) -> bool:
    """Whether its modules follow each other, or it holds a list of blocks, as a ViT's encoder."""
    if isinstance(module, _LISTS) or (
        isinstance(module, Graph) and not isinstance(module, Residual)
    ):
        return True
    lists = (one for one in module.children() if isinstance(one, _LISTS))
    return any(_of_blocks(one) for one in lists)


def _of_blocks(modules: nn.Module) -> bool:
    """Whether they are of one kind, with several weights each."""
    kinds = {type(one) for one in modules.children() if any(True for _ in one.parameters())}
    if len(kinds) != 1:
        return False
    block = next(one for one in modules.children() if type(one) in kinds)
    return not isinstance(block, _LISTS) and sum(one.ndim >= 2 for one in block.parameters()) > 1
