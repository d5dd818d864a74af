"""A look at the data before anything runs: is it there, and what is it?"""

from __future__ import annotations

from dataclasses import replace

from cifar_pipe.catalog.images.data_facts import DataFacts, Images, data_facts, dataset_facts
from cifar_pipe.data.datasets.folder import find_splits
from cifar_pipe.data.datasets.torchvision_sets import check_available, check_contents
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.data.survey import sample, survey
from cifar_pipe.data.thread_pool import Watch


def probe(settings: DataSettings, watch: Watch | None = None) -> DataFacts:
    """What the disk says of the dataset; nothing is downloaded.

    With a watch, all of it is read, as loading does. Without one few images are, and their size is
    taken for that of all: height and width are unknown where a few of different classes differ.

    Raises DataUnavailable and DataBroken as loading would. Whether a dataset that is not downloaded
    yet can be, only loading shows.
    """
    dataset = settings.dataset
    facts = dataset_facts(dataset)
    if facts.downloadable:
        check_available(dataset)
        if watch is not None:
            check_contents(dataset)
    if facts.downloadable or facts.generated:
        return data_facts(dataset, settings.fold)
    found = find_splits(settings, seed=0)
    seen = sample(settings, found) if watch is None else survey(settings, found, watch)
    image = Images.of(next(iter(seen.shapes)))
    if len(seen.shapes) > 1:
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
        inputs=(seen.inputs["train"], seen.inputs["test"]),
        remarks=() if watch is None else tuple(seen.lines()),
    )
