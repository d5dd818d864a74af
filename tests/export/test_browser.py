"""The same model in a browser: onnxruntime-web in a headless Chromium.

CIFAR_PIPE_ONNXRUNTIME_WEB names the `dist` folder of the npm package onnxruntime-web; a browser is
looked for on the PATH.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conftest import ROOT

DIST = os.environ.get("CIFAR_PIPE_ONNXRUNTIME_WEB", "")
BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)

pytestmark = pytest.mark.skipif(
    not (DIST and BROWSER), reason="needs Chromium and CIFAR_PIPE_ONNXRUNTIME_WEB"
)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def test_the_page_gives_what_the_run_gave(models: dict[str, Path], tmp_path: Path) -> None:
    for path in Path(DIST).iterdir():
        if path.suffix in (".js", ".mjs", ".wasm"):
            (tmp_path / path.name).symlink_to(path.resolve())
    shutil.copy(models["onnx"], tmp_path / "net.onnx")
    shutil.copy(ROOT / "examples/exported/verify.html", tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page = f"http://127.0.0.1:{server.server_port}/verify.html"
        options = ["--headless", "--no-sandbox", "--virtual-time-budget=60000", "--dump-dom"]
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        done = subprocess.run(
            [BROWSER, *options, profile, page],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    finally:
        server.shutdown()
        server.server_close()
    match = re.search(r"greatest difference: (\S+) over 4 images", done.stdout)
    assert match, done.stdout
    assert float(match[1]) < 1e-5
