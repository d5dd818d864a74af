"""A cheap look at the data before anything runs: is it there, and what is it?"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from cifar_pipe.catalog.images.data_facts import DataFacts, Images, data_facts, dataset_facts
from cifar_pipe.data.datasets.folder import find_splits
from cifar_pipe.data.datasets.image_decoder import decode_file
from cifar_pipe.data.datasets.torchvision_sets import check_available
from cifar_pipe.data.settings import DataSettings


def probe(settings: DataSettings) -> DataFacts:
    """What the disk says of the dataset; nothing is downloaded, and few images are read. Height and
    width are unknown where a few images, of different classes, differ in size.

    Raises DataUnavailable and DataBroken as loading would. Whether a dataset that is not downloaded
    yet can be, only loading shows.
    """
    dataset = settings.dataset
    facts = dataset_facts(dataset)
    if facts.downloadable:
        check_available(dataset)
    if facts.downloadable or facts.generated:
        return data_facts(dataset)
    found = find_splits(settings, seed=0)
    shapes = []
    for name, files in found.files.items():
        # The first image of each class, for 20 classes at most.
        firsts = dict(zip(reversed(found.labels[name]), reversed(files), strict=True))
        shapes += [decode_file(path).shape for path in islice(firsts.values(), 20)]
    image = Images.of(tuple(shapes[0]))
    if len(set(shapes)) > 1:
        image = replace(image, height=None, width=None)
    counts = {name: len(files) for name, files in found.files.items()}
    drawn = settings.validation_split is not None
    return DataFacts(
        image,
        found.classes,
        len(found.classes),
        counts["train"] + (counts["val"] if drawn else 0),
        counts["test"],
        declared=False,
        val=0 if drawn else counts.get("val", 0),
        per_class=found.per_class,
        problems=found.problems,
        files={
            name: frozenset(found.identities.get(path, 0) for path in files)
            for name, files in found.files.items()
        },
    )
