"""What `import cifar_pipe` offers, and what it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import cifar_pipe


@pytest.mark.parametrize("name", cifar_pipe.__all__)
def test_each_public_name_is_there_and_documented(name: str) -> None:
    public = getattr(cifar_pipe, name)
    assert public.__name__ == name
    assert name in dir(cifar_pipe)


@pytest.mark.parametrize(
    "name", ["check", "run", "load", "Result", "Series", "Checked", "Prediction"]
)
def test_functions_and_results_are_documented(name: str) -> None:
    assert getattr(cifar_pipe, name).__doc__


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'train'"):
        cifar_pipe.train  # noqa: B018


def modules_after(code: str) -> set[str]:
    shown = f"{code}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_imports_nothing_else() -> None:
    found = modules_after("import cifar_pipe")
    assert {name for name in found if name.startswith("cifar_pipe.")} == set()
    assert found & {"torch", "pydantic", "yaml", "numpy"} == set()


def test_the_three_functions_import_neither_torch_nor_typer() -> None:
    found = modules_after("from cifar_pipe import check, run, load")
    assert found & {"torch", "typer", "numpy", "PIL"} == set()


def test_a_check_that_needs_no_torch_imports_none() -> None:
    found = modules_after("from cifar_pipe import check\nassert not check({'stages': {}}).ok")
    assert "torch" not in found
