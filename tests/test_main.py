"""The process of `cifar-pipe`: it ends as it is told to, with all that was printed, and looks for no plugins of Pydantic."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def ended(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    """A process whose `main` is this code."""
    begin = "import sys\nimport cifar_pipe.__main__ as start\n"
    body = "\n".join(f"    {line}" for line in code.splitlines())
    call = f"def main():\n{body}\nstart.main = main\nstart.program()\n"
    return subprocess.run(
        [sys.executable, *options, "-c", begin + call], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("status", [0, 1, 130])
def test_it_ends_with_the_status_and_all_that_was_printed(status: int) -> None:
    done = ended(f"print('told')\nprint('why', file=sys.stderr)\nsys.exit({status})")
    assert (done.returncode, done.stdout, done.stderr) == (status, "told\n", "why\n")


def test_a_message_is_a_status_as_elsewhere() -> None:
    done = ended("sys.exit('stopped')")
    assert (done.returncode, done.stderr) == (1, "stopped\n")


def test_what_is_to_be_done_at_the_end_is_done_once() -> None:
    assert ended("import atexit\natexit.register(print, 'done')").stdout == "done\n"


def test_a_thread_that_is_still_at_work_is_waited_for() -> None:
    code = (
        "import threading, time\n"
        "def work():\n    time.sleep(0.1)\n    print('worked')\n"
        "threading.Thread(target=work).start()\nsys.exit(3)"
    )
    done = ended(code)
    assert (done.returncode, done.stdout) == (3, "worked\n")


def test_a_bug_is_shown() -> None:
    done = ended("raise KeyError('name')")
    assert done.returncode == 1
    assert "KeyError: 'name'" in done.stderr


def test_a_profiler_has_the_last_word(tmp_path: Path) -> None:
    module = [sys.executable, "-m", "cProfile", "-o", "times", "-m", "cifar_pipe", "--version"]
    subprocess.run(module, cwd=tmp_path, capture_output=True, check=True)
    assert (tmp_path / "times").stat().st_size > 0


def test_a_tool_that_monitors_has_the_last_word_too() -> None:
    """As cProfile is one from Python 3.12 on."""
    code = (
        "import os, types\nos._exit = lambda _: print('ended at once')\n"
        "tools = {2: 'cProfile'}\nsys.monitoring = types.SimpleNamespace(get_tool=tools.get)\n"
        "sys.exit(3)"
    )
    done = ended(code)
    assert (done.returncode, done.stdout) == (3, "")


def test_pydantic_looks_for_no_plugins() -> None:
    code = (
        "import sys\nfrom cifar_pipe.__main__ import main\nsys.argv = ['cifar-pipe', '--version']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "from pydantic import BaseModel\n"
        "class Model(BaseModel):\n    epochs: int\n"
        "print(Model(epochs=2).epochs, 'importlib.metadata' in sys.modules)\n"
        "from pydantic.plugin import _loader\nprint(_loader.PYDANTIC_ENTRY_POINT_GROUP)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1:] == ["2 False", "pydantic"]
