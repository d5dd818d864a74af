"""Saves, loads and evaluates every network of torchvision, with random weights of its full size.

    python tests/all_networks.py [NAME…]

prints how many give the same loss before and after; about five minutes and 10 GiB for all of them. The
tests of each day do it for one network of each class (tests/model/weights/test_networks.py).
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.errors import CifarPipeError
from cifar_pipe.runner.prepare import prepare
from cifar_pipe.runner.run import RunOptions, run
from tests.kit import RecordedEvents

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
    path = Path(f"{name}.yaml")
    path.write_text(PIPELINE.format(name=name, side=SIDES.get(name, 224)))
    findings = Findings()
    prepared = prepare(path, [], findings)
    assert prepared is not None, findings.errors
    with tempfile.TemporaryDirectory() as folder:
        run_dir = Path(folder) / "run"
        metrics = run(prepared, RunOptions(RecordedEvents(), run_dir=run_dir)).metrics
    return metrics["before"]["loss"], metrics["after"]["loss"]


def main(names: list[str]) -> int:
    entries = table_of("layer").entries.items()
    names = names or [name for name, entry in entries if layer_facts(entry).network]
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name in names:
            try:
                before, after = losses(name)
                if before != after:
                    wrong.append(f"{name}: {before} before, {after} after")
            except CifarPipeError as error:
                wrong.append(f"{name}: {error.message}")
            gc.collect()
    print(
        f"{len(names) - len(wrong)} of {len(names)} networks give the same loss", *wrong, sep="\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
