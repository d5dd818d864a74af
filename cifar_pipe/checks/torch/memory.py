"""Checks that what each stage computes fits into so much memory; made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.checks.check import Checked
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.stages.evaluate.spec import Evaluate
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.memory import Memory, of_evaluation, of_training


def check_memory(checked: Checked, limit: int, where: str, findings: Findings) -> None:
    """Findings for the stages that surely need more than `limit` bytes; `where` names the device."""
    for stage, memory, span in needed(checked):
        if memory.total <= limit:
            continue
        most = memory.largest_batch(limit)
        findings.add(
            "memory",
            f"{stage.id} needs about {in_words(memory.total)} for batches of "
            f"{memory.batch_size:,}, and {where} has {in_words(limit)}",
            span,
            notes=[parts_in_words(memory)],
            help=f"a batch_size of {most:,} or less fits" if most else "a smaller network",
        )


def needed(checked: Checked) -> Iterator[tuple[Stage, Memory, Span]]:
    """What each training and evaluation takes, with the place of its batch size."""
    pipeline = checked.pipeline
    for stage in pipeline.stages:
        network = checked.networks.get(stage.inputs.get("model", ""))
        if network is None or "data" not in stage.inputs:
            continue
        data = pipeline.stage(stage.inputs["data"])
        assert isinstance(network.stage.spec, BuildModel)
        assert isinstance(data.spec, LoadData)
        layers, shape = network.stage.spec.layers, network.input_shape
        match stage.spec:
            case Train(optimizer=optimizer):
                batch = data.spec.batch_size
                memory = of_training(layers, shape, batch_size=batch, optimizer=optimizer)
                yield stage, memory, data.span("batch_size")
            case Evaluate(batch_size=batch):
                memory = of_evaluation(layers, shape, batch_size=batch)
                yield stage, memory, stage.span("batch_size")
            case _:
                pass


def parts_in_words(memory: Memory) -> str:
    parts = {
        "parameters": memory.parameters,
        "gradients": memory.gradients,
        "the optimizer's state": memory.optimizer,
        "activations": memory.activations,
    }
    return ", ".join(f"{name} {in_words(size)}" for name, size in parts.items() if size)


def in_words(size: int) -> str:
    """`1.5 GiB`."""
    if size < 2**20:
        return f"{size / 2**10:.1f} KiB"
    return f"{size / 2**20:.1f} MiB" if size < 2**30 else f"{size / 2**30:.1f} GiB"
