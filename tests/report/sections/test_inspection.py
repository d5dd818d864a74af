from __future__ import annotations

import json
from pathlib import Path

from cifar_pipe.report.page import render
from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections.inspection import inspection_parts

SEEN = {
    "input": {"from": "random", "shape": [1, 3, 8, 8]},
    "output": {"shape": [1, 10], "values": None},
    "loss": {"name": "MSELoss", "value": 1.25},
    "operations": ["MseLossBackward0"],
    "parameters": [
        {"name": "fc.weight", "shape": [10, 192], "trainable": True, "gradient_norm": 2.0},
        {"name": "fc.bias", "shape": [10], "trainable": False, "gradient_norm": None},
    ],
}


def test_the_page_shows_parameters_and_the_norms_of_their_gradients(tmp_path: Path) -> None:
    folder = tmp_path / "stages" / "inspect"
    folder.mkdir(parents=True)
    (folder / "inspect.json").write_text(json.dumps(SEEN))
    (folder / "inspect.txt").write_text("Network(\n)\n")
    (part,) = inspection_parts(RunFolder(tmp_path))
    assert ("MSELoss", "1.25") in part.facts
    assert [(p.name, p.shape, p.norm, p.share) for p in part.parameters] == [
        ("fc.weight", "10 × 192", "2", 1.0),
        ("fc.bias", "10", "none", 0.0),
    ]
    page = render(tmp_path)
    assert "Inside the network" in page
    assert "Network(" in page


def test_a_file_that_is_cut_off_does_no_harm(tmp_path: Path) -> None:
    folder = tmp_path / "stages" / "inspect"
    folder.mkdir(parents=True)
    (folder / "inspect.json").write_text('{"parameters": [{}], "output": 3}')
    (part,) = inspection_parts(RunFolder(tmp_path))
    assert part.parameters[0].norm == "none"
