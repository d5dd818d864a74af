"""Saves, loads and evaluates every network of torchvision, with random weights of its full size.

    python tests/all_networks.py [NAME…]

prints how many give the same loss before and after; about five minutes and 10 GiB for all of them. The
tests of each day do it for one network of each class (tests/model/weights/test_networks.py).
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.lookup import table_of
from tests import round_trips

PIPELINE = """\
version: 1
stages:
  load_data:
    dataset: {{type: Shapes, image_shape: [3, {side}, {side}], num_classes: 4, train: 2, test: 2}}
    transforms: [ToTensor]
    batch_size: 2
  build_model: {{layers: [{{type: {name}, num_classes: 4}}]}}
  before: {{type: evaluate, batch_size: 2, loss: CrossEntropyLoss}}
  save: {{path: net.pth}}
  load: {{}}
  after: {{type: evaluate, batch_size: 2, loss: CrossEntropyLoss, from: {{model: load}}}}
"""
# Sides of the images; inception_v3 takes none below 75, and was made for 299.
SIDES = {"inception_v3": 299}


def losses(name: str) -> tuple[float, float]:
    """Before the weights were saved, and after they were loaded."""
    return round_trips.losses(name, PIPELINE.format(name=name, side=SIDES.get(name, 224)))


if __name__ == "__main__":
    every = (name for name, one in table_of("layer").entries.items() if layer_facts(one).network)
    sys.exit(round_trips.report(sys.argv[1:] or every, losses))
