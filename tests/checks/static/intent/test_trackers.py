"""Trackers whose package is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.catalog.core.entry import Entry
from cifar_pipe.catalog.core.facts import tracker_facts
from cifar_pipe.catalog.core.lookup import table_of
from tests.cases.case import BASE
from tests.conftest import Done

NEEDING = [one for one in table_of("tracker").entries.values() if tracker_facts(one).needs]


@pytest.mark.parametrize("entry", NEEDING, ids=lambda entry: entry.name)
def test_a_package_that_is_missing_is_found_with_the_command_that_installs_it(
    entry: Entry, cli: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cifar_pipe.checks.static.intent.trackers.find_spec", lambda _: None)
    (tmp_path / "mine.yaml").write_text(f"trackers: [{entry.name}]\n{BASE}")
    done = cli("validate", "mine.yaml")
    assert done.status == 1
    assert "mine.yaml:1:12" in done.out + done.err
    assert f"pip install 'cifar-pipe[{entry.name.lower()}]'" in done.out + done.err
