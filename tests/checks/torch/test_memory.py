"""`validate --memory`: whether each stage fits, reported at its batch size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cifar_pipe.checks.torch.analysis.memory_needs import memory_needs
from cifar_pipe.training.memory import Memory
from tests.cases.case import BASE
from tests.cases.edits import IMAGES, small
from tests.checks.kit import checked
from tests.conftest import Done

Cli = Callable[..., Done]


def test_what_does_not_fit_is_reported_at_its_batch_size_with_one_that_fits(
    cli: Cli, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(BASE)
    more = ("-S", "load_data.batch_size=4000", "-S", "evaluate.batch_size=10")
    done = cli("validate", "mine.yaml", "--memory", "64MiB", *more)
    assert done.status == 1
    assert "-S load_data.batch_size=4000:1:11: error[memory]: train needs about" in done.err
    most = int(done.err.partition("a batch_size of ")[2].partition(" ")[0].replace(",", ""))
    more = ("-S", f"load_data.batch_size={most}", "-S", "evaluate.batch_size=10")
    assert cli("validate", "mine.yaml", "--memory", "64MiB", *more).status == 0
    more = ("-S", f"load_data.batch_size={most + 1}", "-S", "evaluate.batch_size=10")
    assert cli("validate", "mine.yaml", "--memory", "64MiB", *more).status == 1


def test_what_does_not_fit_at_once_is_accumulated(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(BASE)
    more = ("-S", "load_data.batch_size=4000", "-S", "train.accumulate=2")
    done = cli("validate", "mine.yaml", "--memory", "64MiB", *more)
    help_ = done.err.partition("; with ")[2].partition(" a step is the same")[0]
    _, size, _, accumulate = help_.split()
    images = int(size.rpartition("=")[2]) * int(accumulate.rpartition("=")[2])
    assert images == 8000
    again = ("-S", size, "-S", accumulate, "-S", "evaluate.batch_size=10")
    assert cli("validate", "mine.yaml", "--memory", "64MiB", *again).status == 0


def test_the_largest_batch_that_fits_is_told(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(BASE)
    for command in ("validate", "show"):
        lines = cli(command, "mine.yaml", "--memory", "64MiB").out.splitlines()
        at = next(n for n, one in enumerate(lines) if "memory" in one)
        head, train, evaluate, meaning = lines[at : at + 4]
        assert head.endswith("  largest")
        assert meaning == "largest: the largest batch for the 64.0 MiB of the device"
        most = int(train.split()[-1].replace(",", ""))
        assert evaluate.startswith("evaluate")
    small_enough = ("-S", "evaluate.batch_size=10", "-S", f"load_data.batch_size={most}")
    assert cli("validate", "mine.yaml", "--memory", "64MiB", *small_enough).status == 0
    too_large = ("-S", "evaluate.batch_size=10", "-S", f"load_data.batch_size={most + 1}")
    assert cli("validate", "mine.yaml", "--memory", "64MiB", *too_large).status == 1


def test_the_main_pipeline_fits_into_this_machine(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(BASE)
    assert cli("validate", "mine.yaml", "--memory", "device").status == 0


def needs_of(text: str, folder: Path) -> dict[str, Memory]:
    return {need.stage.id: need.memory for need in memory_needs(checked(folder, text))}


def test_half_precision_keeps_activations_half_as_large(tmp_path: Path) -> None:
    whole = needs_of(BASE, tmp_path)["train"]
    half = BASE.replace("{device: cpu}", "{device: cpu, precision: bfloat16}")
    found = needs_of(half, tmp_path)["train"]
    assert found.activations == whole.activations // 2
    assert found.fixed == whole.fixed


def test_the_untrained_network_and_the_best_weights_are_counted(tmp_path: Path) -> None:
    weights = 4 * (3 * 32 * 32 * 10 + 10)
    data = f"{IMAGES}, validation_split: 0.5"
    best = ", monitor: val_loss, restore_best: true"
    assert needs_of(small(), tmp_path)["train"].copies == weights
    needs = needs_of(small("evaluate: {}", data=data, train=best), tmp_path)
    assert (needs["train"].copies, needs["evaluate"].copies) == (2 * weights, 0)
    averaged = needs_of(small(train=", averaging: {type: EMA, decay: 0.9}"), tmp_path)
    assert averaged["train"].copies == 2 * weights
    # As long as something below takes the network as it was built, it stays.
    again = "again: {type: evaluate, from: {model: build_model}}"
    needs = needs_of(small("evaluate: {}", again), tmp_path)
    assert (needs["evaluate"].copies, needs["again"].copies) == (weights, 0)


def test_the_outputs_that_metrics_need_are_counted_where_they_are_kept(tmp_path: Path) -> None:
    needs = needs_of(small("evaluate: {metrics: [auroc]}", "again: {type: evaluate}"), tmp_path)
    on_cpu = f"runtime: {{device: cpu}}\n{small('evaluate: {metrics: [auroc]}')}"
    assert needs["evaluate"].outputs == needs["again"].outputs == 0
    assert needs_of(on_cpu, tmp_path)["evaluate"].outputs == 4 * 20 * 10
