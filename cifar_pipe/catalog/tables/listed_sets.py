"""Published datasets of image files with a list of images per split."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.types import Str, choice, whole
from cifar_pipe.catalog.images.data_facts import DatasetFacts
from cifar_pipe.catalog.tables.image_files import READING, files_data


def _listed(name: str, summary: str, **args: Arg) -> Entry:
    return Entry(
        "dataset",
        name,
        f"{summary} Unpacked as torchvision does it; not downloaded.",
        "cifar_pipe.data.datasets.labelled.listed:find_listed",
        link=f"https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.{name}.html",
        own_args=tuple(READING),
        facts=DatasetFacts(data=files_data),
    ).takes(
        root=Arg(Str, ..., "Folder in which its archive was unpacked.", reads=True),
        **args,
        **READING,
    )


LISTED_SETS = (
    _listed("Food101", "101,000 photographs of 101 dishes, at most 512 pixels wide."),
    _listed(
        "DTD",
        "5,640 photographs of 47 textures.",
        partition=Arg(whole(ge=1, le=10), 1, "Which of the ten published divisions into splits."),
    ),
    _listed(
        "FGVCAircraft",
        "10,000 photographs of aircraft.",
        annotation_level=Arg(
            choice("variant", "family", "manufacturer"),
            "variant",
            "What the classes are: 100 variants, 70 families or 41 manufacturers.",
        ),
    ),
    _listed("OxfordIIITPet", "7,349 photographs of 37 breeds of cats and dogs."),
)
