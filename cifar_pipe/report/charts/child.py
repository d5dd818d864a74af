"""Draws charts without a browser, and puts together the script that draws them in one.

A process runs this file as it is: vl_convert reserves 34 GB of addresses and ends the process that
imported it when there are fewer. It reads one line of JSON and writes one.
"""

from __future__ import annotations

import base64
import io
import json
import sys
from typing import Any

import vl_convert
from PIL import Image


def smaller(png: bytes) -> bytes:
    """With 256 colours, which charts do not need more of: a fifth of the bytes."""
    buffer = io.BytesIO()
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def picture(kind: str, text: str) -> str | None:
    """An SVG, or a PNG in base 64; None where it cannot be drawn."""
    # vl_convert would read some numbers of the text otherwise, in their last digit.
    spec = json.loads(text)
    try:
        if kind == "png":
            return base64.b64encode(smaller(vl_convert.vegalite_to_png(spec, scale=2))).decode()
        return vl_convert.vegalite_to_svg(spec)
    except ValueError:
        return None


if __name__ == "__main__":
    # The first picture takes five times as long as the ones after it.
    vl_convert.vegalite_to_svg({"data": {"values": []}, "mark": "line", "encoding": {}})
    if line := sys.stdin.readline():
        asked = json.loads(line)
        found: dict[str, Any] = {"pictures": [picture(*job) for job in asked["jobs"]]}
        if asked["library"]:
            found["library"] = vl_convert.javascript_bundle("window.vegaEmbed=vegaEmbed;")
        sys.stdout.write(json.dumps(found))
