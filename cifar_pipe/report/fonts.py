"""Fonts for the texts of pictures: PIL's own, or an installed one that has the characters."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

# By the names of their files, under which PIL finds them: those that come with Debian, Fedora, macOS
# and Windows, from those with few characters to those with most.
_INSTALLED = (
    *("DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arial.ttf"),
    *("NotoSansCJK-Regular.ttc", "NotoSansCJK-VF.ttc", "NotoSansCJKsc-Regular.otf"),
    *("SourceHanSansSC-Regular.otf", "wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallback.ttf"),
    *("PingFang.ttc", "Hiragino Sans GB.ttc", "AppleSDGothicNeo.ttc", "Arial Unicode.ttf"),
    *("msyh.ttc", "simsun.ttc", "YuGothM.ttc", "malgun.ttf", "segoeui.ttf"),
    *("NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf", "NotoSansDevanagari-Regular.ttf"),
)
# Of no font: it is drawn as each font draws what it has not.
_NOBODYS = "\U0010fffd"


def font_for(text: str, size: float) -> Font:
    """PIL's own font where it has the characters of `text`, else the first installed one that has
    most of them.
    """
    fewest, best = missing(text, _own(size)), _own(size)
    for name in _INSTALLED if fewest else ():
        if (found := _installed(name, size)) is not None:
            left = missing(text, found)
            if len(left) < len(fewest):
                fewest, best = left, found
    return best


def missing(text: str, used: Font) -> str:
    """The characters of `text` that the font does not have, each once."""
    nothing = _drawn(_NOBODYS, used)
    return "".join(
        one
        for one in dict.fromkeys(text)
        if unicodedata.category(one)[0] not in "ZC" and _drawn(one, used) == nothing
    )


def missing_in_words(text: str) -> str | None:
    """What is to be said of characters that no font has; None where each has one."""
    size = 16.0
    if not (left := missing(text, font_for(text, size))):
        return None
    some = left if len(left) <= 10 else f"{left[:10]}…"
    return f"no installed font has the characters {some}: they are boxes in pictures; NotoSansCJK has most"


@functools.lru_cache
def _own(size: float) -> Font:
    return ImageFont.load_default(size)


@functools.lru_cache
def _installed(name: str, size: float) -> Font | None:
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return None


@functools.lru_cache(maxsize=4096)
def _drawn(character: str, used: Font) -> bytes:
    return bytes(used.getmask(character))


def shortened(text: str, width: float, *, width_of: Callable[[str], float]) -> str:
    """`text`, cut with an ellipsis where it would be wider than `width`."""
    if width_of(text) <= width:
        return text
    while text and width_of(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"
