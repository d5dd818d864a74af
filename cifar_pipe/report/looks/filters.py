"""The filters of a network's first convolution, as a picture."""

from __future__ import annotations

import io

import torch
from PIL import Image
from torch import nn

_MOST = 64
_COLUMNS = 16
_SIDE = 48
_GAP = 4


def first_filters(network: nn.Module) -> bytes | None:
    """A PNG with a transparent ground: at most 64 filters, in their order, in colour or, of one channel,
    grey. The middle grey is 0, and each filter reaches to black or white. None where no convolution of
    more than one pixel takes 1 or 3 channels.
    """
    convolution = next(filter(_is_visible, network.modules()), None)
    if not isinstance(convolution, nn.Conv2d):
        return None
    filters = convolution.weight.detach()[:_MOST].float().cpu()
    largest = filters.abs().amax((1, 2, 3), keepdim=True).clamp(min=1e-12)
    colours = ((filters / largest + 1) * 127.5).round().to(torch.uint8)
    pitch, rows = _SIDE + _GAP, -(-len(colours) // _COLUMNS)
    size = min(len(colours), _COLUMNS) * pitch - _GAP, rows * pitch - _GAP
    sheet = Image.new("RGBA", size)
    for index, one in enumerate(colours.expand(-1, 3, -1, -1)):
        tile = Image.fromarray(one.permute(1, 2, 0).contiguous().numpy())
        place = index % _COLUMNS * pitch, index // _COLUMNS * pitch
        sheet.paste(tile.resize((_SIDE, _SIDE), Image.Resampling.NEAREST), place)
    content = io.BytesIO()
    sheet.save(content, "PNG", optimize=True)
    return content.getvalue()


def _is_visible(module: nn.Module) -> bool:
    if not isinstance(module, nn.Conv2d) or max(module.kernel_size) == 1:
        return False
    return module.weight.shape[1] in (1, 3)
