"""Test-time augmentation: what a network gives for several views of each image, averaged.

Probabilities are averaged and not logits, as Krizhevsky et al. 2012 and Simonyan and Zisserman 2015 do
over crops and flips: a mean of distributions is one, and no view counts more because its logits are
large.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.picking import AnyImages, tensor_of
from cifar_pipe.data.transforms.chain import compile_chain
from cifar_pipe.data.transforms.randomness import Draws
from cifar_pipe.errors import RunError


class Views:
    """`lists` are transforms of the images that a network is given; they draw nothing.

    Without any, an image is seen as it is.
    """

    def __init__(self, lists: Sequence[Sequence[Component]], *, are_probabilities: bool) -> None:
        self._chains = [compile_chain(transforms) for transforms in lists]
        self._are_probabilities = are_probabilities

    def outputs(self, images: AnyImages, network: Callable[[AnyImages], Tensor]) -> Tensor:
        """`[n, classes]`: the mean of the probabilities, or its logarithm where the network gives
        logits or log-probabilities; softmax of that is the mean again.

        Raises RunError where a view has another size than the images.
        """
        if not self._chains:
            return network(images)
        seen = [network(view) for view in self._of(tensor_of(images))]
        if self._are_probabilities:
            return torch.stack(seen).mean(0)
        return torch.stack([one.log_softmax(1) for one in seen]).logsumexp(0) - log(len(seen))

    def _of(self, images: Tensor) -> list[Tensor]:
        first, none = torch.zeros(len(images), dtype=torch.int64), Draws(0, 0, 1)
        views = []
        for chain in self._chains:
            # Where some go one by one through torchvision, that is on the CPU.
            view = chain(images if chain.batchwise else images.cpu(), first, none)
            if not isinstance(view, Tensor) or view.shape != images.shape:
                message = "a view has another size than the images that the network takes"
                raise RunError(message, help="end the view with Resize or CenterCrop")
            views.append(view.to(images.device))
        return views
