from __future__ import annotations

from cifar_pipe.runner.store.said import Recorder, replay
from tests.kit import RecordedEvents


def test_results_and_warnings_are_kept_and_said_again() -> None:
    first, second = RecordedEvents(), RecordedEvents()
    recorder = Recorder(first)
    recorder.say("Accuracy: 54 %")
    recorder.note("saved")
    recorder.warn("small")
    recorder.progress("train", 3)
    assert (first.said, first.notes, first.warnings) == (["Accuracy: 54 %"], ["saved"], ["small"])
    assert [bar.total for bar in first.bars] == [3]
    replay(recorder.lines, second)
    assert (second.said, second.notes, second.warnings) == (["Accuracy: 54 %"], [], ["small"])
