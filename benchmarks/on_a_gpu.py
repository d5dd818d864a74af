"""All that needs a GPU, in one go, made to end within ten minutes: the tests of it, and the benchmarks.

    python benchmarks/on_a_gpu.py                          # with drawn images
    python benchmarks/on_a_gpu.py data/cifar10-images --timm pytorch-image-models/train.py

Prints a line for the machine, the tests that failed, and the tables of `compare.py resnet18` and `compare.py timm`. A
part that fails does not end the others; the exit status then is 1. Caches of compiled code are in a folder of their own:
the first compilation is measured as well, and the second from the cache.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

HERE = Path(__file__).resolve().parent
RECIPE = HERE.parent / "pipelines" / "recipes" / "cifar10_resnet18.yaml"
TESTS = ("tests/gpu", "tests/tutorial/test_classifier.py")
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
COUNTS = {"train": 5000, "test": 100}
# Long enough for `auto` to compile.
EPOCHS = 50
_TAIL = 40


def draw(place: tuple[Path, str, str]) -> None:
    """JPEGs of smooth noise, of about the size of CIFAR's."""
    root, split, name = place
    folder = root / split / name
    folder.mkdir(parents=True)
    source = np.random.default_rng(CLASSES.index(name) + 100 * (split == "test"))
    for number in range(COUNTS[split]):
        coarse: npt.NDArray[np.uint8] = source.integers(0, 256, (8, 8, 3), dtype=np.uint8)
        picture = Image.fromarray(coarse).resize((32, 32), Image.Resampling.BICUBIC)
        picture.save(folder / f"{number:04}.jpg", quality=90)


def drawn(root: Path) -> Path:
    with ProcessPoolExecutor() as pool:
        list(pool.map(draw, [(root, split, name) for split in COUNTS for name in CLASSES]))
    return root


def run(what: str, command: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> bool:
    """Whether it ended well; the end of what it printed is shown."""
    began = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - began
    print(f"\n== {what}: {seconds:.0f} s, exit status {done.returncode}", flush=True)
    print("\n".join(done.stdout.splitlines()[-_TAIL:]), flush=True)
    return done.returncode == 0


def recipe(root: Path, folder: Path, *, steps: int) -> list[str]:
    """The start of the recipe's 50 epochs, to see what `auto` makes of them."""
    dataset = f"load_data.dataset={{type: ImageFolder, root: {root}}}"
    ends = "train.callbacks=[{type: TimeLimit, minutes: 0.3}]"
    given = [part for one in (dataset, f"train.epochs={steps}", ends) for part in ("-S", one)]
    command = sys.executable, "-m", "cifar_pipe", "run", str(RECIPE), "--fresh", "--force"
    return [*command, "--run-dir", str(folder), "--until", "train", *given]


def told(folder: Path) -> str:
    """What a run says of its training."""
    state = json.loads((folder / "run.json").read_text())
    history = json.loads((folder / "stages" / "train" / "history.json").read_text())
    names = "engine", "engine_reason", "residency", "share_of_peak"
    return f"{ {name: state.get(name) for name in names} } {history['images_per_second']} images/s"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("root", type=Path, nargs="?", help="train/CLASS and test/CLASS with images")
    parser.add_argument("--timm", type=Path, help="train.py of a checkout of pytorch-image-models")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--steps", type=int, default=485)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    given = parser.parse_args()
    name = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
    print(f"{name}, {os.cpu_count()} CPUs, PyTorch {torch.__version__}", flush=True)
    with tempfile.TemporaryDirectory(prefix="on-a-gpu-") as temporary:
        folder = Path(temporary)
        root = given.root.resolve() if given.root else drawn(folder / "images")
        path = os.pathsep.join(filter(None, [str(HERE.parent), os.environ.get("PYTHONPATH")]))
        places = {"PYTHONPATH": path, "XDG_CACHE_HOME": str(folder / "cache")}
        environment = {**os.environ, **places}
        tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short"]
        parts = {"tests": ([*tests, *TESTS, "-k", "gpu or cuda"], HERE.parent)}
        for which in ("first", "second"):
            command = recipe(root, folder / which, steps=given.epochs)
            parts[f"the recipe, {which} run"] = command, folder
        compare = [sys.executable, str(HERE / "compare.py")]
        rounds = ["--rounds", str(given.rounds), "--steps", str(given.steps)]
        parts["resnet18"] = [*compare, "resnet18", str(root), *rounds], folder
        if given.timm:
            script = ["--timm", str(given.timm.resolve())]
            parts["timm"] = [*compare, "timm", str(root), *rounds, *script], folder
        passed = []
        for what, (command, cwd) in parts.items():
            passed.append(run(what, command, cwd, environment))
            if passed[-1] and "run" in command:
                print(told(Path(command[command.index("--run-dir") + 1])), flush=True)
    sys.exit(not all(passed))


if __name__ == "__main__":
    main()
