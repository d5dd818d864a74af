"""Parquet files, and the Arrow files of the library datasets: their columns, and one image of a row.

What datasets knows of the columns, it writes into the schema: which are images, and the names of classes.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

SUFFIXES = (".parquet", ".arrow")

# Row groups of Parquet that are kept unpacked: neighbouring rows are read by several threads.
_KEPT_GROUPS = 4


class BrokenArrowError(Exception):
    """In words that go on after the name of the file."""


class ArrowFile(Protocol):
    """A file of rows, numbered from 0. Its methods raise BrokenArrowError."""

    columns: Mapping[str, Any]
    """The names of the columns, each with its type of pyarrow."""
    features: Mapping[str, Mapping[str, Any]]
    """What datasets wrote of each column: `{"_type": "ClassLabel", "names": ["cat", "dog"]}`."""

    def values(self, column: str) -> Sequence[Any]:
        """Of all rows, in order."""

    def value(self, column: str, row: int) -> Any: ...


def open_arrow(path: str, size: int, changed: int) -> ArrowFile:
    """The file as it is with that size and time of its last change; opened once.

    Raises OSError where it cannot be opened, and BrokenArrowError.
    """
    return _opened(path, size, changed)


# A run asks for the data several times: what there is, whether it has changed, and for the images.
@lru_cache(maxsize=256)
def _opened(path: str, size: int, changed: int) -> ArrowFile:
    del size, changed
    import pyarrow as pa  # noqa: PLC0415  an extra

    try:
        return _Parquet(path) if Path(path).suffix.lower() == ".parquet" else _Stream(path)
    except (pa.ArrowException, ValueError) as error:
        raise BrokenArrowError(f"cannot be read: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _features(metadata: Mapping[bytes, bytes] | None) -> Mapping[str, Mapping[str, Any]]:
    try:
        features = json.loads((metadata or {})[b"huggingface"])["info"]["features"]
        return {name: one for name, one in features.items() if isinstance(one, dict)}
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return {}


class _Parquet:
    def __init__(self, path: str) -> None:
        import pyarrow.parquet as pq  # noqa: PLC0415

        self._file, self._lock = pq.ParquetFile(path, memory_map=True), Lock()
        schema, metadata = self._file.schema_arrow, self._file.metadata
        self.columns: Mapping[str, Any] = dict(zip(schema.names, schema.types, strict=True))
        self.features = _features(schema.metadata)
        self._lengths = [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]
        self._groups: OrderedDict[tuple[str, int], Any] = OrderedDict()

    def values(self, column: str) -> Sequence[Any]:
        with self._lock:
            found: Sequence[Any] = _guarded(
                lambda: self._file.read(columns=[column]).column(column).to_pylist()
            )
        return found

    def value(self, column: str, row: int) -> Any:
        return _guarded(lambda: self._value(column, row))

    def _value(self, column: str, row: int) -> Any:
        for group, length in enumerate(self._lengths):
            if row < length:
                return self._group(column, group)[row].as_py()
            row -= length
        raise IndexError(f"there are only {sum(self._lengths):,} rows")

    def _group(self, column: str, number: int) -> Any:
        key = column, number
        with self._lock:
            if key not in self._groups:
                if len(self._groups) == _KEPT_GROUPS:
                    self._groups.popitem(last=False)
                table = self._file.read_row_group(number, columns=[column])
                self._groups[key] = table.column(column)
            self._groups.move_to_end(key)
            return self._groups[key]


class _Stream:
    """As datasets writes its files: not compressed, so that they are mapped and never read whole."""

    def __init__(self, path: str) -> None:
        import pyarrow as pa  # noqa: PLC0415

        with pa.memory_map(path) as mapped:
            self._table = pa.ipc.open_stream(mapped).read_all()
        schema = self._table.schema
        self.columns: Mapping[str, Any] = dict(zip(schema.names, schema.types, strict=True))
        self.features = _features(schema.metadata)

    def values(self, column: str) -> Sequence[Any]:
        found: Sequence[Any] = _guarded(lambda: self._table.column(column).to_pylist())
        return found

    def value(self, column: str, row: int) -> Any:
        return _guarded(lambda: self._table.column(column).slice(row, 1).to_pylist()[0])


def _guarded(read: Callable[[], Any]) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    try:
        return read()
    except (pa.ArrowException, OSError, ValueError, IndexError) as error:
        raise BrokenArrowError(f"cannot be read: {_first_line(error)}") from error
