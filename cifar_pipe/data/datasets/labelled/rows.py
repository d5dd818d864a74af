"""The rows of tables: CSV, TSV and JSON lines, each with its number in the file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from cifar_pipe.data.datasets.folders.image_search import shown_name
from cifar_pipe.diagnostics.suggest import nearest, some
from cifar_pipe.errors import DataBroken, DataUnavailable

SEPARATED = {".csv": None, ".tsv": "\t"}
LINES = (".jsonl", ".ndjson")
SUFFIXES = (*SEPARATED, *LINES)

_MOST_ROWS = 10_000_000
_LONGEST_LINE = 1 << 20  # characters

Row = Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A table of words. `rows` are read as they are asked for, each with the number of its line."""

    path: Path
    columns: tuple[str, ...]
    rows: Iterator[tuple[int, Row]]

    def check_column(self, name: str, setting: str) -> None:
        """Raises DataBroken, with the nearest name, where there is no such column."""
        if name in self.columns:
            return
        columns = some([shown_name(one) for one in self.columns], 12)
        near = nearest(name, self.columns)
        raise DataBroken(
            f"{shown_name(self.path)} has no column `{name}`, only {columns}",
            help=f"write {setting}: {near or 'and the name of a column'}",
            setting=("dataset", setting),
        )


@contextmanager
def read_table(path: Path, place: str) -> Iterator[Table]:
    """An open table; `place` is the argument that names it.

    Raises DataUnavailable where there is none, and DataBroken, also while its rows are read, for what is
    no such table.
    """
    setting = ("dataset", place)
    if not path.is_file():
        there = "is a folder, not a file" if path.is_dir() else "is not there"
        near = get_close_matches(path.name, [one.name for one in _files(path.parent)], n=1)
        raise DataUnavailable(
            f"the table {shown_name(path)} {there}",
            help=tuple(f"did you mean {shown_name(path.parent / name)}?" for name in near),
            setting=setting,
        )
    try:
        # Excel marks UTF-8 with a sign at the beginning.
        with path.open(encoding="utf-8-sig", newline="") as text:
            made = _json_lines if path.suffix.lower() in LINES else _separated
            table = made(path, text, setting)
            yield replace(table, rows=_bounded(table, setting))
    except (csv.Error, UnicodeDecodeError, OSError) as error:
        no_text = isinstance(error, UnicodeDecodeError)
        raise DataBroken(
            f"{shown_name(path)} cannot be read: {'it is not UTF-8' if no_text else error}",
            help="save it as UTF-8" if no_text else (),
            setting=setting,
        ) from error


def _bounded(table: Table, setting: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    for count, row in enumerate(table.rows):
        if count >= _MOST_ROWS:
            message = f"{shown_name(table.path)} has more than {_MOST_ROWS:,} rows"
            raise DataBroken(message, help="divide it", setting=setting)
        yield row


def _separated(path: Path, text: io.TextIOBase, setting: tuple[str, ...]) -> Table:
    head = text.readline(_LONGEST_LINE)
    text.seek(0)
    fixed = SEPARATED.get(path.suffix.lower())
    # Where the decimal sign is a comma, Excel writes semicolons.
    reader = csv.reader(text, delimiter=fixed or max(",;\t", key=head.count))
    columns = tuple(name.strip() for name in next(reader, []))
    if not any(columns):
        raise DataBroken(
            f"{shown_name(path)} is empty",
            help="its first row has the names of the columns",
            setting=setting,
        )
    if twice := [name for name in columns if columns.count(name) > 1]:
        message = f"{shown_name(path)} has two columns `{shown_name(twice[0])}`"
        raise DataBroken(message, help="rename one of them", setting=setting)

    def rows() -> Iterator[tuple[int, Row]]:
        for row in reader:
            if row:
                yield reader.line_num, dict(zip(columns, row, strict=False))

    return Table(path, columns, rows())


def _json_lines(path: Path, text: io.TextIOBase, setting: tuple[str, ...]) -> Table:
    def values() -> Iterator[tuple[int, Row]]:
        for number, line in enumerate(iter(lambda: text.readline(_LONGEST_LINE), ""), 1):
            if line.strip():
                yield number, _words(path, number, line, setting)

    rows = values()
    first = next(rows, None)
    if first is None:
        message = f"{shown_name(path)} is empty"
        raise DataBroken(message, help='a line is {"file": …, "label": …}', setting=setting)

    def again() -> Iterator[tuple[int, Row]]:
        yield first
        yield from rows

    return Table(path, tuple(first[1]), again())


def _words(path: Path, number: int, line: str, setting: tuple[str, ...]) -> Row:
    where = f"{shown_name(path)}:{number}"
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        why = getattr(error, "msg", "") or type(error).__name__
        message = f"{where} is not a line of JSON: {why}"
        raise DataBroken(message, help="each line is one object", setting=setting) from error
    if not isinstance(value, dict):
        raise DataBroken(
            f"{where} is not a JSON object", help="each line is one object", setting=setting
        )
    return {
        name: one if isinstance(one, str) else json.dumps(one)
        for name, one in value.items()
        if isinstance(one, str | int | float)
    }


def _files(folder: Path) -> Sequence[Path]:
    try:
        return [one for one in folder.iterdir() if one.is_file()]
    except OSError:
        return []
