"""Judges mistakes seeded into the shipped pipelines: each must be reported by `validate`, or run.

    python tests/verdicts.py [--count N] [--seed S] [--seconds S] [--faults NAME…]
                             [--without WORD…] [--show]

prints how many of N mutants were reported, ran, or ended differently; `--show` prints those that did
neither, which are missing checks.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import copy
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torchvision.models import ResNet18_Weights, resnet18

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cifar_pipe.catalog.images.data_facts import data_facts, dataset_facts
from cifar_pipe.checks.check import PipelineCheck, check
from cifar_pipe.checks.context import CheckOptions
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.errors import CifarPipeError, Diverged
from cifar_pipe.runner.prepare import prepare, probed_into
from cifar_pipe.runner.run import RunOptions, run
from tests.faults import (
    FAULTS,
    Document,
    Mutant,
    mutants,
    sources,
    text_of,
)
from tests.kit import RecordedEvents, lenet

# VGG-16 at 224 pixels is the largest that is shipped.
MOST_PARAMETERS = 150_000_000
MOST_OPERATIONS = 20_000_000_000
FEW_OPERATIONS = 400_000_000
SECONDS = 90
WEIGHTS = "cifar_net.pth"
FOLDER = "images"
OPTIONS = CheckOptions(read_weights=True)


@dataclass(frozen=True)
class Verdict:
    """`kind`: reported, ran, diverged, too large to try, refused (in the run, in words), crash (in the
    run), broken (validate itself)."""

    kind: str
    what: str = ""


@cache
def weights() -> bytes:
    """What a run of the main pipeline saves: its tutorial's sequels load it."""
    with tempfile.NamedTemporaryFile(suffix=".pth") as file:
        torch.save(lenet().state_dict(), file.name)
        return Path(file.name).read_bytes()


def save_pretrained(folder: Path) -> None:
    """Random weights where torchvision keeps those that it has downloaded: nothing is downloaded."""
    os.environ["TORCH_HOME"] = str(folder)
    path = folder / "hub" / "checkpoints" / ResNet18_Weights.DEFAULT.url.rpartition("/")[2]
    path.parent.mkdir(parents=True)
    torch.save(resnet18().state_dict(), path)


def write_files() -> None:
    """What pipelines find in the folder where they are run: weights, and a folder of images."""
    from PIL import Image

    Path(WEIGHTS).write_bytes(weights())
    for split in ("train", "test"):
        for number, name in enumerate(("cat", "dog")):
            folder = Path(FOLDER, split, name)
            folder.mkdir(parents=True)
            for index in range(4):
                colour = (80 * number, 40 * index, 9)
                Image.new("RGB", (40, 36), colour).save(folder / f"{index}.png")


def judge(mutant: Mutant) -> Verdict:
    """Validates, then runs on tiny data, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        write_files()
        path = Path("mutant.yaml")
        path.write_text(text_of(mutant.document))
        findings = Findings()
        try:
            with limit():
                checked = check(path, [], findings, options=OPTIONS)
                if not findings and findings.not_known:
                    findings = Findings()
                    facts_of = probed_into(findings)
                    checked = check(path, [], findings, facts_of=facts_of, options=OPTIONS)
        except Exception:
            return Verdict("broken", traceback.format_exc())
        if findings:
            return Verdict("reported", findings.errors[0].code)
        if checked is None or not checked.passed or findings.not_known:
            return Verdict("unknown", findings.not_known[0].check)
        built = [one for key, one in checked.networks.items() if key == one.stage.id]
        rows = [row for one in built for row in one.rows]
        operations = sum(row.multiply_adds or 0 for row in rows)
        if sum(row.parameters for row in rows) > MOST_PARAMETERS or operations > MOST_OPERATIONS:
            return Verdict("too large to try")
        images = 8 if operations < FEW_OPERATIONS else 2
        path.write_text(text_of(tiny(mutant.document, checked, images)))
        return run_it(path)


class Slow(Exception):
    pass


@contextlib.contextmanager
def limit() -> Iterator[None]:
    def late(*_: Any) -> None:
        raise Slow

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def run_it(path: Path) -> Verdict:
    findings = Findings()
    try:
        with limit(), open(os.devnull, "w") as away, contextlib.redirect_stderr(away):
            prepared = prepare(path, [], findings)
            if prepared is None:
                said = [one.message for one in findings.errors]
                return Verdict("refused", f"the tiny one: {said}")
            run(prepared, RunOptions(RecordedEvents(), Path("run")))
    except Diverged:
        return Verdict("diverged")
    except CifarPipeError as error:
        if "nan" in error.message.lower().split():
            return Verdict("diverged")
        return Verdict("refused", f"{type(error).__name__}: {error.message}")
    except Exception:
        return Verdict("crash", traceback.format_exc())
    return Verdict("ran")


def tiny(document: Document, checked: PipelineCheck, images: int) -> Document:
    """The same on a few images a split and for one or two epochs, on the CPU with one thread."""
    small = copy.deepcopy(document)
    small["runtime"] = {"device": "cpu", "threads": 1}
    for stage in checked.pipeline.stages:
        settings = small["stages"][stage.id] or {}
        if stage.type.name == "load_data" and checked.context.flows[stage.id].facts.declared:
            settings["dataset"] = tiny_data(stage.spec.dataset, images)
            if stage.spec.drop_last:
                settings["batch_size"] = min(images // 2, stage.spec.batch_size)
        if stage.type.name == "train":
            key = "epochs" if stage.spec.epochs else "steps"
            settings[key] = min(2, getattr(stage.spec, key))
    return small


def tiny_data(dataset: Any, images: int) -> Document:
    few = {"train": images, "test": images}
    if dataset_facts(dataset).generated and "train" in dataset.entry.args:
        plain = dataset.plain()
        return {**({"type": plain} if isinstance(plain, str) else plain), **few}
    facts = data_facts(dataset)
    shape = list(facts.image.shape or (3, 32, 32))
    return {"type": "Shapes", "image_shape": shape, "num_classes": facts.num_classes or 10, **few}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--faults", nargs="+", choices=[fault.__name__ for fault in FAULTS])
    parser.add_argument("--without", nargs="+", default=[], help="words of pipelines' paths")
    parser.add_argument("--show", action="store_true")
    with tempfile.TemporaryDirectory() as folder:
        save_pretrained(Path(folder))
        judge_mutants(parser.parse_args())


def judge_mutants(chosen: argparse.Namespace) -> None:
    torch.set_num_threads(1)
    documents = {
        name: document
        for name, document in sources().items()
        if not any(word in name for word in chosen.without)
    }
    verdicts: collections.Counter[str] = collections.Counter()
    by_source: collections.Counter[str] = collections.Counter()
    started = time.monotonic()
    kinds = [one for one in FAULTS if not chosen.faults or one.__name__ in chosen.faults]
    for mutant in mutants(documents, chosen.count, seed=chosen.seed, faults=kinds):
        if time.monotonic() - started > chosen.seconds:
            break
        verdict = judge(mutant)
        verdicts[verdict.kind] += 1
        by_source[mutant.source] += 1
        if chosen.show and verdict.kind not in ("reported", "ran", "diverged"):
            print(
                f"--- {verdict.kind}: {mutant.source}: {mutant.fault}\n{verdict.what}", flush=True
            )
    fine = verdicts["reported"] + verdicts["ran"] + verdicts["diverged"]
    tried = verdicts.total() - verdicts["too large to try"]
    print(dict(verdicts.most_common()))
    print(f"{len(by_source)} pipelines, {min(by_source.values())} mistakes each or more")
    print(f"{fine} of {tried} reported or run: {fine / tried:.3%}")


if __name__ == "__main__":
    main()
