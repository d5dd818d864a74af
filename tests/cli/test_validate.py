"""cifar-pipe validate: what goes where, and how it ends."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.cases.case import BASE
from tests.conftest import Done

Cli = Callable[..., Done]


def test_validate_says_ok_on_stdout(cli: Cli, mine: Path) -> None:
    assert cli("validate", mine.name) == Done(0, "mine.yaml: ok\n", "")


def test_validate_without_a_file_takes_all_below_pipelines(cli: Cli, tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "deep/c.yaml"):
        path = tmp_path / "pipelines" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(BASE)
    assert cli("validate").out.splitlines() == [
        "pipelines/a.yml: ok",
        "pipelines/b.yaml: ok",
        "pipelines/deep/c.yaml: ok",
    ]


def test_validate_without_a_file_and_without_pipelines_is_wrong_usage(cli: Cli) -> None:
    done = cli("validate")
    assert done.status == 2
    assert "none below pipelines/" in done.err


def test_validate_as_json_is_a_list_with_the_contracts_keys(cli: Cli, mine: Path) -> None:
    mine.write_text(BASE.replace("momentum", "momentun"))
    done = cli("validate", mine.name, "--format", "json")
    assert done.status == 1
    assert done.err == ""
    assert json.loads(done.out) == [
        {
            "path": "mine.yaml",
            "line": 31,
            "column": 39,
            "end_column": 47,
            "code": "unknown-key",
            "message": "SGD has no argument `momentun`",
            "help": "did you mean `momentum`?",
            "severity": "error",
            "notes": [],
            "related": [],
        }
    ]


def test_json_has_the_reason_why_something_is_left_out(cli: Cli, mine: Path) -> None:
    layer = ("-S", "build_model.layers.1=LSTM")
    (found,) = json.loads(cli("validate", mine.name, *layer, "--format", "json").out)
    assert found["notes"] == ["left out: gives a tuple"]


def test_json_has_what_is_not_known(cli: Cli, mine: Path) -> None:
    folder = ("-S", "load_data.dataset={type: ImageFolder, root: x}")
    done = cli("validate", mine.name, *folder, "--format", "json")
    (found,) = json.loads(done.out)
    assert (done.status, done.err) == (0, "")
    assert (found["severity"], found["line"]) == ("not-known", 14)
    assert "--data" in found["help"]


def test_validate_reports_what_it_found_before_a_file_that_cannot_be_read(
    cli: Cli, mine: Path
) -> None:
    mine.write_text(BASE.replace("momentum", "momentun"))
    done = cli("validate", mine.name, "none.yaml", "nor.yaml")
    assert done.status == 2
    assert "momentun" in done.err
    assert "cannot read none.yaml" in done.err
    assert "cannot read nor.yaml" in done.err


def test_for_tools_a_file_that_cannot_be_read_is_a_finding(cli: Cli, mine: Path) -> None:
    mine.write_text(BASE.replace("momentum", "momentun"))
    (mine.parent / "folder.yaml").mkdir()
    files = (mine.name, "none.yaml", "folder.yaml")
    done = cli("validate", *files, "--format", "json")
    assert done.status == 2
    found = [(one["path"], one["code"], one["line"]) for one in json.loads(done.out)]
    refused = [("none.yaml", "file", 1), ("folder.yaml", "file", 1)]
    assert found == [*refused, ("mine.yaml", "unknown-key", 31)]
    done = cli("validate", *files, "--format", "sarif")
    results = json.loads(done.out)["runs"][0]["results"]
    assert [one["ruleId"] for one in results] == ["file", "file", "unknown-key"]


def test_a_file_that_is_not_utf_8_is_a_finding_like_others(cli: Cli, mine: Path) -> None:
    mine.write_bytes(b"version: 1\nname: \xff\n")
    done = cli("validate", mine.name, "--format", "json")
    assert (done.status, json.loads(done.out)[0]["code"]) == (1, "encoding")


def test_wrong_usage_is_told_once_for_several_files(cli: Cli, mine: Path) -> None:
    mine.with_name("other.yaml").write_text(BASE)
    done = cli("validate", mine.name, "other.yaml", "-S", "seed")
    assert done.status == 2
    assert done.err.count("has no `=`") == 1


@pytest.mark.parametrize("command", [("validate",), ("show",), ("show", "--resolved")])
def test_standard_input_is_read(
    command: tuple[str, ...], cli: Cli, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def given(text: str) -> Done:
        stdin = io.TextIOWrapper(io.BytesIO(text.encode()))
        monkeypatch.setattr("sys.stdin", stdin)
        return cli(command[0], "-", *command[1:])

    assert given(BASE).status == 0
    # What it extends is in the current directory.
    over = f"extends: {mine.name}\nstages: {{train: {{epochs: x}}}}\n"
    done = given(over)
    assert done.status == 1
    assert done.err.startswith("<stdin>:2:")


def test_sarif_is_one_object_on_stdout(cli: Cli, mine: Path) -> None:
    mine.write_text(BASE.replace("momentum", "momentun"))
    done = cli("validate", mine.name, "--format", "sarif")
    log = json.loads(done.out)
    assert (done.status, done.err, log["version"]) == (1, "", "2.1.0")


def test_validate_reports_a_finding_once(cli: Cli, mine: Path) -> None:
    mine.with_name("other.yaml").write_text(BASE)
    twice = ("validate", mine.name, f"./{mine.name}", "--format", "json")
    assert len(json.loads(cli(*twice, "-S", "seed=x").out)) == 1
    both = ("validate", mine.name, "other.yaml", "--format", "json")
    assert len(json.loads(cli(*both, "-S", "seed=x").out)) == 1
    assert cli("validate", mine.name, mine.name).out == "mine.yaml: ok\n"


def test_what_is_not_known_hides_no_finding(cli: Cli, mine: Path) -> None:
    folder = BASE.replace("{type: Shapes, train: 40, test: 20}", "{type: ImageFolder, root: x}")
    unknown = folder.replace("out_features: 10", "out_features: $data.num_classes")
    mine.write_text(unknown)
    assert cli("validate", mine.name).status == 0
    mine.write_text(unknown.replace("epochs: 1", "epochs: 0"))
    done = cli("validate", mine.name)
    assert done.status == 1
    assert "epochs takes" in done.err
    assert "not known: what $data.num_classes is" in done.err


@pytest.mark.parametrize(("command", "status"), [(("validate", "--data"), 1), (("run",), 3)])
def test_images_that_do_not_become_one_size_are_a_finding(
    command: tuple[str, ...], status: int, cli: Cli, mine: Path
) -> None:
    for name, width in (("train/cat", 32), ("train/dog", 40), ("test/cat", 32), ("test/dog", 32)):
        (mine.parent / "images" / name).mkdir(parents=True)
        Image.new("RGB", (width, 32)).save(mine.parent / "images" / name / "0.png")
    folder = BASE.replace(
        "{type: Shapes, train: 40, test: 20}", "{type: ImageFolder, root: images}"
    )
    shape = "  build_model:\n    input_shape: $data.image_shape\n"
    mine.write_text(folder.replace("  build_model:\n", shape))
    done = cli(*command, mine.name)
    assert done.status == status
    assert "error[data]: the train images differ in size" in done.err
    assert "images/train/dog/0.png is 32 x 40" in done.err
    assert "not known" not in done.err


def test_validate_as_json_of_a_good_pipeline_is_an_empty_list(cli: Cli, mine: Path) -> None:
    assert json.loads(cli("validate", mine.name, "--format", "json").out) == []


def test_what_validate_cannot_know_is_reported_with_what_it_needs(cli: Cli, mine: Path) -> None:
    done = cli("validate", mine.name, "-S", "load_data.dataset={type: ImageFolder, root: x}")
    assert done.status == 0
    assert done.out == "mine.yaml: nothing found, 1 not known\n"
    assert "not known: the layers of build_model" in done.err
    assert "--data" in done.err


def test_the_number_of_classes_of_a_folder_is_not_known_without_the_data(
    cli: Cli, mine: Path
) -> None:
    resized = "load_data.transforms=[{type: Resize, size: [32, 32]}, ToTensor]"
    folder = "load_data.dataset={type: ImageFolder, root: x}"
    done = cli("validate", mine.name, "-S", folder, "-S", resized)
    assert (done.status, done.out) == (0, "mine.yaml: nothing found, 1 not known\n")
    assert (
        "not known: whether build_model, with outputs [N, 10], gives one number per class"
        in done.err
    )
    named = "load_data.classes=[a, b]"
    done = cli("validate", mine.name, "-S", folder, "-S", resized, "-S", named)
    assert "error[classes]: the network gives 10 outputs, the data has 2 classes" in done.err


def test_findings_of_several_files_are_reported_together(cli: Cli, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text(BASE.replace("version: 1", "version: 3"))
    done = cli("validate", "a.yaml", "b.yaml")
    assert done.status == 1
    assert "a.yaml:1:1" in done.err
    assert "b.yaml:1:1" in done.err
    assert "\n2 findings" in done.err


def test_a_file_that_is_not_there_names_the_nearest(cli: Cli, mine: Path) -> None:
    done = cli("run", "mien.yaml")
    assert (done.status, done.out) == (2, "")
    assert "cannot read mien.yaml: No such file or directory" in done.err
    assert mine.name in done.err
