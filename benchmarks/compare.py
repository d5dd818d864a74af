"""Runs a job with cifar-pipe and with its peers, in turn, several times.

    python benchmarks/compare.py main data/cifar10-images --rounds 3
    python benchmarks/compare.py augmented data/cifar10-images --only cifar-pipe loader --rounds 5

| job | is |
|---|---|
| main | the main pipeline: LeNet, batches of 4, two epochs |
| augmented | LeNet, batches of 128, cropped and flipped, five epochs |
| own-cost | batches of 32 without an engine: the loop by hand with the same steps, and cifar-pipe's |
| memory | 200 steps with images of 224x224 that take 0.4, 1.6 and 6.4 GB when they are decoded, in processes that may take 700 MiB, with what the system keeps of files; those in memory without a limit. Needs 12 GB of disk |
| latency | one picture, from the command to the answer |
| resnet18 | the recipe for a GPU, batches of 512 in bfloat16, `--steps`, without evaluation |
| timm | ImageNet's ResNet-18 on 32 x 32 pixels, batches of 512 in bfloat16, beside timm's train script: `--timm` says where it is |

Prints for each contender the median and the spread of the seconds from start to result, how many times faster
cifar-pipe is, the seconds of the training alone, the accuracy or the images per second, and the peak memory of its largest
process, and on Linux how much of its memory at most was not a file's. Of jobs for a GPU, images per second are those after the first
epoch, if there are more, with the share of the GPU's peak. Each of them starts in a process of its own; of cifar-pipe the first start, which is not counted, fills its caches.
Peers whose packages are not installed are left out. For figures worth keeping nothing else should run.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from large_images import draw
from memory_limit import OwnMemory, forget, limited

HERE = Path(__file__).parent
OURS = "cifar-pipe"
PIPELINES = HERE.parent / "pipelines"
MAIN = PIPELINES / "cifar10_lenet.yaml"
LARGER = HERE / "larger_than_memory.yaml"
RESNET18 = PIPELINES / "recipes" / "cifar10_resnet18.yaml"
AUGMENTED = """\
load_data.batch_size=128
load_data.transforms=[{type: RandomCrop, size: 32, padding: 4}, RandomHorizontalFlip, ToTensor, {type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}]
train.epochs=5
train.optimizer.lr=0.05
train.log_every=391
"""
OWN_COST = """\
load_data.batch_size=32
train.optimizer.lr=0.01
train.log_every=1000
runtime.engine=eager
runtime.threads=1
"""
# EMA is left out, which the peers have not.
RESNET18_STEPS = """\
train.epochs=null
train.steps={steps}
train.averaging=null
"""
# As torchvision and timm have it, cropped at random: the work is that of the processors and of the copies.
TIMM = """\
load_data.transforms=[{type: RandomResizedCrop, size: 32, scale: [0.8, 1.0], ratio: [1.0, 1.0]}, RandomHorizontalFlip, ToTensor, {type: Normalize, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]}]
build_model.layers=[{type: resnet18, num_classes: 10}]
build_model.initialize=null
"""
TIMM_ARGUMENTS = """\
{root} --model resnet18 --num-classes 10 --input-size 3 32 32 --batch-size 512 --epochs {epochs} --warmup-epochs 0
--opt sgd --momentum 0.9 --lr 0.1 --weight-decay 5e-4 --smoothing 0.1 --amp --amp-dtype bfloat16 --channels-last
--scale 0.8 1 --ratio 1 1 --color-jitter 0 --workers 16 --pin-mem --log-interval 20 --output {run}
"""
# Multiplications of an image's forward pass in the recipe's network.
RESNET18_MULTIPLY_ADDS = 555_422_720
STEPS_PER_EPOCH, BATCH = 97, 512


@dataclass(frozen=True)
class Contender:
    """`command` has places for {root}, {steps} and {run}, a folder of its own; `needs` are packages. `before` is a
    command that is not counted. Under a `limit`, in MiB, nothing of its files is in memory when it starts.
    """

    name: str
    command: Sequence[str]
    needs: Sequence[str] = ()
    before: Sequence[str] = ()
    limit: int | None = None


@dataclass
class Measured:
    seconds: list[float] = field(default_factory=list)
    training: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)


def ours(name: str, overrides: str = "", *more: str, file: Path = MAIN) -> Contender:
    dataset = "load_data.dataset={type: ImageFolder, root: {root}}"
    given = [part for one in (dataset, *overrides.splitlines()) for part in ("-S", one)]
    command = (
        sys.executable,
        "-m",
        "cifar_pipe",
        "run",
        str(file),
        "--force",
        "--run-dir",
        "{run}",
    )
    return Contender(name, (*command, "--fresh", *given, *more))


def peer(way: str, *more: str, needs: Sequence[str] = ()) -> Contender:
    command = (sys.executable, str(HERE / "lenet_peers.py"), way, "{root}", *more)
    return Contender(way, command, needs)


def peers(*more: str) -> Iterator[Contender]:
    yield peer("loader", *more)
    yield peer("resident", *more)
    for package in ("lightning", "fastai", "keras"):
        yield peer(package, *more, needs=[package])


def latency() -> Iterator[Contender]:
    image = "{root}/test/cat/0000.jpg"
    by_hand = str(HERE / "one_picture.py"), "{run}/cifar_net.pth", image
    before = ours(OURS, "train.epochs=1").command
    predict = (sys.executable, "-m", "cifar_pipe", "predict", "{run}", image)
    yield Contender(OURS, predict, before=before)
    yield Contender("by hand", (sys.executable, *by_hand), before=before)


def memory() -> Iterator[Contender]:
    for where, times, limit in (
        ("memory", 1, None),
        ("memory", 4, None),
        *((where, times, LIMIT) for where in ("mapped", "stream") for times in TIMES),
    ):
        given = f"runtime.residency={where}\nload_data.dataset.root={{large}}/x{times}"
        one = ours(f"{where}, {times * MEGABYTES / 1000:.1f} GB", given, file=LARGER)
        # The data set is the pipeline's own kind.
        command = [part for part in one.command if "{root}" not in part]
        command.remove("-S")
        yield replace(one, command=command, limit=limit)


def resnet18() -> Iterator[Contender]:
    ends = "--until", "train"
    yield ours(OURS, RESNET18_STEPS, *ends, file=RESNET18)
    yield ours("compile", f"{RESNET18_STEPS}runtime.engine=compile", *ends, file=RESNET18)
    by_hand = sys.executable, str(HERE / "resnet18_by_hand.py"), "{root}", "--steps", "{steps}"
    yield Contender("resident", (*by_hand, "--data", "resident"))
    yield Contender("workers", (*by_hand, "--data", "workers"))
    yield Contender("resident, compiled", (*by_hand, "--data", "resident", "--compile"))


def timm() -> Iterator[Contender]:
    yield ours(OURS, RESNET18_STEPS + TIMM, "--until", "train", file=RESNET18)
    script = (sys.executable, "{timm}", *TIMM_ARGUMENTS.split(), "--val-split", "")
    yield Contender("timm", script, needs=["timm"])


# Of decoded images, and what a process may take with what it imports.
MEGABYTES, TIMES, LIMIT = 400, (1, 4, 16), 700
LARGE = ("--batch-size", "128", "--augment", "--epochs", "5", "--lr", "0.05")
JOBS: Mapping[str, Sequence[Contender]] = {
    "main": (
        ours(OURS),
        ours("eager", "runtime.engine=eager"),
        Contender("tutorial", (sys.executable, str(HERE / "tutorial_by_hand.py"), "{root}")),
        *list(peers())[1:],
    ),
    "augmented": (
        ours(OURS, AUGMENTED),
        ours("eager", f"{AUGMENTED}runtime.engine=eager"),
        *peers(*LARGE),
    ),
    "own-cost": (ours(OURS, OWN_COST), peer("resident", "--batch-size", "32", "--lr", "0.01")),
    "memory": tuple(memory()),
    "latency": tuple(latency()),
    "resnet18": tuple(resnet18()),
    "timm": tuple(timm()),
}


Places = Mapping[str, str]


def run(
    contender: Contender, places: Places, folder: Path
) -> tuple[float, float, float, dict[str, Any]]:
    """Seconds, peak memory in MiB, how much of it was its own, and what it says of itself."""
    its = {**places, "{run}": str(folder / "run")}
    command = [filled(part, its) for part in contender.command]
    if contender.limit is not None:
        forget(folder)
        forget(Path(places["{large}"]))
    began = time.perf_counter()
    with (
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
        limited(contender.limit) as (first, _),
    ):
        process = subprocess.Popen([*first, *command], cwd=folder, stdout=out, stderr=err)
        own = OwnMemory(process.pid)
        own.start()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        out.seek(0)
        err.seek(0)
        if status:
            raise SystemExit(f"{' '.join(command)}\n{err.read()[-2000:]}")
        return (
            seconds,
            used.ru_maxrss / 1024,
            own.peak,
            _said(
                out.read() + _rate_of_timm(err.read()),
                folder / "run" / "run.json" if "run" in command else None,
            ),
        )


def filled(text: str, places: Places) -> str:
    for place, value in places.items():
        text = text.replace(place, value)
    return text


def _said(out: str, run_json: Path | None) -> dict[str, Any]:
    last = out.rstrip().rpartition("\n")[2]
    if last.startswith("{"):
        found: dict[str, Any] = json.loads(last)
        return found
    if "accuracy" in out and "load " in last:
        # The tutorial's script.
        accuracy = next(one for one in out.splitlines() if one.startswith("accuracy"))
        train = last.partition("train ")[2].partition(" s")[0]
        return {"accuracy": float(accuracy.split()[1]), "train_seconds": float(train)}
    if run_json is not None:
        state = json.loads(run_json.read_text())
        history = json.loads((run_json.parent / "stages" / "train" / "history.json").read_text())
        said = {"train_seconds": history["seconds"]}
        if measured := state["metrics"].get("evaluate"):
            return said | {"accuracy": measured["accuracy"]}
        names = "engine", "engine_reason", "residency", "share_of_peak"
        told = {name: state[name] for name in names if state.get(name)}
        rows = (run_json.parent / "metrics.jsonl").read_text().splitlines()
        rate = history["images_per_second"]
        if f"batch_size: {BATCH}\n" in (run_json.parent / "resolved.yaml").read_text():
            rate = _steady(list(map(json.loads, rows))) or rate
        return said | told | {"images_per_second": rate}
    return {}


def _steady(rows: Sequence[Mapping[str, Any]]) -> float | None:
    """Images per second after the first epoch of the jobs for a GPU; None where that is nearly all."""
    later = [one for one in rows if "loss" in one and one["step"] >= STEPS_PER_EPOCH]
    if len(later) < 2:
        return None
    first, last = later[0], later[-1]
    return float(BATCH * (last["step"] - first["step"]) / (last["seconds"] - first["seconds"]))


def _rate_of_timm(log: str) -> str:
    """What its log says at the end of the last epoch, as our other scripts say it."""
    found = re.findall(r"Time: .*?\(\s*([\d.]+)s,\s*([\d.]+)/s\)", log)
    return "\n" + json.dumps({"images_per_second": float(found[-1][1])}) if found else ""


def share_of_peak(rate: float) -> str:
    """Of the GPU's, of ResNet-18's steps; nothing where it is not known."""
    import torch

    from cifar_pipe.training.progress.peak import peak

    name = torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"
    most = peak(name, "bfloat16")
    return f"{100 * 6 * RESNET18_MULTIPLY_ADDS * rate / most:.1f} %" if most else ""


def measure(contenders: Sequence[Contender], places: Places, rounds: int) -> dict[str, Measured]:
    found = {one.name: Measured() for one in contenders}
    with tempfile.TemporaryDirectory(prefix="compare-") as temporary:
        folders = {one.name: Path(temporary) / one.name.replace(" ", "-") for one in contenders}
        for one in contenders:
            folders[one.name].mkdir()
            first = one.before or (one.command if one.command[1] == "-m" else ())
            if first:
                run(replace(one, command=first), places, folders[one.name])
        for _ in range(rounds):
            for one in contenders:
                seconds, peak, own, said = run(one, places, folders[one.name])
                print(f"{one.name}: {seconds:.2f} s {said}", flush=True)
                measured = found[one.name]
                measured.seconds.append(seconds)
                measured.peak.append(peak)
                measured.own.append(own)
                measured.training += [said["train_seconds"]] if "train_seconds" in said else []
                measured.accuracy += [said["accuracy"]] if "accuracy" in said else []
                measured.rate += [said["images_per_second"]] if "images_per_second" in said else []
    return found


def table(found: Mapping[str, Measured], job: str) -> Iterator[str]:
    yield "| | seconds | spread | cifar-pipe is | training | accuracy | images/s | peak MiB | own | of the GPU's peak |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    first = statistics.median(next(iter(found.values())).seconds)
    for name, one in found.items():
        middle = statistics.median(one.seconds)
        spread = f"{min(one.seconds):.1f} to {max(one.seconds):.1f}"
        times = f"{middle / first:.1f} times faster" if OURS in found and name != OURS else ""
        training = f"{statistics.median(one.training):.1f}" if one.training else ""
        accuracy = f"{100 * statistics.mean(one.accuracy):.1f} %" if one.accuracy else ""
        rate = f"{statistics.median(one.rate):,.0f}" if one.rate else ""
        peak = f"{statistics.median(one.peak):,.0f}"
        own = f"{statistics.median(one.own):,.0f}" if any(one.own) else ""
        share = share_of_peak(statistics.median(one.rate)) if one.rate and job == "resnet18" else ""
        cells = (name, f"{middle:.1f}", spread, times, training, accuracy, rate, peak, own, share)
        yield f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("root", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=485, help="of resnet18: five epochs")
    parser.add_argument("--only", nargs="+", help="these contenders alone; cifar-pipe first")
    parser.add_argument("--timm", type=Path, help="train.py of a checkout of pytorch-image-models")
    given = parser.parse_args()
    if given.job == "timm" and given.timm is None:
        parser.error("the job timm needs --timm: train.py is not in the package")
    contenders = [
        one
        for one in JOBS[given.job]
        if all(find_spec(package) for package in one.needs)
        and (given.only is None or one.name in given.only)
    ]
    places = {
        "{root}": str(given.root.resolve()),
        "{steps}": str(given.steps),
        "{epochs}": str(max(1, given.steps // STEPS_PER_EPOCH)),
        "{timm}": str(given.timm and given.timm.resolve()),
    }
    with tempfile.TemporaryDirectory(prefix="compare-images-") as large:
        if given.job == "memory":
            places["{large}"] = large
            draw(given.root, Path(large), megabytes=MEGABYTES, times=TIMES)
            with limited(LIMIT) as (_, limit):
                print(limit, flush=True)
        found = measure(contenders, places, given.rounds)
    print(f"\n{given.job}: {os.cpu_count()} CPUs, {given.rounds} rounds\n")
    print("\n".join(table(found, given.job)))


if __name__ == "__main__":
    main()
