from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe import Interrupted, PipelineError, PipelineWarning, Result, UsageError, run
from tests.api.kit import ENDS_IN_SOFTMAX, small
from tests.kit import Bar, RecordedEvents


@pytest.fixture(autouse=True)
def inside_an_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_run_is_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    result = run(small())
    assert isinstance(result, Result)
    assert result.run_dir.parent == Path("runs/small")
    assert capfd.readouterr() == ("", "")


def test_a_verbose_run_prints_what_the_command_prints(capfd: pytest.CaptureFixture[str]) -> None:
    run(small(), {"train.log_every": 2}, verbose=True)
    printed = capfd.readouterr()
    assert "Finished Training" in printed.out
    assert "run directory: runs/small/" in printed.err


def test_events_of_ones_own_get_the_words() -> None:
    events = RecordedEvents()
    run(small(), {"train.log_every": 2}, events=events)
    assert "Finished Training" in events.said


def test_what_has_not_changed_is_not_run_again() -> None:
    pipeline = small(evaluate={})
    run(pipeline)
    again = run(pipeline).state["stages"]
    anew = run(pipeline, force="train").state["stages"]
    all_anew = run(pipeline, force=True).state["stages"]
    assert again["train"]["status"] == "reused"
    assert (anew["train"]["status"], anew["evaluate"]["status"]) == ("ran", "reused")
    assert {one["status"] for one in all_anew.values()} == {"ran"}


def test_the_options_of_the_command_choose_stages_and_the_directory() -> None:
    result = run(small(evaluate={}), run_dir="here", until="train")
    assert result.run_dir == Path("here")
    assert result.state["stages"]["evaluate"]["status"] == "skipped"
    with pytest.raises(UsageError, match="there is no stage tran"):
        run(small(), only="tran")


def test_findings_are_raised_and_read_as_the_command_prints_them() -> None:
    with pytest.raises(PipelineError) as caught:
        run(small(), ["train.epoch=3"])
    assert [one.code for one in caught.value.findings] == ["unknown-key"]
    assert "help: did you mean `epochs`?" in str(caught.value)
    assert not Path("runs").exists()


def test_a_finding_that_is_a_warning_is_one_of_pythons() -> None:
    with pytest.warns(PipelineWarning, match="Softmax"):
        run(small(build_model=ENDS_IN_SOFTMAX))


class Stopping(RecordedEvents):
    """Sends a signal as the training begins."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def progress(self, label: str, total: int | None) -> Bar:
        if label.startswith("train"):
            for _ in range(self.times):
                os.kill(os.getpid(), signal.SIGINT)
        return super().progress(label, total)


def test_an_interrupted_run_goes_on_with_the_same_call() -> None:
    with pytest.raises(Interrupted) as caught:
        run(small(), {"train.epochs": 2}, events=Stopping(1))
    (help_,) = caught.value.help
    call = "cifar_pipe.run('<pipeline>', ['train.epochs=2'])"
    assert help_ == f"to resume, run the same command: {call}"
    result = run(small(), {"train.epochs": 2})
    assert (result.state["status"], result.state["attempts"]) == ("done", 2)
    assert result.state["command"] == call


def test_a_second_signal_is_a_keyboard_interrupt() -> None:
    with pytest.raises(KeyboardInterrupt):
        run(small(), events=Stopping(2))
    assert signal.getsignal(signal.SIGINT) == signal.default_int_handler


def test_another_thread_may_run_a_pipeline() -> None:
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(run(small()).state["status"]))
    thread.start()
    thread.join()
    assert found == ["done"]
