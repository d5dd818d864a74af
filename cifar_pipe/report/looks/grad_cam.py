"""Where in an image a network found what it took the image for."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor, nn

MOST = 16
# Warm, and visible on images of every colour.
_COLOUR = (255, 96, 0)


def grad_cam(network: nn.Module, images: Tensor, classes: Tensor) -> Tensor | None:
    """Float `[n, H, W]` from 0 to 1: how much each place speaks for the class, in the last layer whose
    output has places (Selvaraju et al., "Grad-CAM", ICCV 2017). `images` are what the network takes,
    `[n, C, H, W]`, and `classes` int64 `[n]`; it is in evaluation mode. None where no layer's output has places.
    """
    layer = _last_with_places(network, images[:1])
    if layer is None:
        return None
    seen: list[Tensor] = []
    hook = layer.register_forward_hook(lambda _, __, output: seen.append(output))
    try:
        with torch.enable_grad():
            outputs = network(images.detach().requires_grad_())
            chosen = outputs.gather(1, classes[:, None]).sum()
            (gradients,) = torch.autograd.grad(chosen, seen[-1])
    finally:
        hook.remove()
    weights = gradients.mean((2, 3), keepdim=True)
    maps = (weights * seen[-1]).sum(1, keepdim=True).relu().detach()
    whole = nn.functional.interpolate(maps, images.shape[2:], mode="bilinear", align_corners=False)
    return (whole / whole.amax((2, 3), keepdim=True).clamp(min=1e-12))[:, 0].float().cpu()


def _last_with_places(network: nn.Module, image: Tensor) -> nn.Module | None:
    """The last of the modules that hold no others whose output is `[1, C, H, W]` with several places."""
    found: list[nn.Module] = []

    def look(module: nn.Module, _: object, output: object) -> None:
        if isinstance(output, Tensor) and output.ndim == 4 and output[0, 0].numel() > 1:
            found.append(module)

    leaves = [module for module in network.modules() if not list(module.children())]
    hooks = [module.register_forward_hook(look) for module in leaves]
    try:
        with torch.no_grad():
            network(image)
    finally:
        for hook in hooks:
            hook.remove()
    return found[-1] if found else None


def overlaid(pictures: Tensor, maps: Tensor) -> Tensor:
    """`pictures`, uint8 `[n, 3, h, w]`, in grey, with what speaks for the answer in colour."""
    height, width = pictures.shape[2:]
    shown = []
    for picture, heat in zip(pictures.cpu(), maps, strict=True):
        image = Image.fromarray(picture.permute(1, 2, 0).contiguous().numpy()).convert("L")
        strength = Image.fromarray((heat * 190).to(torch.uint8).numpy()).resize((width, height))
        whole = image.convert("RGB")
        whole.paste(_COLOUR, (0, 0), strength)
        shown.append(torch.frombuffer(bytearray(whole.tobytes()), dtype=torch.uint8))
    return torch.stack(shown).view(-1, height, width, 3).permute(0, 3, 1, 2)
