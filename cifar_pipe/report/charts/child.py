"""Draws charts without a browser, and puts together the script that draws them in one.

A process runs this file as it is: vl_convert reserves 34 GB of addresses and ends the process that
imported it when there are fewer. It reads one line of JSON and writes one for each picture, as soon as it is
drawn, and one for the script.
"""

from __future__ import annotations

import base64
import json
import sys

import vl_convert


def picture(kind: str, text: str) -> str | None:
    """An SVG, or a PNG in base 64; None where it cannot be drawn."""
    # vl_convert would read some numbers of the text otherwise, in their last digit.
    spec = json.loads(text)
    try:
        if kind == "png":
            return base64.b64encode(vl_convert.vegalite_to_png(spec, scale=2)).decode()
        return vl_convert.vegalite_to_svg(spec)
    except ValueError:
        return None


def answer(text: str | None) -> None:
    sys.stdout.write(json.dumps(text) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    # The first picture takes five times as long as the ones after it.
    vl_convert.vegalite_to_svg({"data": {"values": []}, "mark": "line", "encoding": {}})
    if line := sys.stdin.readline():
        asked = json.loads(line)
        for job in asked["jobs"]:
            answer(picture(*job))
        if asked["library"]:
            answer(vl_convert.javascript_bundle("window.vegaEmbed=vegaEmbed;"))
