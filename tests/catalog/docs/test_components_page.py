from __future__ import annotations

import subprocess
import sys

from cifar_pipe.catalog.core.entry import KINDS
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.docs.components_page import components_markdown


def test_the_markdown_has_every_name_and_every_reason() -> None:
    text = components_markdown()
    for kind in KINDS:
        for entry in table_of(kind).entries.values():
            assert f"### [{entry.name}]" in text or f"### {entry.name}" in text
        assert all(reason in text for reason in table_of(kind).left_out.values())


def test_making_the_page_leaves_torch_alone() -> None:
    code = (
        "import sys; from cifar_pipe.catalog.docs.components_page import components_markdown;"
        "components_markdown(); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
