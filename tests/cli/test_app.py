"""The command line as a whole: wrong usage, the version, colour."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Done

Cli = Callable[..., Done]


def test_wrong_usage_ends_with_status_2(cli: Cli) -> None:
    assert cli("rnu").status == 2
    assert cli("run").status == 2
    assert cli("run", "x.yaml", "--nonsense").status == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["report", "x", "--language", "fr"], "'--language': 'fr' is not one of 'en', 'zh'."),
        (["serve", "x", "--port", "http"], "'--port': 'http' is not a whole number."),
        (["serve", "x", "--port", "99999"], "'--port': 99999 is above 65535."),
        (["predict", "x", "a.png", "--top", "0"], "'--top': 0 is below 1."),
        (["verify", "x", "--tolerance", "few"], "'--tolerance': 'few' is not a number."),
    ],
)
def test_a_wrong_value_of_an_option_is_told_in_plain_words(
    cli: Cli, arguments: list[str], words: str
) -> None:
    done = cli(*arguments)
    assert done.status == 2
    assert f"Invalid value for {words} " in done.err


def test_the_version_is_printed(cli: Cli) -> None:
    assert cli("--version").out.startswith("cifar-pipe ")


def test_no_colour_leaves_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("version: 2\nstages: {}\n")
    done = subprocess.run(
        [sys.executable, "-m", "cifar_pipe", "validate", "bad.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize("command", ["init", "run", "validate", "show", "components", "schema"])
def test_each_command_has_help_that_fits_eighty_columns(cli: Cli, command: str) -> None:
    assert f" {command} " in cli("--help").out
    done = cli(command, "--help")
    assert done.status == 0
    assert max(map(len, done.out.splitlines())) <= 80


def test_an_error_is_reported_with_its_help(cli: Cli) -> None:
    done = cli("init", "--template", "lenett")
    assert done.status == 2
    assert done.err.splitlines()[:2] == [
        "wrong usage: there is no template `lenett`",
        "   = help: did you mean `lenet`?",
    ]


def test_a_bug_ends_with_status_70_and_names_its_traceback(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("cifar_pipe.schema.document.schema_text", broken)
    done = cli("schema", "s.json")
    assert done.status == 70
    assert done.err.startswith("a bug of cifar-pipe: ZeroDivisionError: oh\n")
    (file,) = tmp_path.glob("cifar-pipe-*.txt")
    assert str(file) in done.err
    assert "ZeroDivisionError: oh" in file.read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("command", ["components", "--help"])
def test_output_that_has_no_room_is_no_bug(command: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cifar_pipe", command],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        "stopped: the disk is full where the output goes",
        "   = help: free some room",
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_the_status_tells_it_where_errors_have_no_room_either(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("version: 1\nstages: []\n")
    command = [sys.executable, "-m", "cifar_pipe", "validate", "bad.yaml"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=tmp_path, stderr=full, check=False)
    assert done.returncode == 3


@pytest.mark.skipif(sys.platform == "win32", reason="as a shell of Unix closes a stream")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
@pytest.mark.parametrize(
    ("arguments", "status"), [("components Linear", 0), ("explain nothing", 2)]
)
def test_a_closed_stream_changes_no_status(arguments: str, closed: str, status: int) -> None:
    command = f"'{sys.executable}' -m cifar_pipe {arguments} {closed}"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    assert "a bug of cifar-pipe" not in done.stderr
