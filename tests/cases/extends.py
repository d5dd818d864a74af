"""Files that a pipeline extends."""

from __future__ import annotations

from tests.cases.case import BASE, Case

MISSING = "extends: bas.yaml\n"

CASES = [
    Case("no_such_base", "extends", "bas.yaml", new="extends: bas.yaml\n", beside={"base.yaml": BASE}),
    Case("base_in_no_folder", "extends", "nets/base.yaml", new="extends: nets/base.yaml\n"),
    Case("extends_itself", "extends", "mine.yaml", new="extends: mine.yaml\n"),
    Case("extends_in_a_cycle", "extends", "mine.yaml", new="extends: one.yaml\n", beside={"one.yaml": "extends: mine.yaml\n"}),
    Case("extends_a_number", "extends", "3", new="extends: 3\n"),
    Case("extends_a_reference", "extends", "$vars.base", new="extends: $vars.base\n"),
    Case("no_base_hides_nothing", "extends", "bas.yaml", new=f"{MISSING}sead: 3\nstages:\n  train: {{epochs: 0, optimizer: {{lr: $vars.x}}}}\n  evaluate: {{split: tst}}\n  mine: {{epochs: 3}}\n", count=4),
    Case("no_base_leaves_open_what_it_may_hold", "extends", "bas.yaml", new=f"{MISSING}stages:\n  again: {{type: evaluate, after: train, from: {{model: train}}}}\n  dropped:\n"),
]  # fmt: skip
