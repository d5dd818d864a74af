"""ImageTable: a table of image files and their labels."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.datasets.folders.image_search import identity, shown_name
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.data.datasets.labelled.labels import ALL, Collector
from cifar_pipe.data.datasets.labelled.rows import Row, read_table
from cifar_pipe.diagnostics.suggest import nearest
from cifar_pipe.errors import DataBroken

_WITHOUT_TEST = "write test_split: 0.2 in place of split_column, or name a test_file"


def find_table(dataset: Component) -> ImageSet:
    """Raises DataUnavailable where there is no table, and DataBroken with all of its rows that cannot be
    used: those without a file, a label or a split.
    """
    path = Path(dataset.get("file")).expanduser()
    tables = {"file": path}
    if (more := dataset.get("test_file")) is not None:
        tables["test_file"] = Path(more).expanduser()
    folder = dataset.get("root")
    root = path.parent if folder is None else Path(folder).expanduser()
    if not root.is_dir():
        message = f"there is no folder {shown_name(root)}, which the rows name files of"
        raise DataBroken(message, help="leave root out where that is the table's own folder")
    rows = _Rows(dataset, root)
    for place, table in tables.items():
        rows.read(table, place)
    return rows.collector.image_set(
        root,
        rows.identities,
        without_test=_WITHOUT_TEST,
        beside=[os.fspath(table) for table in tables.values()],
    )


class _Rows:
    def __init__(self, dataset: Component, root: Path) -> None:
        self._file, self._label, self._split = (
            dataset.get(f"{name}_column") for name in ("file", "label", "split")
        )
        self._suffix, self._two = dataset.get("suffix") or "", dataset.get("test_file") is not None
        self._start = os.path.join(root, "")  # noqa: PTH118 - as Path objects, 60,000 rows took five times as long
        self.collector = Collector("rows", "file", dataset.get("labels"))
        self.identities: dict[str, int] = {}
        self._names: dict[str, list[str]] = {}

    def read(self, path: Path, place: str) -> None:
        shown = shown_name(path.name)
        self.collector.what = "rows" if self._two else f"rows of {shown}"
        # The table of the test images says with its name what split they are in.
        by_column = place == "file"
        with read_table(path, place) as table:
            for column in ("file", "label", *(["split"] if by_column and self._split else [])):
                table.check_column(getattr(self, f"_{column}"), f"{column}_column")
            for number, row in table.rows:
                self._take(row, f"{shown}:{number}", place)

    def _take(self, row: Row, where: str, place: str) -> None:
        split: str | None = "test" if place == "test_file" else "train" if self._two else ALL
        if self._split is not None and place == "file":
            split = self.collector.split_of(row.get(self._split) or "", where)
        if split is None:
            return
        name = (row.get(self._file) or "").strip()
        if not name:
            self.collector.refuse(where, "names no file")
            return
        # An absolute path stays what it is.
        path = os.path.join(self._start, name + self._suffix)  # noqa: PTH118
        if path not in self.identities:
            try:
                self.identities[path] = identity(path)
            except (OSError, ValueError):
                self.collector.refuse(
                    where, f"names {shown_name(name)}, which is not there", self._help(path)
                )
                return
        self.collector.add(path, row.get(self._label) or "", split, where)

    def _help(self, path: str) -> str:
        """What was probably meant, of the folder's files."""
        folder, name = os.path.split(path)
        names = self._names.get(folder)
        if names is None:
            names = self._names[folder] = list(_names(folder))
        with_suffix = next((one for one in names if one.startswith(f"{name}.")), None)
        if with_suffix is not None and not self._suffix:
            return f"write suffix: {with_suffix[len(name) :]}"
        if "\\" in name:
            return "write paths with / between folders"
        near = nearest(name, names)
        of = f"files are looked for in {shown_name(self._start)}; root names another folder"
        return f"did you mean {shown_name(near)}?" if near else of


def _names(folder: str) -> Iterator[str]:
    try:
        yield from sorted(os.listdir(folder))  # noqa: PTH208 - names, not paths
    except (OSError, ValueError):
        return
