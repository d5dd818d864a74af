"""A page as it is open in the browser, and what is asked of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, Route

WIDE, NARROW = 1280, 400
_DRAWING = "figure :is([role=img], [role=slider]):has(svg, canvas)"

# By the formula of WCAG 2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
_FAINT = """(selector) => {
  const pen = Object.assign(document.createElement("canvas"), {width: 1, height: 1}).getContext("2d", {willReadFrequently: true});
  const pixel = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([red, green, blue]) => [red, green, blue]
    .map((one) => one / 255)
    .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = pixel(getComputedStyle(one).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const contrast = (element) => {
    const style = getComputedStyle(element);
    const ink = pixel(element instanceof SVGElement ? style.fill : style.color);
    const [light, dark] = [luminance(ink), luminance(ground(element))].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  return [...document.querySelectorAll(selector)]
    .filter((one) => one.textContent.trim() && one.checkVisibility() && contrast(one) < 4.5)
    .map((one) => `${one.outerHTML.slice(0, 150)}: ${contrast(one).toFixed(2)}`);
}"""


@dataclass
class Opened:
    """`noise` is what the page has said in the console, its errors and its dialogs; `requested` is what it
    has asked the network for.
    """

    page: Page
    noise: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)

    def open_all(self) -> None:
        """Opens what is folded, the values of two charts, and the images of some cells of the matrix."""
        self.page.evaluate(
            """() => {
              for (const one of document.querySelectorAll("details")) one.open = !one.closest("figure");
              for (const one of [...document.querySelectorAll("figure details")].slice(0, 2)) one.open = true;
              for (const one of [...document.querySelectorAll(".panel")].slice(0, 5)) one.style.display = "block";
            }"""
        )

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window, when its charts have followed it."""
        from playwright.sync_api import TimeoutError as TooSlow

        with contextlib.suppress(TooSlow):
            fits = "document.documentElement.scrollWidth <= innerWidth"
            self.page.wait_for_function(fits, timeout=10_000)
        width: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return max(0, width)

    def headings(self) -> list[int]:
        """The levels of those that are shown."""
        headings: list[int] = self.page.evaluate(
            """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
                .filter((one) => one.checkVisibility())
                .map((one) => Number(one.tagName[1]))"""
        )
        return headings

    def broken_images(self) -> list[str]:
        """Those that show nothing, or have no words for those who do not see them."""
        broken: list[str] = self.page.evaluate(
            """async () => {
              const images = [...document.images].filter((one) => one.getAttribute("src"));
              await Promise.all(images.map((one) => one.decode().catch(() => {})));
              return images.filter((one) => !one.naturalWidth || !(one.alt || one.closest('[role=img]'))).map((one) => one.outerHTML.slice(0, 99));
            }"""
        )
        return broken

    def charts(self) -> list[dict[str, Any]]:
        """What is drawn once the reader comes to it, with its size and the words for those who do not see it."""
        places = self.page.locator("figure").filter(has=self.page.locator(_DRAWING))
        for one in places.all():
            one.scroll_into_view_if_needed()
        drawn: list[dict[str, Any]] = self.page.evaluate(
            """async (selector) => {
              // Drawn when it comes near: in one of the next frames.
              for (let frame = 0; frame < 60; frame += 1) await new Promise(requestAnimationFrame);
              return [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility()).map((one) => {
                const {width, height} = one.querySelector("svg, canvas").getBoundingClientRect();
                return {width, height, label: one.getAttribute("aria-label")};
              });
            }""",
            _DRAWING,
        )
        return drawn

    def look(self, *, width: int = WIDE, dark: bool = False) -> None:
        """The width of the window, and what its owner likes."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme="dark" if dark else "light")

    def complaints(self, *, only_contrast: bool = False) -> list[str]:
        """What axe-core finds serious or critical, and what it cannot decide and is not decided here: that is
        the contrast of text in charts, of single letters and of cells that are scrolled out of sight.
        """
        from axe_playwright_python.sync_playwright import Axe

        options = {"runOnly": ["color-contrast"]} if only_contrast else {}
        # It cannot read charts: their words are checked by `charts`, and their colours below.
        found = Axe().run(self.page, {"exclude": [["svg"]]}, options).response
        serious = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
        undecided = [one for one in found["incomplete"] if one["id"] != "color-contrast"]
        selectors = [
            node["target"][0]
            for one in found["incomplete"]
            if one["id"] == "color-contrast"
            for node in one["nodes"]
        ]
        return [
            *map(_words, [*serious, *undecided]),
            *self.faint(", ".join([*selectors, "svg text"])),
        ]

    def faint(self, selector: str) -> list[str]:
        """The texts that these elements show with a contrast below 4.5, against the ground that they or
        those around them have.
        """
        faint: list[str] = self.page.evaluate(_FAINT, selector)
        return faint


def _words(found: dict[str, Any]) -> str:
    return "\n".join([f"{found['id']}: {found['help']}", *(one["html"] for one in found["nodes"])])


Visit = Callable[..., contextlib.AbstractContextManager[Opened]]
"""Opens a page of `runs.PAGES`, with the keywords of `opened`."""


@contextlib.contextmanager
def opened(
    browser: Browser, place: Path | str, *, width: int = WIDE, dark: bool = False
) -> Iterator[Opened]:
    """The file, or the page of a server; requests to elsewhere are noted and not made."""
    address = place.as_uri() if isinstance(place, Path) else place
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    try:
        found = Opened(context.new_page())
        context.route("**/*", _only_from(address, found.requested))
        _listen(found)
        found.page.goto(address)
        yield found
    finally:
        context.close()


def _only_from(address: str, requested: list[str]) -> Callable[[Route, Request], None]:
    def decide(route: Route, request: Request) -> None:
        own = request.url.partition("#")[0] == address or (
            address.startswith("http") and request.url.startswith((address, "blob:"))
        )
        if own:
            route.continue_()
        else:
            requested.append(request.url)
            route.abort()

    return decide


def _listen(found: Opened) -> None:
    def said(message: ConsoleMessage) -> None:
        found.noise.append(f"{message.type}: {message.text}")

    def asked(dialog: Dialog) -> None:
        found.noise.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    found.page.on("console", said)
    found.page.on("pageerror", lambda error: found.noise.append(f"error: {error}"))
    found.page.on("dialog", asked)
