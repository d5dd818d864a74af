"""What a pipeline may say of what it runs on: words that change no result, or only its rounding."""

from __future__ import annotations

from typing import Literal

Precision = Literal["float32", "tf32", "bfloat16", "float16", "bfloat16-true", "float16-true"]
MemoryFormat = Literal["contiguous", "channels_last"]
EngineChoice = Literal["auto", "eager", "kernels", "compile"]
Residency = Literal["auto", "device", "memory", "mapped", "stream"]
