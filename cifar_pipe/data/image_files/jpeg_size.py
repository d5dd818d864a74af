"""How many pixels a JPEG says that it has, read from its first kilobytes in microseconds."""

from __future__ import annotations

# https://www.w3.org/Graphics/JPEG/itu-t81.pdf, table B.1: frames, and what else begins with 0xFFC.
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def pixels_of(content: bytes) -> int | None:
    """Width times height; None where the markers do not lead to a frame."""
    at, last = 2, len(content) - 9
    while at <= last and content[at] == 0xFF:
        marker = content[at + 1]
        if marker in _FRAMES:
            height = int.from_bytes(content[at + 5 : at + 7], "big")
            return height * int.from_bytes(content[at + 7 : at + 9], "big")
        # Any marker may be filled up with 0xFF.
        at += 1 if marker == 0xFF else 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
