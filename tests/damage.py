"""Files as they come from elsewhere: damaged, or made to do harm."""

from __future__ import annotations

import random

_NUMBERS = (
    b"\x00" * 4,
    b"\xff" * 4,
    b"\xff\xff\xff\x7f",
    b"\x01\x00\x00\x80",
    b"\x00" * 8,
    b"\xff" * 8,
)


def mutated(content: bytes, generator: random.Random) -> bytes:
    """With one to four changes: bits, numbers at their limits, parts that are gone, twice or moved."""
    changed = bytearray(content)
    for _ in range(generator.randint(1, 4)):
        at, to = sorted(generator.randrange(len(changed) + 1) for _ in range(2))
        match generator.randrange(7):
            case 0 | 1 if changed:
                changed[min(at, len(changed) - 1)] ^= 1 << generator.randrange(8)
            case 2:
                number = generator.choice(_NUMBERS)
                changed[at : at + len(number)] = number
            case 3:
                del changed[at : at + generator.randrange(1, 32)]
            case 4:
                changed[at:at] = changed[at : min(to, at + 64)]
            case 5:
                changed[at:at] = generator.randbytes(generator.randrange(1, 16))
            case 6 if generator.random() < 0.2:
                del changed[at:]
    return bytes(changed)
