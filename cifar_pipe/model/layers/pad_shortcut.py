from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn


class PadShortcut(nn.Module):
    """The shortcut without parameters between stages of different widths.

    [N, C, H, W] to [N, out_channels, ceil(H / stride), ceil(W / stride)]: every stride-th pixel,
    and zeros for the channels that are added, as many before as after (one more after if their
    number is odd). Raises ValueError where there would be fewer channels than before.

    Option A of He et al., Deep Residual Learning (https://arxiv.org/abs/1512.03385), section 3.3.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        added = out_channels - in_channels
        if added < 0:
            raise ValueError(f"out_channels must not be below the input's {in_channels}")
        self.stride = stride
        self.padding = (0, 0, 0, 0, added // 2, added - added // 2)

    def forward(self, images: Tensor) -> Tensor:
        return F.pad(images[:, :, :: self.stride, :: self.stride], self.padding)

    def extra_repr(self) -> str:
        return f"added={sum(self.padding)}, stride={self.stride}"
