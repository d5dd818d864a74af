"""What stands for a network: equal where it computes the same and would be trained the same way."""

from __future__ import annotations

import hashlib
import json

import torch

from cifar_pipe.catalog.core.packages import packages_in
from cifar_pipe.model.network import Network


def model_digest(network: Network) -> str:
    """The sha256 over its layers, the code of those of other packages, the shape of its input, which parameters are trained, and all numbers
    of its state_dict. The device and the layout in memory do not count.
    """
    trained = [name for name, one in network.named_parameters() if one.requires_grad]
    shown: list[object] = [[layer.plain() for layer in network.layers]]
    shown += [list(network.input_shape), trained]
    if packages := packages_in(network.layers):
        shown.append(packages)
    whole = hashlib.sha256(json.dumps(shown, sort_keys=True, default=str).encode())
    for name, one in network.state_dict().items():
        whole.update(f"{name} {one.dtype} {list(one.shape)}\n".encode())
        # The elements in the order of their indices, whatever their strides.
        whole.update(one.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy())
    return whole.hexdigest()
