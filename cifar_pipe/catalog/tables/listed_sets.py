"""Published datasets of image files, read where torchvision unpacks them."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import Package
from cifar_pipe.catalog.core.types import Str, choice, whole
from cifar_pipe.catalog.images.data_facts import DatasetFacts
from cifar_pipe.catalog.tables.image_files import READING, TEST_SPLIT, Share, files_data

_LABELLED = "cifar_pipe.data.datasets.labelled"
_LISTED, _TREE = f"{_LABELLED}.listed:find_listed", f"{_LABELLED}.trees:find_tree"


def _set(
    name: str, summary: str, target: str = _LISTED, needs: Package | None = None, **args: Arg
) -> Entry:
    return Entry(
        "dataset",
        name,
        f"{summary} Unpacked as torchvision does it; not downloaded.",
        target,
        link=f"https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.{name}.html",
        own_args=(*READING, *(["test_split"] if "test_split" in args else [])),
        facts=DatasetFacts(data=files_data, needs=needs),
    ).takes(
        root=Arg(Str, ..., "Folder in which its archive was unpacked.", reads=True),
        **args,
        **READING,
    )


def _undivided(name: str, summary: str) -> Entry:
    """Of a set that has no splits of its own."""
    return _set(name, summary, _TREE, test_split=Arg(Share, 0.2, TEST_SPLIT))


LISTED_SETS = (
    _set("Food101", "101,000 photographs of 101 dishes, at most 512 pixels wide."),
    _set(
        "DTD",
        "5,640 photographs of 47 textures.",
        partition=Arg(whole(ge=1, le=10), 1, "Which of the ten published divisions into splits."),
    ),
    _set(
        "FGVCAircraft",
        "10,000 photographs of aircraft.",
        annotation_level=Arg(
            choice("variant", "family", "manufacturer"),
            "variant",
            "What the classes are: 100 variants, 70 families or 41 manufacturers.",
        ),
    ),
    _set("OxfordIIITPet", "7,349 photographs of 37 breeds of cats and dogs."),
    _set(
        "Flowers102",
        "8,189 photographs of 102 flowers; needs SciPy.",
        f"{_LABELLED}.flowers:find_flowers",
        Package("SciPy", "scipy", "pip install scipy"),
    ),
    _set(
        "GTSRB",
        "Photographs of 43 kinds of traffic signs; those to train on are 30 of each single sign, which "
        "`validation_split` divides.",
        f"{_LABELLED}.trees:find_gtsrb",
    ),
    _set(
        "Imagenette",
        "13,394 photographs of 10 classes of ImageNet that are easily told apart.",
        _TREE,
        size=Arg(
            choice("full", "320px", "160px"),
            "full",
            "Which archive: whole photographs, or the shorter side of 320 or 160 pixels.",
        ),
    ),
    _set("Country211", "63,300 photographs from 211 countries.", _TREE),
    _set("RenderedSST2", "9,613 pictures of sentences, of praise or blame.", _TREE),
    _undivided("EuroSAT", "27,000 satellite images of 64x64 pixels, of 10 kinds of land."),
    _undivided("Caltech101", "8,677 pictures of 101 kinds of things."),
    _undivided("Caltech256", "30,607 pictures of 257 kinds of things."),
    _undivided("SUN397", "108,754 photographs of 397 kinds of places; the archive has 39 GB."),
)
