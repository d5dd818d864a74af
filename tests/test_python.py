"""What docs/how-to/python.md and the notebook show is true: their code runs as it is written."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

PAGE = ROOT / "docs/how-to/python.md"
NOTEBOOK = ROOT / "examples/notebook.ipynb"


@pytest.fixture(autouse=True)
def inside_an_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def code_of(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


@pytest.mark.filterwarnings("ignore::cifar_pipe.PipelineWarning")
def test_the_code_of_the_page_runs(tmp_path: Path) -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    from PIL import Image

    shutil.copy(ROOT / "cifar_pipe/templates/digits.yaml", tmp_path)
    seven = datasets.load_digits().images[7] * 255 / 16
    Image.fromarray(seven.round().astype("uint8")).save("seven.png")
    space: dict[str, Any] = {}
    for text in re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL):
        exec(text, space)
    assert space["result"].metrics["evaluate"]["accuracy"] > 0.8
    assert space["prediction"].label == "7"
    assert space["logits"].argmax() == 7
    assert len(space["losses"]) >= 50


def test_the_notebook_runs_cell_after_cell() -> None:
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    space: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(code_of(cell), space)
    assert space["result"].metrics["evaluate"]["accuracy"] > 0.3


def test_the_notebook_is_kept_without_outputs() -> None:
    cells = [one for one in json.loads(NOTEBOOK.read_text())["cells"] if one["cell_type"] == "code"]
    assert [(one["outputs"], one["execution_count"]) for one in cells] == [([], None)] * len(cells)
