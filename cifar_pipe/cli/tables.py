"""Tables for the terminal: the stages with what each takes, and a network's layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from math import prod

from cifar_pipe.catalog.core.ids import INPUT
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.checks.network import ShapedNetwork
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.diagnostics.terminal_width import width_of, wrapped
from cifar_pipe.model.planning.planned import LayerRow, words
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.report.formatting import aligned, count, seconds, short_count

_SHORTCUT = "shortcut"
_ENDLESS = 10_000
# Names and types are not cut to fewer columns.
_LEAST = 8
# What a forecast is for is folded into no fewer.
_NARROWEST = 20


def runtime_lines(pipeline: Pipeline) -> list[str]:
    """What networks compute in, where that is not float32 in the usual layout, and where images are, where
    that is not for the run to choose.
    """
    runtime = pipeline.document.runtime
    written = {key: getattr(runtime, key) for key in ("precision", "memory_format", "residency")}
    usual = ("float32", "contiguous", "auto")
    shown = [f"{key} {value}" for key, value in written.items() if value not in usual]
    return [f"runtime: {', '.join(shown)}"] if shown else []


def stage_lines(pipeline: Pipeline, *, columns: int = _ENDLESS) -> list[str]:
    """Each stage, what it takes of which stage above, and what it gives."""
    rows = [("stage", "takes", "gives")]
    for stage in pipeline.stages:
        name = stage.id if stage.id == stage.type.name else f"{stage.id} ({stage.type.name})"
        rows.append((name, _takes(stage), ", ".join(stage.type.spec.GIVES)))
    return aligned(rows) if _width(rows) <= columns else aligned([*_one_giver_each(rows)])


def _one_giver_each(rows: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """What a stage takes of others in a line for each of them."""
    for name, takes, gives in rows:
        first, *more = takes.split("; ")
        yield name, f"{first};" if more else first, gives
        yield from (("", f"{one};" if one != more[-1] else one, "") for one in more)


def _width(rows: Sequence[Sequence[str]]) -> int:
    return max(map(width_of, aligned(rows)))


def _takes(stage: Stage) -> str:
    """`data of load_data; model, history of train`."""
    givers: dict[str, list[str]] = {}
    for output, giver in stage.inputs.items():
        givers.setdefault(giver, []).append(output)
    return "; ".join(f"{', '.join(outputs)} of {giver}" for giver, outputs in givers.items())


def class_lines(flows: Iterable[Flow]) -> list[str]:
    """The classes that a pipeline renames, each own name before the new one."""
    lines = []
    for flow in flows:
        names, own = flow.spec.classes, flow.dataset_facts.classes
        if isinstance(names, Mapping):
            pairs = list(names.items())
        else:
            pairs = list(zip(own or (), names or (), strict=False))
        renamed = [f"{one} -> {new}" for one, new in pairs if one != new]
        if renamed:
            lines.append(f"classes of {flow.stage.id}: {some(renamed, 10)}")
    return lines


def layer_lines(network: ShapedNetwork, *, columns: int = _ENDLESS) -> list[str]:
    """Name, type, output shape, parameters and multiply-adds of one image, with their sums.

    Where that takes more columns than there are, numbers are rounded, then `KiB` is left out, then the
    longest names are cut.

    Layers inside of others are indented below them, and are counted in them. `takes` is filled for
    those that take something other than the layer above. `KiB` is what one image's outputs take as
    float32: what training keeps, roughly, less what works in place.
    """
    rows = _layer_rows(network, count)
    if _width(rows) > columns:
        rounded = _layer_rows(network, short_count)
        rows = [tuple(cell.replace(", ", ",") for cell in row) for row in rounded]
        rows[0] = (*rows[0][:-3], "params", "mult-adds", "KiB")
    if _width(rows) > columns:
        rows = [row[:-1] for row in rows]
    names = range(len(rows[0]) - len(("output", "params", "mult-adds")))
    cut = _cut(rows, names, _width(rows) - columns)
    return aligned(cut, right=range(rows[0].index("output") + 1, len(rows[0])))


def _layer_rows(network: ShapedNetwork, number: Callable[[float], str]) -> list[tuple[str, ...]]:
    head = ("layer", "type", "takes", "output", "parameters", "multiply-adds", "KiB")
    shown = ("input", "", "", words(network.input_shape), "", "", "")
    rows: list[tuple[str, ...]] = [head, shown, *_rows(network.rows, 0, number)]
    parameters = sum(row.parameters for row in network.rows)
    trainable = sum(row.trainable for row in network.rows)
    operations = sum(row.multiply_adds for row in network.rows)
    kept = sum(map(_bytes, network.rows))
    rows.append(("total", "", "", "", number(parameters), number(operations), _kib(kept)))
    if trainable != parameters:
        rows.append(("trainable", "", "", "", number(trainable), "", ""))
    if not any(row[2] for row in rows[1:]):
        # A chain: the column would be empty.
        return [(*row[:2], *row[3:]) for row in rows]
    return rows


def _cut(rows: list[tuple[str, ...]], names: Iterable[int], over: int) -> list[tuple[str, ...]]:
    """With the longest of the columns with names shorter, until so many are saved, or can be."""
    widths = {index: max(width_of(row[index]) for row in rows) for index in names}
    for _ in range(over):
        longest = max(widths, key=widths.__getitem__)
        if widths[longest] > _LEAST:
            widths[longest] -= 1
    return [
        tuple(_shortened(cell, widths.get(index, _ENDLESS)) for index, cell in enumerate(row))
        for row in rows
    ]


def _shortened(text: str, columns: int) -> str:
    if width_of(text) <= columns:
        return text
    while text and width_of(text) >= columns:
        text = text[:-1]
    return f"{text}…"


def _rows(
    rows: Sequence[LayerRow], depth: int, number: Callable[[float], str]
) -> Iterator[tuple[str, ...]]:
    above = INPUT
    for _, equal in groupby(rows, key=_without_number):
        first, *others = equal
        last = others[-1] if others else first
        name = first.name if first is last else f"{first.name} to {last.name}"
        counts = (number(first.parameters), number(first.multiply_adds), _kib(_bytes(first)))
        takes = _takes_other(first, above)
        yield ("  " * depth + name, first.type, takes, words(first.output_shape), *counts)
        yield from _rows(first.inside, depth + 1, number)
        above = last.name


def _takes_other(row: LayerRow, above: str) -> str:
    """What the layer takes if that is not the one above; a Residual adds its own input."""
    # A list of layers takes what the layer around it takes.
    is_list = _is_repetition(row) or row.name == _SHORTCUT
    taken = "" if row.inputs == (above,) or is_list else ", ".join(row.inputs)
    if row.type != "Residual":
        return taken
    added = "its shortcut" if any(one.name == _SHORTCUT for one in row.inside) else "its input"
    return f"{taken} + {added}".strip()


def _is_repetition(row: LayerRow) -> bool:
    """Whether the row is one of a layer's repetitions, which are called 0, 1 and so on."""
    return row.name.isdigit()


def _without_number(row: LayerRow) -> LayerRow:
    """Equal for repetitions that differ in nothing else."""
    return replace(row, name="") if _is_repetition(row) else row


def _bytes(row: LayerRow) -> int:
    return sum(map(_bytes, row.inside)) if row.inside else 4 * prod(row.output_shape)


def _kib(count: int) -> str:
    return f"{count / 1024:,.1f}"


def memory_lines(context: CheckContext) -> list[str]:
    """What each training and evaluation takes at least, by its parts, for one of its batches."""
    from cifar_pipe.checks.torch.analysis.memory_needs import memory_needs
    from cifar_pipe.training.memory import in_words

    head: tuple[str, ...] = ("memory", "batch", "weights", "gradients", "optimizer")
    head = (*head, "activations", "total")
    limit, where = None, ""
    if context.options.memory_limit is not None:
        limit, where = context.options.memory_limit(context.pipeline.document.runtime.device)
        head = (*head, "largest")
    rows: list[tuple[str, ...]] = [head]
    for need in memory_needs(context):
        memory = need.memory
        # The copies of networks that are kept are weights too.
        weights = memory.parameters + memory.copies
        parts = (weights, memory.gradients, memory.optimizer, memory.activations, memory.total)
        sizes = [in_words(size) if size else "" for size in parts]
        largest = () if limit is None else (f"{memory.largest_batch(limit):,}",)
        rows.append((need.stage.id, f"{memory.batch_size:,}", *sizes, *largest))
    if len(rows) == 1:
        return []
    lines = aligned(rows, right=range(1, len(head)))
    if limit is not None:
        lines.append(f"largest: the largest batch for the {in_words(limit)} of {where}")
    return lines


def forecast_lines(context: CheckContext, *, columns: int) -> list[str]:
    """How long the stages will take on this machine that load data, train or measure, and all of them."""
    from cifar_pipe.forecast import forecasts

    found = list(forecasts(context))
    if not found:
        return []
    known = [one.seconds for one in found if one.seconds is not None]
    rows: list[tuple[str, ...]] = [("forecast", "about", "for")]
    for one in found:
        about = seconds(one.seconds) if one.seconds is not None else "?"
        rows.append((one.stage, about, one.made_of))
    if len(known) > 1:
        unknown = [one.stage for one in found if one.seconds is None]
        without = f"without {', '.join(unknown)}" if unknown else ""
        rows.append(("total", seconds(sum(known)), without))
    beginning = sum(max(width_of(row[index]) for row in rows) + 2 for index in (0, 1))
    folded = [
        (*(row[:2] if not number else ("", "")), line)
        for row in rows
        for number, line in enumerate(wrapped(row[2], max(columns - beginning, _NARROWEST)))
    ]
    return aligned(folded, right=[1])
