from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from cifar_pipe.errors import OutputError
from cifar_pipe.files import write_bytes, write_json, write_text, write_with


def test_folders_are_made_and_the_content_is_what_was_written(tmp_path: Path) -> None:
    write_bytes(tmp_path / "new/folder/file", b"\x00\xff")
    assert (tmp_path / "new/folder/file").read_bytes() == b"\x00\xff"


def test_text_is_utf_8_with_newlines_as_they_are(tmp_path: Path) -> None:
    write_text(tmp_path / "file", "é\r\n")
    assert (tmp_path / "file").read_bytes() == b"\xc3\xa9\r\n"


def test_names_of_files_that_are_not_utf_8_can_be_written(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    write_json(tmp_path / "file", [name])
    assert json.loads((tmp_path / "file").read_text(encoding="utf-8")) == [name]


def test_json_ends_with_a_newline_and_has_no_nan(tmp_path: Path) -> None:
    write_json(tmp_path / "file", {"name": "é"})
    text = (tmp_path / "file").read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert "é" in text
    assert json.loads(text) == {"name": "é"}
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "file", {"loss": float("nan")})


def test_the_mode_is_that_of_any_new_file(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "file", "new")
        assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o640
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path: Path) -> None:
    write_text(tmp_path / ("x" * 255), "new")
    assert (tmp_path / ("x" * 255)).read_text() == "new"


def test_a_writer_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    write_text(tmp_path / "file", "old")

    def fail(file: IO[bytes]) -> None:
        file.write(b"half of it")
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        write_with(tmp_path / "file", fail)
    assert (tmp_path / "file").read_text() == "old"
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_a_killed_process_leaves_the_old_file(tmp_path: Path) -> None:
    write_text(tmp_path / "file", "old")
    code = (
        "import os, sys; from pathlib import Path; from cifar_pipe.files import write_with\n"
        "def stop(file):\n"
        "    file.write(b'half of it'); file.flush(); os.kill(os.getpid(), 9)\n"
        "write_with(Path(sys.argv[1]), stop)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "file")], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "file").read_text() == "old"


def test_a_place_that_cannot_be_written_is_an_error_with_help(tmp_path: Path) -> None:
    write_text(tmp_path / "file", "not a folder")
    with pytest.raises(OutputError, match=r"cannot write .*file/below: ") as caught:
        write_with(tmp_path / "file/below", lambda file: file.write(b""), help="use another root")
    assert caught.value.help == ("use another root",)
    assert caught.value.status == 3
    with pytest.raises(OutputError) as caught:
        write_text(tmp_path / "file/below", "")
    assert "--run-dir" in caught.value.help[0]
