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

from cifar_pipe import disk
from cifar_pipe.errors import OutputError
from cifar_pipe.files import (
    LineFile,
    make_folder,
    remove,
    remove_left_over,
    remove_tree,
    write_bytes,
    write_json,
    write_text,
    write_with,
)


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


def test_a_write_that_takes_only_a_part_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = disk.write
    monkeypatch.setattr(disk, "write", lambda handle, content: whole(handle, bytes(content[:3])))
    write_bytes(tmp_path / "file", b"0123456789")
    lines = LineFile(tmp_path / "lines")
    lines.append("a long line")
    lines.close()
    assert (tmp_path / "file").read_bytes() == b"0123456789"
    assert (tmp_path / "lines").read_text() == "a long line\n"


def test_a_line_that_cannot_be_written_whole_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = LineFile(tmp_path / "lines")
    lines.append("first")

    def full(handle: int, content: memoryview) -> int:
        if len(content) == 7:
            return os.write(handle, content[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "write", full)
    with pytest.raises(OutputError, match="No space left on device"):
        lines.append("second")
    monkeypatch.undo()
    lines.append("third")
    lines.close()
    assert (tmp_path / "lines").read_text() == "first\nthird\n"


def test_lines_can_be_replaced_and_added_to(tmp_path: Path) -> None:
    lines = LineFile(tmp_path / "lines")
    lines.append("first")
    lines.replace(["other"])
    lines.append("last")
    lines.close()
    assert (tmp_path / "lines").read_text() == "other\nlast\n"


def test_folders_are_deleted_with_links_and_not_what_they_lead_to(tmp_path: Path) -> None:
    write_text(tmp_path / "kept/file", "")
    write_text(tmp_path / "gone/below/file", "")
    (tmp_path / "gone/link").symlink_to(tmp_path / "kept")
    remove_tree(tmp_path / "gone")
    remove_tree(tmp_path / "not there")
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    remove_tree(tmp_path / "link")
    assert [path.name for path in tmp_path.rglob("*")] == ["kept", "file"]


def test_files_are_deleted_where_they_are_there(tmp_path: Path) -> None:
    write_text(tmp_path / "file", "")
    remove(tmp_path / "file")
    remove(tmp_path / "file")
    make_folder(tmp_path / "folder")
    with pytest.raises(OutputError, match=r"cannot delete .*folder: "):
        remove(tmp_path / "folder")


def test_what_a_kill_leaves_is_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in ("file", ".hidden", "below/.file.0a.tmp", ".folder.1b.tmp/file"):
        write_text(tmp_path / name, "")
    remove_left_over(tmp_path)
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert names == {"file", ".hidden", "below"}
