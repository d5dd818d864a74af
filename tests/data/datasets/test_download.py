from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.context import Context
from cifar_pipe.data.datasets import download
from cifar_pipe.data.datasets.download import NoConnection, fetch
from cifar_pipe.errors import DataBroken, DataUnavailable, OutputError

CONTENT = bytes(range(256)) * 1000
SUM = hashlib.md5(CONTENT).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """/whole, /broken-off (each request gives 100,000 bytes more), /always (none), or a status."""

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name.isdigit():
            self.send_error(int(name))
            return
        start = int((self.headers["Range"] or "bytes=0-")[6:-1])
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        given = {"whole": len(CONTENT), "broken-off": 100_000, "always": 0}[name]
        self.wfile.write(CONTENT[start : start + given])

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{served.server_address[1]}"
        served.shutdown()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def test_a_file_comes_whole_with_progress(
    server: str, tmp_path: Path, context: Context, events: Any
) -> None:
    fetch([f"{server}/whole"], tmp_path / "a" / "file", context, md5=SUM)
    assert (tmp_path / "a" / "file").read_bytes() == CONTENT
    assert [(bar.label, bar.total) for bar in events.bars] == [("download file", len(CONTENT))]
    assert events.bars[0].done == len(CONTENT)
    assert events.bars[0].closed


def test_a_download_that_breaks_off_is_resumed(
    server: str, tmp_path: Path, context: Context
) -> None:
    fetch([f"{server}/broken-off"], tmp_path / "file", context, md5=SUM)
    assert (tmp_path / "file").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("path", "sum_", "error", "words"),
    [
        ("whole", "0" * 32, DataBroken, f"md5 {SUM}, not {'0' * 32}"),
        ("always", SUM, DataUnavailable, "broke off 3 times"),
        ("404", SUM, DataUnavailable, "not there any more"),
        ("503", SUM, NoConnection, "answers HTTP 503"),
        ("403", SUM, NoConnection, "answers HTTP 403"),
    ],
)
def test_what_fails_is_reported_and_leaves_nothing(
    server: str,
    tmp_path: Path,
    context: Context,
    path: Path | str,
    sum_: str,
    error: type[Exception],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        fetch([f"{server}/{path}"], tmp_path / "a" / "file", context, md5=sum_)
    assert list((tmp_path / "a").iterdir()) == []


def test_the_next_mirror_is_tried(server: str, tmp_path: Path, context: Context) -> None:
    fetch([f"{server}/503", f"{server}/whole"], tmp_path / "file", context, md5=SUM)
    assert (tmp_path / "file").stat().st_size == len(CONTENT)


def test_a_server_that_does_not_answer_is_no_connection(
    tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    monkeypatch.setattr(download, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/x"
        with pytest.raises(NoConnection, match="no answer"):
            fetch([url], tmp_path / "file", context, md5=SUM)


def test_an_unknown_host_is_no_connection(
    tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.create_connection", unknown)
    with pytest.raises(NoConnection, match=r"nowhere\.invalid: Name or service not known"):
        fetch(["http://nowhere.invalid/x"], tmp_path / "file", context, md5=SUM)


def test_a_place_that_cannot_be_written_is_reported(
    server: str, tmp_path: Path, context: Context
) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        fetch([f"{server}/whole"], tmp_path / "a" / "file", context, md5=SUM)


def test_an_interrupted_download_leaves_nothing(
    server: str, tmp_path: Path, context: Context
) -> None:
    from cifar_pipe.errors import Interrupted

    def stop() -> None:
        raise Interrupted(2)

    stopped = replace(context, check_signal=stop)
    with pytest.raises(Interrupted):
        fetch([f"{server}/whole"], tmp_path / "a" / "file", stopped, md5=SUM)
    assert list((tmp_path / "a").iterdir()) == []
