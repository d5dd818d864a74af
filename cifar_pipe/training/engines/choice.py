"""Which engine a training takes, and why: by a rule, or by a trial of a second.

Before the training both engines take the same few steps with copies of its network: what the kernels compute is
held against PyTorch's own, and the time of a step says which of them ends first.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import torch
from torch import nn
from torch.optim import LBFGS, Optimizer

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.context import Context
from cifar_pipe.model.network import Network
from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.engine import AnyBatch, Engine, Step, make_engine
from cifar_pipe.training.engines import loading
from cifar_pipe.training.engines.compiling import CompileEngine
from cifar_pipe.training.engines.kernels import KernelsEngine, Plan, plan_kernels
from cifar_pipe.training.engines.remembered import Times, key_of, recall, remember
from cifar_pipe.training.engines.values import NotPlanned
from cifar_pipe.training.targets import Criterion

# Shorter trainings are not worth the loading of anything.
FEWEST_STEPS = 500
_TRIAL_STEPS = 3
_TRIAL_SECONDS = 0.5
# Kernels take at best a sixth of eager's time.
_MOST_SAVED = 0.85
# How far apart the losses may be, and the changes of the weights, each as a share.
LOSS_TOLERANCE = 1e-4
CHANGE_TOLERANCE = 1e-2
# Adam makes whole steps of gradients that are nothing but rounding: those of a bias above a normalization. Formats
# of few digits round by where operations are joined.
LOOSE_CHANGE_TOLERANCE = 0.5
LOOSE_LOSS_TOLERANCE = 1e-2
# Where both take about as long, eager is taken, whatever a trial happens to find.
_CLEARLY = 0.9
_INSTALL = "pip install 'cifar-pipe[fast]'"


# What an engine takes in each step.
BatchesOf = Callable[[Engine], Iterator[Sequence[AnyBatch]]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """`reason` is why it is not the other one; `told` is whether that is worth a line."""

    engine: Engine
    reason: str = ""
    told: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """`steps` are those that are left; `kept` is the engine of the checkpoint that they go on from."""

    steps: int
    kept: str | None = None


@dataclass(frozen=True, slots=True)
class Making:
    """What an engine is made with; `optimizer_of` makes another network's optimizer."""

    network: Network
    loss: Component
    criterion: Criterion
    optimizer: Optimizer
    optimizer_of: Callable[[nn.Module], Optimizer]
    context: Context
    settings: Step
    threads: int
    batch_size: int
    accumulate: int
    make_eager: Callable[..., Engine] = make_engine

    def eager(self) -> Engine:
        given = self.network, self.criterion, self.optimizer, self.context, self.settings
        return self.make_eager(*given)

    def plan(self) -> Plan:
        return plan_kernels(self.network, self.loss, self.optimizer, self.context)

    def kernels(self) -> Engine:
        given = self.network, self.criterion, self.optimizer, self.context, self.settings
        return KernelsEngine(*given, plan=self.plan(), threads=self.threads)

    def compiled(self) -> Engine:
        given = self.network, self.criterion, self.optimizer, self.context, self.settings
        return CompileEngine(*given, batch_size=self.batch_size)

    def key(self) -> str:
        """What the time of a step depends on."""
        groups = [len(group["params"]) for group in self.optimizer.param_groups]
        optimizer = type(self.optimizer).__name__, groups
        batch = self.network.input_shape, self.batch_size, self.accumulate
        return key_of(
            self.network, (batch, optimizer, self.loss.name, self.settings.summed, self.threads)
        )

    def copied(self) -> Making:
        network = copy.deepcopy(self.network)
        return replace(self, network=network, optimizer=self.optimizer_of(network))


class _Eager(Exception):  # noqa: N818
    """Why it is to be eager."""

    def __init__(self, reason: str, *, told: bool = True) -> None:
        super().__init__(reason)
        self.told = told


def choose_engine(making: Making, wanted: Wanted, batches: BatchesOf) -> Chosen:
    """`batches` gives those of the first steps."""
    setting = making.context.engine
    try:
        if setting == "eager":
            raise _Eager("", told=False)  # noqa: TRY301
        if CompileEngine.name in (setting, wanted.kept if setting == "auto" else None):
            return Chosen(making.compiled(), _tried_compiled(making, batches))
        is_free = setting == "auto" and wanted.kept is None
        if setting == "auto" and wanted.kept not in (None, KernelsEngine.name):
            raise _Eager("as until now", told=False)  # noqa: TRY301
        if is_free and wanted.steps < FEWEST_STEPS:
            reason = f"{wanted.steps:,} steps are too few to load kernels for"
            raise _Eager(reason, told=False)  # noqa: TRY301
        _check_plan(making)
        reason = _tried(making, wanted, batches, is_free=is_free)
        return Chosen(making.kernels(), reason)
    except _Eager as error:
        return Chosen(
            making.eager(), str(error), told=error.told or setting not in ("auto", "eager")
        )


def _check_plan(making: Making) -> None:
    try:
        making.plan()
    except NotPlanned as error:
        on_cpu = making.context.device == "cpu"
        raise _Eager(f"there is no kernel for {error}", told=on_cpu) from None
    if not loading.is_installed():
        raise _Eager(f"kernels need numba, which is not installed: {_INSTALL}")


def _tried(making: Making, wanted: Wanted, batches: BatchesOf, *, is_free: bool) -> str:
    """Why kernels are taken. Raises _Eager where they are not."""
    key = making.key()
    known = recall(key)
    try:
        eager = _trial(making.copied(), Making.eager, batches, timed=known is None)
    except NotFinite:
        raise _Eager("the loss of the first steps is not finite", told=False) from None
    compiled = loading.is_compiled()
    ahead = loading.LOAD_SECONDS if compiled else loading.COMPILE_SECONDS
    saved = _MOST_SAVED * eager.seconds if known is None else known.eager - known.kernels
    if is_free and 0 < saved * wanted.steps < ahead:
        doing = "loading" if compiled else "compiling"
        raise _Eager(f"{doing} kernels would take longer than they save", told=False)
    if is_free and known is not None:
        _check_faster(known)
    if not compiled:
        making.context.events.note("compiling the kernels of a step, once for this machine")
    try:
        kernels = _trial(making.copied(), Making.kernels, batches, timed=known is None)
    except (OSError, ImportError) as error:
        raise _Eager(f"kernels cannot be loaded: {error}") from None
    except NotFinite:
        raise _Eager("the loss of the first steps is not finite with kernels") from None
    if apart := eager.apart(kernels):
        raise _Eager(f"kernels compute something else: {apart}")
    if known is None:
        known = Times(eager.seconds, kernels.seconds)
        remember(key, known)
    if is_free:
        _check_faster(known)
    return f"{_shown(known.kernels)} a step, {_shown(known.eager)} eagerly"


def _tried_compiled(making: Making, batches: BatchesOf) -> str:
    """What the first steps took. Raises _Eager where they cannot be compiled."""
    if isinstance(making.optimizer, LBFGS):
        raise _Eager("LBFGS computes the loss several times in a step")
    making.context.events.note("compiling the forward and the backward pass")
    try:
        eager = _trial(making.copied(), Making.eager, batches, timed=True)
        compiled = _trial(making.copied(), Making.compiled, batches, timed=True)
    except NotFinite:
        raise _Eager("the loss of the first steps is not finite", told=False) from None
    except (RuntimeError, OSError, ImportError, NotImplementedError) as error:
        # torch's errors of its compiler, of another compiler that it needs, or of one of its kernels.
        first = (str(error) or type(error).__name__).splitlines()[0]
        raise _Eager(f"torch.compile cannot be used: {first}") from None
    if apart := eager.apart(compiled):
        raise _Eager(f"what is compiled computes something else: {apart}")
    return f"{_shown(compiled.seconds)} a step, {_shown(eager.seconds)} eagerly"


def _check_faster(times: Times) -> None:
    if times.kernels >= _CLEARLY * times.eager:
        ours, others = _shown(times.eager), _shown(times.kernels)
        raise _Eager(f"it is faster here: {ours} a step, {others} with kernels")


def _shown(seconds: float) -> str:
    return f"{1000 * seconds:.3g} ms" if seconds < 0.9995 else f"{seconds:.3g} s"


@dataclass(frozen=True, slots=True)
class _Trial:
    """`change` is how the weights changed, all in one row; `seconds` those of the fastest step."""

    losses: Sequence[float]
    change: torch.Tensor
    rounding: float
    tolerance: float
    loss_tolerance: float
    seconds: float

    def apart(self, other: _Trial) -> str | None:
        """What is different beyond rounding, in words."""
        for ours, theirs in zip(self.losses, other.losses, strict=True):
            if not abs(ours - theirs) <= self.loss_tolerance * max(1.0, abs(ours)):
                return f"a loss of {theirs:.6g}, which is {ours:.6g}"
        distance = float((self.change - other.change).norm())
        allowed = self.tolerance * float(self.change.norm()) + self.rounding
        if not distance <= allowed:
            return f"a change of the weights that is {distance:.2g} off"
        return None


def _trial(
    making: Making, make: Callable[[Making], Engine], batches: BatchesOf, *, timed: bool
) -> _Trial:
    before = _weights(making.network)
    losses: list[float] = []
    times: list[float] = []
    engine = make(making)
    steps = list(islice(batches(engine), _TRIAL_STEPS))
    on_gpu = torch.device(making.context.device).type == "cuda"
    with torch.random.fork_rng(devices=[making.context.device] if on_gpu else []):
        torch.manual_seed(0)
        for taken in steps:
            began = time.perf_counter()
            losses.append(float(engine.step(taken)))
            times.append(time.perf_counter() - began)
        change = _weights(making.network) - before
        # The first one compiles, or finds its memory.
        more = timed and sum(times[1:]) <= _TRIAL_SECONDS
        for taken in 3 * steps if more else []:
            began = time.perf_counter()
            float(engine.step(taken))
            times.append(time.perf_counter() - began)
    engine.close()
    loose = isinstance(making.optimizer, torch.optim.Adam) or making.context.precision != "float32"
    tolerance = LOOSE_CHANGE_TOLERANCE if loose else CHANGE_TOLERANCE
    rounding = 1e-6 * float(before.norm()) + 1e-12 * math.sqrt(len(before))
    its = LOSS_TOLERANCE if making.context.precision == "float32" else LOOSE_LOSS_TOLERANCE
    return _Trial(losses, change, rounding, tolerance, its, _seconds(times, engine.name))


def _seconds(times: Sequence[float], engine: str) -> float:
    """A step's, undisturbed."""
    del engine
    return min(times)


def _weights(network: nn.Module) -> torch.Tensor:
    return torch.cat([one.detach().reshape(-1) for one in network.parameters()])
