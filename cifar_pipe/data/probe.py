"""A cheap look at the data before anything runs: is it there, and what is it?"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from cifar_pipe.catalog.images.data_facts import DataFacts, Images, data_facts, dataset_facts
from cifar_pipe.data.checks import check_names
from cifar_pipe.data.datasets.decode import decode_file
from cifar_pipe.data.datasets.folder import divide
from cifar_pipe.data.datasets.torchvision_sets import look_for
from cifar_pipe.data.datasets.tree import Tree, look
from cifar_pipe.stages.load_data.spec import LoadData

_LOOKED_AT = 20  # images of each split


def probe(spec: LoadData) -> DataFacts:
    """What the disk says of the dataset; nothing is downloaded, and few images are read.

    Raises DataUnavailable and DataBroken as loading would. Whether a dataset that is yet to be
    downloaded can be, only loading shows.
    """
    dataset = spec.dataset
    facts = dataset_facts(dataset)
    if facts.downloadable:
        look_for(dataset)
    if facts.downloadable or facts.generated:
        return data_facts(dataset)
    tree = divide(look(dataset), spec, seed=0)
    check_names(spec.classes, tree.classes, dataset.name)
    return DataFacts(
        image=_image(tree),
        classes=tree.classes,
        num_classes=len(tree.classes),
        train=len(tree.files["train"]),
        test=len(tree.files["test"]),
        declared=False,
    )


def _image(tree: Tree) -> Images:
    """The shape of the images; height and width unknown where a few, of different classes, differ."""
    firsts = []
    for name, files in tree.files.items():
        labels = tree.labels[name]
        starts = {label: index for index, label in reversed(list(enumerate(labels)))}
        firsts += [decode_file(files[index]).shape for index in islice(starts.values(), _LOOKED_AT)]
    image = Images.of(tuple(firsts[0]))
    if len(set(firsts)) > 1:
        return replace(image, height=None, width=None)
    return image
