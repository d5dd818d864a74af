"""cifar-pipe init: every template is a pipeline that validates, and nothing is overwritten."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.cli.init import TEMPLATES
from tests.conftest import ROOT, Done

Cli = Callable[..., Done]


def test_without_a_path_it_writes_pipeline_yaml_and_says_what_is_next(
    cli: Cli, tmp_path: Path
) -> None:
    done = cli("init")
    assert (done.status, done.out) == (0, "")
    assert done.err.splitlines() == [
        "pipeline.yaml: written, the tutorial's network on CIFAR-10",
        "next: cifar-pipe validate pipeline.yaml",
        "      cifar-pipe run pipeline.yaml",
    ]
    assert (tmp_path / "pipeline.yaml").read_text().startswith("# ")


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_template_validates(cli: Cli, name: str) -> None:
    assert cli("init", "mine.yaml", "--template", name).status == 0
    done = cli("validate", "mine.yaml")
    assert done.status == 0, done.err


@pytest.mark.parametrize("name", ["folder", "resnet"])
def test_templates_for_own_images_validate_with_the_images(
    cli: Cli, name: str, image_folder: Path
) -> None:
    cli("init", "mine.yaml", "--template", name)
    assert cli("validate", "--data", "mine.yaml").out.startswith("mine.yaml: ok\n")


def test_the_templates_are_the_files_in_the_package() -> None:
    files = (ROOT / "cifar_pipe/templates").iterdir()
    assert {path.name for path in files} == {f"{name}.yaml" for name in TEMPLATES}


def test_an_existing_file_is_left_as_it_is(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "pipeline.yaml").write_text("mine")
    done = cli("init")
    assert done.status == 2
    assert "pipeline.yaml exists already" in done.err
    assert (tmp_path / "pipeline.yaml").read_text() == "mine"


def test_a_link_that_leads_nowhere_is_left_as_it_is(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "pipeline.yaml").symlink_to("elsewhere")
    assert cli("init").status == 2
    assert not (tmp_path / "elsewhere").exists()


def test_a_path_without_a_yaml_suffix_is_a_folder(cli: Cli, tmp_path: Path) -> None:
    done = cli("init", "new place")
    assert (tmp_path / "new place/pipeline.yaml").is_file()
    assert "cifar-pipe run 'new place/pipeline.yaml'" in done.err


def test_a_path_that_cannot_be_written_is_reported(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    done = cli("init", "taken/mine.yaml")
    assert done.status == 3
    assert "cannot write taken/mine.yaml" in done.err
    assert "--run-dir" not in done.err


def test_an_unknown_template_names_the_nearest_and_all(cli: Cli, tmp_path: Path) -> None:
    done = cli("init", "--template", "resnt")
    assert done.status == 2
    assert "there is no template `resnt`" in done.err
    assert "did you mean `resnet`?" in done.err
    assert ", ".join(TEMPLATES) in done.err
    assert not (tmp_path / "pipeline.yaml").exists()


def test_help_lists_the_templates(cli: Cli) -> None:
    shown = cli("init", "--help").out
    assert all(f"{name}:" in shown for name in TEMPLATES)


def test_it_needs_no_torch(tmp_path: Path) -> None:
    code = (
        "import sys; from cifar_pipe.cli.app import app\n"
        "app(['init'], standalone_mode=False)\n"
        "assert 'torch' not in sys.modules and 'yaml' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True)
