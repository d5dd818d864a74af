"""What commands take before they do anything: beside the imports that they cannot do without, in turn.

    python benchmarks/start_up.py --rounds 15

Prints the median and the least processor time of each, in milliseconds, and how many times those of the bare imports that is. The
processor's time is that of the whole process, its start and end included; others who use the machine change it little.
Shapes of the usual layers are followed without torch, beside a mistake too; the last row is a file with a layer of which PyTorch is
asked.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

RIGHT = """\
version: 1
stages:
  load_data: {dataset: {type: Shapes}, transforms: [ToTensor], batch_size: 8}
  build_model: {layers: [Flatten, {type: Linear, out_features: 10}]}
  train: {epochs: 2, loss: CrossEntropyLoss, optimizer: {type: SGD, lr: 0.1}}
  evaluate: {}
"""
MAIN = (Path(__file__).parent.parent / "pipelines" / "cifar10_lenet.yaml").read_text()
FILES = {
    "main.yaml": MAIN,
    "main_epochs.yaml": MAIN.replace("epochs: 2", "epochs: two"),
    "right.yaml": RIGHT,
    "type.yaml": RIGHT.replace("out_features: 10", "out_features: ten"),
    "dataset.yaml": RIGHT.replace("batch_size: 8", "batch_size: eight"),
    "argument.yaml": RIGHT.replace("out_features", "out_feature"),
    "stages.yaml": "version: 1\nstages: [load_data, build_model]\n",
    "syntax.yaml": RIGHT.replace("[ToTensor]", "[ToTensor"),
    "epochs.yaml": RIGHT.replace("epochs: 2", "epochs: two"),
    "asks.yaml": RIGHT.replace(
        "[Flatten", "[{type: LPPool2d, norm_type: 2, kernel_size: 2}, Flatten"
    ),
}
IMPORTS = {
    "python": "pass",
    "import typer, yaml, pydantic": "import typer, yaml, pydantic",
    "…, from pydantic import BaseModel": "import typer, yaml\nfrom pydantic import BaseModel",
    "…, and one model that is used": "import typer, yaml\nfrom pydantic import BaseModel\n"
    "class Model(BaseModel):\n    epochs: int\nModel(epochs=2)",
    "import torch": "import torch",
}
COMMANDS = (
    "--help",
    "run --help",
    "explain shape",
    "components layer",
    "components Linear",
    "validate missing.yaml",
    "validate stages.yaml",
    "validate type.yaml",
    "validate dataset.yaml",
    "validate argument.yaml",
    "validate syntax.yaml",
    "validate right.yaml --no-shapes",
    "validate right.yaml",
    "validate epochs.yaml",
    "validate main.yaml",
    "validate main_epochs.yaml",
    "validate asks.yaml",
)
BARE = "import typer, yaml, pydantic"


def milliseconds(command: Sequence[str], folder: Path, environment: dict[str, str]) -> float:
    """Of the processor, for one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return 1000 * used


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    # Compiled modules are kept, as they are wherever a program is installed.
    environment = {**os.environ, "COLUMNS": "80"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    jobs = {name: [sys.executable, "-c", code] for name, code in IMPORTS.items()}
    jobs |= {one: [sys.executable, "-m", "cifar_pipe", *one.split()] for one in COMMANDS}
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in FILES.items():
            Path(folder, name).write_text(text)
        for number in range(given.rounds + 1):
            for name, command in jobs.items():
                used = milliseconds(command, Path(folder), environment)
                # The first round fills the system's cache.
                taken[name] += [used] if number else []
    bare = taken[BARE]
    print(f"{'':36}  median   least  times")
    for name, times in taken.items():
        median, least = statistics.median(times), min(times)
        print(f"{name:36}{median:8.0f}{least:8.0f}{median / statistics.median(bare):7.2f}")


if __name__ == "__main__":
    main()
