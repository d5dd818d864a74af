"""Which engine a training takes, and why: by a rule, or by a trial of a second.

Before the training two engines take the same few steps with copies of its network: what the other computes is
held against PyTorch's own, and the time of a step says which of them ends first. torch.compile is tried on a CPU where the
training takes so long that the minute it needs does not matter, and on a GPU where it is likely to save more than it takes.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace

import torch
from torch import nn
from torch.optim import LBFGS, Optimizer

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.context import Context
from cifar_pipe.model.network import Network
from cifar_pipe.training.device_memory import device_name
from cifar_pipe.training.divergence import NotFinite
from cifar_pipe.training.engine import Engine, Step, make_engine
from cifar_pipe.training.engines import loading
from cifar_pipe.training.engines.compiling import CompileEngine
from cifar_pipe.training.engines.kernels import KernelsEngine
from cifar_pipe.training.engines.plan import Plan, plan_kernels
from cifar_pipe.training.engines.remembered import Times, key_of, recall, remember
from cifar_pipe.training.engines.tracing.values import NotPlanned
from cifar_pipe.training.engines.trial import BatchesOf, Tolerance, Trial, taken_back
from cifar_pipe.training.targets import Criterion

# Shorter trainings are not worth the loading of anything.
FEWEST_STEPS = 500
# At most so many more of each in turn, or so many seconds.
_RACE_STEPS = 12
# Each turn as many as would be taken at a time, up to these.
_RACE_STRETCH = 8
_TRIAL_SECONDS = 1.0
# Kernels take at best a sixth of eager's time.
_MOST_SAVED = 0.85
# What is surely rounding; formats of few digits round by where operations are joined.
TOLERANCE = Tolerance(loss=1e-4, change=1e-2)
LOOSE_TOLERANCE = Tolerance(loss=1e-2, change=0.5)
# Where both take about as long, eager is taken, whatever a trial happens to find.
_CLEARLY = 0.9
_WITH = {KernelsEngine.name: "with kernels", CompileEngine.name: "compiled"}
_INSTALL = "pip install 'cifar-pipe[fast]'"


@dataclass(frozen=True, slots=True)
class _Compiling:
    """What torch.compile takes before the first step, in seconds, and again where its code is kept. It is tried where
    the first of them is less than this share of a training.
    """

    seconds: float
    kept: float
    share: float


# On a CPU it seldom wins; of ResNet-18's step on a GPU it saved a third.
COMPILING = {"cpu": _Compiling(60.0, 20.0, 0.03), "cuda": _Compiling(15.0, 6.0, 0.33)}


@dataclass(frozen=True, slots=True)
class Chosen:
    """`reason` is why it is not the other one; `told` is whether that is worth a line."""

    engine: Engine
    reason: str = ""
    told: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """`steps` are those that are left; `kept` is the engine of the checkpoint that they go on from. Nothing is
    compiled unless `compiles`, whatever the training takes.
    """

    steps: int
    kept: str | None = None
    compiles: bool = True


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
        return CompileEngine(*given, batch_size=self.batch_size, accumulate=self.accumulate)

    def key(self) -> str:
        """What the time of a step depends on."""
        groups = [len(group["params"]) for group in self.optimizer.param_groups]
        optimizer = type(self.optimizer).__name__, groups
        batch = self.network.input_shape, self.batch_size, self.accumulate
        context = self.context
        parts: list[object] = [batch, optimizer, self.loss.name, self.settings.summed, self.threads]
        formats = context.precision, context.memory_format
        if context.device != "cpu" or formats != ("float32", "contiguous"):
            parts += [device_name(context.device), *formats]
        return key_of(self.network, parts)

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
    taken = wanted.kept if setting == "auto" else setting
    known = recall(making.key()) if taken != "eager" else {}
    try:
        match taken:
            case None:
                return _fastest(making, known, wanted, batches)
            case CompileEngine.name:
                return _tried_compiled(making, known, batches)
            case KernelsEngine.name:
                _check_plan(making)
                # Before the kernels take the network's own weights.
                reason = _tried(making, known, wanted, batches)
                return Chosen(making.kernels(), reason)
            case _:
                raise _Eager("as until now" if setting == "auto" else "", told=False)  # noqa: TRY301
    except _Eager as error:
        return Chosen(
            making.eager(), str(error), told=error.told or setting not in ("auto", "eager")
        )


def _fastest(making: Making, known: Times, wanted: Wanted, batches: BatchesOf) -> Chosen:
    """What ends first. Raises _Eager where that is eager."""
    if wanted.steps < FEWEST_STEPS:
        raise _Eager(f"{wanted.steps:,} steps are too few to load kernels for", told=False)
    eager: _Eager | None = None
    reason = ""
    try:
        _check_plan(making)
        reason = _tried(making, known, wanted, batches, is_free=True)
    except _Eager as error:
        eager = error
    if wanted.compiles and _is_worth_compiling(making, known, wanted.steps, batches):
        try:
            return _tried_compiled(making, known, batches, is_free=True)
        except _Eager as error:
            if eager is not None:
                raise _Eager("; ".join(one for one in map(str, (eager, error)) if one)) from None
    if eager is not None:
        raise eager
    return Chosen(making.kernels(), reason)


def _is_worth_compiling(making: Making, known: Times, steps: int, batches: BatchesOf) -> bool:
    if "eager" not in known:
        # Memory that holds one network and what it keeps of a batch may not hold two.
        failures = NotFinite, torch.OutOfMemoryError
        with suppress(*failures), _trial(making, Making.eager, batches) as eager:
            eager.first_steps()
            known["eager"] = eager.seconds
    if "eager" not in known:
        return False
    best = min(seconds for name, seconds in known.items() if name != CompileEngine.name)
    its = COMPILING.get(torch.device(making.context.device).type, COMPILING["cpu"])
    if (compiled := known.get(CompileEngine.name)) is not None:
        return compiled < _CLEARLY * best and (best - compiled) * steps > its.kept
    return its.share * best * steps > its.seconds


def _check_plan(making: Making) -> None:
    try:
        making.plan()
    except NotPlanned as error:
        on_cpu = making.context.device == "cpu"
        raise _Eager(f"there is no kernel for {error}", told=on_cpu) from None
    if not loading.is_installed():
        raise _Eager(f"kernels need numba, which is not installed: {_INSTALL}")


def _tried(
    making: Making, known: Times, wanted: Wanted, batches: BatchesOf, *, is_free: bool = False
) -> str:
    """Why kernels are taken. Raises _Eager where they are not. `known` gets what a step takes."""
    with ExitStack() as stack:
        try:
            eager = stack.enter_context(_trial(making, Making.eager, batches))
            eager.first_steps()
        except NotFinite:
            raise _Eager("the loss of the first steps is not finite", told=False) from None
        is_known = KernelsEngine.name in known
        known.setdefault("eager", eager.seconds)
        usual = making.plan().trace.is_usual
        compiled = loading.is_compiled(usual=usual)
        ahead = loading.LOAD_SECONDS if compiled else loading.COMPILE_SECONDS[usual]
        most = _MOST_SAVED * eager.seconds
        saved = known["eager"] - known[KernelsEngine.name] if is_known else most
        if is_free and 0 < saved * wanted.steps < ahead:
            doing = "loading" if compiled else "compiling"
            raise _Eager(f"{doing} kernels would take longer than they save", told=False)
        if is_free and is_known:
            _check_faster(known, KernelsEngine.name)
        if not (compiled or wanted.compiles):
            raise _Eager("its kernels are not compiled yet", told=False)
        if not compiled:
            making.context.events.note("compiling the kernels of a step, once for this machine")
        try:
            kernels = stack.enter_context(_trial(making, Making.kernels, batches))
            kernels.first_steps(like=eager)
        except (OSError, ImportError) as error:
            raise _Eager(f"kernels cannot be loaded: {error}") from None
        except NotFinite:
            raise _Eager("the loss of the first steps is not finite with kernels") from None
        if apart := _apart(making, eager, kernels, batches):
            raise _Eager(f"kernels compute something else: {apart}")
        if not is_known:
            _race(eager, kernels)
            known |= {"eager": eager.seconds, KernelsEngine.name: kernels.seconds}
            remember(making.key(), known)
    if is_free:
        _check_faster(known, KernelsEngine.name)
    return _faster(known, KernelsEngine.name)


def _tried_compiled(
    making: Making, known: Times, batches: BatchesOf, *, is_free: bool = False
) -> Chosen:
    """The engine, which is compiled once: its first steps are taken back. Raises _Eager where it is not taken."""
    if isinstance(making.optimizer, LBFGS):
        raise _Eager("LBFGS computes the loss several times in a step")
    making.context.events.note("compiling the forward and the backward pass")
    engine = making.compiled()
    with ExitStack() as failed:
        failed.callback(engine.close)
        try:
            _try_compiled(making, engine, known, batches)
        except NotFinite:
            raise _Eager("the loss of the first steps is not finite", told=False) from None
        except (RuntimeError, OSError, ImportError, NotImplementedError, AssertionError) as error:
            # torch's errors of its compiler, of another compiler that it needs, or of one of its kernels.
            first = (str(error) or type(error).__name__).splitlines()[0]
            raise _Eager(f"torch.compile cannot be used: {first}") from None
        if is_free:
            _check_faster(known, CompileEngine.name)
        failed.pop_all()
    return Chosen(engine, _faster(known, CompileEngine.name))


def _try_compiled(making: Making, engine: Engine, known: Times, batches: BatchesOf) -> None:
    """Takes its first steps with the network itself. Raises _Eager where they are others."""
    with (
        _trial(making, Making.eager, batches) as eager,
        taken_back(making.network, making.optimizer, engine),
    ):
        compiled = Trial(making.network, engine, batches)
        eager.first_steps()
        compiled.first_steps(like=eager)
        if apart := _apart(making, eager, compiled, batches):
            raise _Eager(f"what is compiled computes something else: {apart}")
        if CompileEngine.name not in known:
            _race(eager, compiled, at_a_time=1 if making.context.device == "cpu" else _RACE_STRETCH)
            known["eager"] = min(eager.seconds, known.get("eager", math.inf))
            known[CompileEngine.name] = compiled.seconds
            remember(making.key(), known)


def _check_faster(known: Times, name: str) -> None:
    """Raises _Eager where the engine is not clearly faster than what is known of the others."""
    best = min(seconds for other, seconds in known.items() if other != name)
    if known[name] >= _CLEARLY * best:
        ours, its = _shown(known["eager"]), _shown(known[name])
        raise _Eager(f"it is faster here: {ours} a step, {its} {_WITH[name]}")


def _faster(known: Times, name: str) -> str:
    return f"{_shown(known[name])} a step, {_shown(known['eager'])} eagerly"


def _shown(seconds: float) -> str:
    return f"{1000 * seconds:.3g} ms" if seconds < 0.9995 else f"{seconds:.3g} s"


def _trial(making: Making, make: Callable[[Making], Engine], batches: BatchesOf) -> Trial:
    copied = making.copied()
    return Trial(copied.network, make(copied), batches)


def _apart(making: Making, eager: Trial, other: Trial, batches: BatchesOf) -> str | None:
    """What is different beyond rounding, in words."""
    tolerance = TOLERANCE if making.context.precision == "float32" else LOOSE_TOLERANCE
    if eager.apart(other, tolerance) is None:
        return None
    with _trial(making, Making.eager, batches) as shaken:
        shaken.first_steps(like=eager, shaken=True)
        return eager.apart(other, tolerance, shaken)


def _race(one: Trial, other: Trial, at_a_time: int = 1) -> None:
    """More steps in turn: what else the machine does disturbs both. On a GPU several at a time, as in a training: after
    each turn it is waited for.
    """
    # The first one of each compiled, or found its memory.
    taken = 0.0
    with suppress(NotFinite):
        for _ in range(_RACE_STEPS):
            steps = max(at_a_time, min(other.stretch, _RACE_STRETCH))
            taken += one.race(steps) + other.race(steps)
            if taken > _TRIAL_SECONDS:
                break
