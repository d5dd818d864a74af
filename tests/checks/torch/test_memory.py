"""`validate --memory`: whether each stage fits, reported at its batch size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cases.case import BASE
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


def test_the_main_pipeline_fits_into_this_machine(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(BASE)
    assert cli("validate", "mine.yaml", "--memory", "device").status == 0
