"""Whether image files can be what a network was trained on."""

from __future__ import annotations

from cifar_pipe.catalog.images.data_facts import Images
from cifar_pipe.errors import RunError


def check_is_of_pictures(image: Images) -> None:
    """Raises RunError for images of the data as it is on disk that no image file has."""
    channels = image.channels or 3
    if channels not in (1, 3) or image.dtype != "uint8":
        words = f"{channels} channels of {image.dtype}"
        message = f"the network was trained on images with {words}, which no image file has"
        raise RunError(message)
