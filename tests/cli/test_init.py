"""cifar-pipe init: every template is a pipeline that validates, and nothing is overwritten."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from cifar_pipe.cli.init import NETWORKS, STARTS, TEMPLATES
from cifar_pipe.schema.document import schema_text
from tests.conftest import ROOT, Done

Cli = Callable[..., Done]


def test_without_a_path_it_writes_pipeline_yaml_and_says_what_is_next(
    cli: Cli, tmp_path: Path
) -> None:
    done = cli("init")
    assert (done.status, done.out) == (0, "")
    assert done.err.splitlines() == [
        "pipeline.yaml: written, the tutorial's network on CIFAR-10",
        "schemas/pipeline.schema.json: written, for completion and errors in editors",
        "next: cifar-pipe validate pipeline.yaml",
        "      cifar-pipe run pipeline.yaml",
    ]
    assert schema_of(tmp_path / "pipeline.yaml") == tmp_path / "schemas/pipeline.schema.json"
    assert (tmp_path / "schemas/pipeline.schema.json").read_text() == schema_text()


def schema_of(path: Path) -> Path:
    """Where an editor finds the schema of the file."""
    first = path.read_text().splitlines()[0]
    return (path.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve()


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


@pytest.mark.parametrize(
    ("folder", "dataset"),
    [
        ("images", "{type: ImageFolder, root: images}"),
        ("images/train", "{type: ImageFolder, root: images/train, test_split: 0.2}"),
        ("only", "{type: ImageFolder, root: only/train, test_split: 0.2}"),
    ],
)
def test_a_folder_of_images_becomes_the_data_set(
    cli: Cli, folder: str, dataset: str, image_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "only").mkdir()
    (tmp_path / "only/train").symlink_to(image_folder / "train")
    done = cli("init", "mine.yaml", "--images", folder)
    assert done.err.splitlines()[-2] == "next: cifar-pipe validate --data mine.yaml"
    assert f"    dataset: {dataset}\n" in (tmp_path / "mine.yaml").read_text()
    assert cli("validate", "--data", "mine.yaml").out.startswith("mine.yaml: ok")


@pytest.mark.parametrize(
    ("template", "folder", "why"),
    [
        ("lenet", "images", "--images is not for the template lenet"),
        ("resnet", "nowhere", "there is no folder nowhere"),
    ],
)
def test_images_that_a_template_cannot_take_are_reported(
    cli: Cli, template: str, folder: str, why: str, image_folder: Path, tmp_path: Path
) -> None:
    done = cli("init", "--template", template, "--images", folder)
    assert (done.status, why in done.err) == (2, True)
    assert not (tmp_path / "pipeline.yaml").exists()


def test_the_templates_are_the_files_in_the_package() -> None:
    files = (ROOT / "cifar_pipe/templates").iterdir()
    assert {path.name for path in files} == {f"{name}.yaml" for name in TEMPLATES}


def test_the_networks_are_those_of_the_repository_in_their_own_words() -> None:
    files = sorted((ROOT / "pipelines/networks").glob("*.yaml"))
    described = {path.stem: yaml.safe_load(path.read_text())["description"] for path in files}
    assert {name: f"{what}." for name, what in NETWORKS.items()} == described


@pytest.mark.parametrize("name", TEMPLATES)
def test_in_the_repository_a_template_has_its_schema_too(name: str) -> None:
    template = ROOT / "cifar_pipe/templates" / f"{name}.yaml"
    assert schema_of(template) == ROOT / "schemas/pipeline.schema.json"


def test_a_network_names_its_new_file_in_its_command(cli: Cli, tmp_path: Path) -> None:
    cli("init", "my nets/r.yaml", "--template", "resnet20")
    text = (tmp_path / "my nets/r.yaml").read_text()
    assert "# cifar-pipe run 'my nets/r.yaml'\n" in text
    assert "pipelines/networks" not in text


def test_a_schema_that_a_folder_above_has_is_used(cli: Cli, tmp_path: Path) -> None:
    schema = tmp_path / "schemas/pipeline.schema.json"
    schema.parent.mkdir()
    schema.write_text("mine")
    done = cli("init", "deep/er/mine.yaml")
    assert "schema" not in done.err
    assert schema_of(tmp_path / "deep/er/mine.yaml") == schema
    assert schema.read_text() == "mine"


def test_a_file_outside_of_this_folder_has_its_schema_beside_it(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    cli("init", str(tmp_path / "there/mine.yaml"))
    schema = tmp_path / "there/schemas/pipeline.schema.json"
    assert schema_of(tmp_path / "there/mine.yaml") == schema
    assert schema.is_file()


def test_a_schema_that_cannot_be_written_is_told_and_leaves_the_pipeline(
    cli: Cli, tmp_path: Path
) -> None:
    (tmp_path / "schemas").write_text("a file")
    done = cli("init")
    assert (done.status, (tmp_path / "pipeline.yaml").is_file()) == (0, True)
    assert "without completion in editors: cannot write" in done.err


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
    words = " ".join(shown.replace("│", " ").split())
    assert all(f"{name}: {what}" in words for name, what in STARTS.items())
    assert ", ".join(NETWORKS) in words


def test_it_needs_no_torch(tmp_path: Path) -> None:
    code = (
        "import sys; from cifar_pipe.cli.app import app\n"
        "app(['init'], standalone_mode=False)\n"
        "assert 'torch' not in sys.modules and 'yaml' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True)
