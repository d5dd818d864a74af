"""What a checkpoint holds, as bytes: the state of every part of a training, and what made it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol, Self

import torch

from cifar_pipe.training.device_memory import device_name
from cifar_pipe.training.threads import Threads


class Part(Protocol):
    """What has a state: as PyTorch's modules, optimizers and schedulers."""

    def state_dict(self) -> Any:
        """In tensors and plain values, which `weights_only` loads."""

    def load_state_dict(self, state: Any) -> object: ...


@dataclass(frozen=True, slots=True)
class Maker:
    """What computed it. Where these are others, the same steps may be rounded differently.

    `device` is its name for people, `engine` that of the step engine.
    """

    torch: str
    device: str
    engine: str
    threads: int
    onednn: bool

    @classmethod
    def here(cls, device: str, engine: str, threads: Threads) -> Self:
        name = device_name(device)
        return cls(str(torch.__version__), name, engine, threads.count, threads.onednn)

    def differences(self, other: Maker) -> list[str]:
        """In words, `other` first: torch 2.14.0 instead of 2.15.0."""
        theirs, ours = asdict(other), asdict(self)
        return [
            f"{name} {theirs[name]} instead of {ours[name]}"
            for name in ours
            if theirs[name] != ours[name]
        ]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`key` is that of the stage; `parts` are the states by name."""

    key: str
    maker: Maker
    parts: Mapping[str, Any]

    @classmethod
    def of(cls, key: str, maker: Maker, parts: Mapping[str, Part]) -> Self:
        return cls(key, maker, {name: part.state_dict() for name, part in parts.items()})

    def restore(self, parts: Mapping[str, Part]) -> None:
        for name, part in parts.items():
            part.load_state_dict(self.parts[name])

    def to_bytes(self) -> memoryview:
        buffer = io.BytesIO()
        plain = {"key": self.key, "maker": asdict(self.maker), "parts": dict(self.parts)}
        torch.save(plain, buffer)
        return buffer.getbuffer()

    @classmethod
    def from_bytes(cls, payload: bytes, *, key: str | None = None) -> Self | None:
        """On the CPU, whatever the device was that made it; None where it has another key."""
        found = torch.load(io.BytesIO(payload), map_location="cpu", weights_only=True)
        # That of another key may be of another version of this code: nothing else of it is read.
        if key is not None and found["key"] != key:
            return None
        return cls(found["key"], Maker(**found["maker"]), found["parts"])
