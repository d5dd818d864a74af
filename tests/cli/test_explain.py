"""cifar-pipe explain: the page of a code."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from cifar_pipe.diagnostics.codes.table import CODES
from tests.conftest import Done

Cli = Callable[..., Done]


@pytest.mark.parametrize("written", ["shape", "error[shape]", "[shape]", "SHAPE", "error[shape]:"])
def test_a_code_is_explained_however_it_is_copied(written: str, cli: Cli) -> None:
    done = cli("explain", written)
    assert done.status == 0
    assert done.out.startswith("shape\n\nA layer that does not fit the shape it is given.")
    assert "kernel_size: 50" in done.out
    assert "The example is laid over this base.yaml:" in done.out


@pytest.mark.parametrize("code", [*CODES, "not-known"])
def test_every_code_has_a_page(code: str, cli: Cli) -> None:
    done = cli("explain", code)
    assert done.status == 0
    text = [line for line in done.out.split("```")[0].splitlines() if line]
    assert max(map(len, text)) <= 80


def test_without_a_code_all_are_listed(cli: Cli) -> None:
    listed = cli("explain").out
    assert all(f"\n{code} " in f"\n{listed}" for code in [*CODES, "not-known"])


def test_a_code_that_there_is_not_names_the_nearest(cli: Cli) -> None:
    done = cli("explain", "shpae")
    assert (done.status, done.out) == (2, "")
    assert "did you mean `shape`?" in done.err
    assert "lists the codes" in cli("explain", "zzz").err


def test_it_imports_neither_torch_nor_the_catalogue() -> None:
    code = (
        "import sys\nfrom cifar_pipe.cli.app import app\n"
        "app(['explain', 'shape'], standalone_mode=False)\n"
        "assert not {'torch', 'cifar_pipe.catalog'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
