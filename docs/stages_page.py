"""stages.md, made from the typed settings of the stages and of the file's top level."""

from __future__ import annotations

from cifar_pipe.manual.sections import EVERY_STAGES_KEYS, STAGE, Key, Section, sections

_HEAD = """\
# Stages and their keys

The keys of a pipeline file, of `runtime` and of each stage. Made from their typed settings: edit
those. `cifar-pipe components train` prints the same in the terminal, and
[components](components.md) has the datasets, layers, losses and optimizers that go into them.
"""


def stages_markdown() -> str:
    """The whole page."""
    every = list(sections())
    contents = "".join(f"- [{one.name}](#{one.name}): {one.summary}\n" for one in every)
    stage = next(one for one in every if one.kind == STAGE)
    common = [key for key in stage.keys if key.name in EVERY_STAGES_KEYS]
    common = [key._replace(default="its id") if key.name == "type" else key for key in common]
    parts = [_HEAD, f"{contents}- [Keys of every stage](#keys-of-every-stage)\n"]
    parts += map(_section, every)
    return "\n".join([*parts, "## Keys of every stage\n", _table(common)])


def _section(section: Section) -> str:
    """A stage without the keys that all stages have."""
    keys = [
        key for key in section.keys if section.kind != STAGE or key.name not in EVERY_STAGES_KEYS
    ]
    about = f"{section.summary} {section.wiring}".strip()
    return f"## {section.name}\n\n{about}\n\n```yaml\n{section.example}\n```\n\n{_table(keys)}"


def _table(keys: list[Key]) -> str:
    rows = [
        f"| `{key.name}` | {_cell(key.takes)} | {key.default.removeprefix('default ')} "
        f"| {_cell(key.description)} |"
        for key in keys
    ]
    return "\n".join(["| key | takes | default | |", "|---|---|---|---|", *rows, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")
