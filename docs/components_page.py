"""components.md, made from the catalogue's tables."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import KINDS, Entry, Kind
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.core.types import describe as type_words
from cifar_pipe.catalog.core.types import many as plural
from cifar_pipe.catalog.docs.describe import ABOUT, default_words
from cifar_pipe.catalog.docs.example import example_line

_HEAD = "# Components\n\nWhat a pipeline may name. Made from the catalogue's tables: edit those.\n"


def components_markdown() -> str:
    """The whole page."""
    contents = "".join(f"- [{plural(kind)}](#{plural(kind)}): {ABOUT[kind]}\n" for kind in KINDS)
    return "\n".join([_HEAD, contents, *map(_kind, KINDS)])


def _kind(kind: Kind) -> str:
    """Each component with its arguments, and what is left out with the reasons."""
    table = table_of(kind)
    parts = [f"## {plural(kind)}\n", *map(_component, table.entries.values())]
    if table.left_out:
        by_reason: dict[str, list[str]] = {}
        for name, reason in table.left_out.items():
            by_reason.setdefault(reason, []).append(f"`{name}`")
        rows = [f"- {', '.join(names)}: {reason}" for reason, names in by_reason.items()]
        parts.append("\n".join([f"### {plural(kind)} that are left out\n", *rows, ""]))
    return "\n".join(parts)


def _component(entry: Entry) -> str:
    name = f"[{entry.name}]({entry.link})" if entry.link else entry.name
    lines = [f"### {name}\n", f"{_cell(entry.summary)}\n", f"```yaml\n{example_line(entry)}\n```\n"]
    if entry.args:
        lines += ["| argument | takes | default | |", "|---|---|---|---|"]
        lines += [
            f"| `{key}` | {_cell(type_words(arg.type))} "
            f"| {default_words(arg).removeprefix('default ')} | {_cell(arg.description)} |"
            for key, arg in entry.args.items()
        ]
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")
