"""cifar-pipe schema: writes the file, or checks that it is current."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Done

Cli = Callable[..., Done]


def test_schema_writes_and_checks(cli: Cli, tmp_path: Path) -> None:
    assert cli("schema", "s.json").status == 0
    assert json.loads((tmp_path / "s.json").read_text())["$schema"].endswith("2020-12/schema")
    assert cli("schema", "s.json", "--check").status == 0
    (tmp_path / "s.json").write_text("{}")
    done = cli("schema", "s.json", "--check")
    assert done.status == 1
    assert "is stale" in done.err
