"""The real application, asked by a real client, without a socket."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import torch
from PIL import Image

from cifar_pipe import Result, run
from cifar_pipe.api.words import QuietEvents
from cifar_pipe.inference.predict import Predictor
from cifar_pipe.inference.run_network import load_run_network
from cifar_pipe.serving.application import Served, application
from cifar_pipe.serving.limits import Limits, RateLimit
from tests.api.kit import small

LIMITS = Limits(size=100_000, pixels=10_000, sending=0.2, waiting=5, rate=50)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return Result(folder / run(small()).run_dir)


@pytest.fixture
def served(trained: Result) -> Iterator[Served]:
    found = load_run_network(trained.run_dir, None, "cpu", QuietEvents())
    predictor = Predictor(found, found.context(trained.run_dir, "cpu", QuietEvents()))
    with predictor.computing(1):
        yield Served("<b>mine</b>", predictor, QuietEvents())


def picture(size: tuple[int, int] = (12, 12), kind: str = "PNG", mode: str = "L") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, 99 if mode == "L" else None).save(file, kind)
    return file.getvalue()


def asked(
    served: Served, *requests: dict[str, Any], limits: Limits = LIMITS
) -> list[httpx.Response]:
    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(application(served, limits, {"localhost"}))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:80") as client:
            return await asyncio.gather(*(client.request(**one) for one in requests))

    return asyncio.run(ask())


def post(content: Any = None, kind: str | None = "image/png", **more: Any) -> dict[str, Any]:
    headers = {**({"Content-Type": kind} if kind else {}), **more.pop("headers", {})}
    return {"method": "POST", "url": "/predict", "content": content, "headers": headers, **more}


def test_it_answers_what_python_predicts(served: Served, trained: Result) -> None:
    (wanted,) = trained.predict(torch.full((1, 12, 12), 99, dtype=torch.uint8))
    form = {"method": "POST", "url": "/predict?top=2", "files": {"image": picture()}}
    raw, formed, untyped = asked(served, post(picture()), form, post(picture(), None))
    assert (raw.status_code, formed.status_code, untyped.status_code) == (200, 200, 200)
    assert raw.json() == untyped.json()
    assert raw.json()["predicted"] == wanted.label
    assert raw.json()["probability"] == pytest.approx(wanted.probability, abs=1e-6)
    assert formed.json()["top"] == raw.json()["top"][:2]


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        (post(b""), 400, "there is no image"),
        (post(b"<html>"), 422, "it is a web page"),
        (post(picture()[:40]), 422, "cannot be decoded"),
        (post(bytes(100_001)), 413, "larger than"),
        (post(picture((200, 200))), 413, "40,000 pixels, and 10,000 are the most"),
        (post(picture(), "text/plain"), 415, "not that of an image"),
        (post(b"x", "multipart/form-data"), 400, "the form cannot be read"),
        (post(picture(), url="/predict?top=none"), 400, "how many classes"),
        (post(picture(), headers={"Host": "evil.example"}), 421, "not meant by this name"),
        (post(picture(), headers={"Origin": "http://evil.example"}), 403, "another site"),
        (post(picture(), headers={"Sec-Fetch-Site": "cross-site"}), 403, "another site"),
        ({"method": "GET", "url": "/predict"}, 405, "does not take such requests"),
        ({"method": "GET", "url": "/etc/passwd"}, 404, "no such page"),
    ],
)
def test_what_is_not_answered_is_told(
    request_: dict[str, Any], status: int, words: str, served: Served
) -> None:
    (found,) = asked(served, request_)
    assert found.status_code == status
    assert words in found.json()["error"]


def test_a_body_that_does_not_say_its_length_is_bounded(served: Served) -> None:
    async def parts() -> Any:
        for _ in range(20):
            yield bytes(10_000)

    async def slow() -> Any:
        yield b"x"
        await asyncio.sleep(1)

    large, late = asked(served, post(parts()), post(slow()))
    assert (large.status_code, late.status_code) == (413, 408)


def test_many_requests_at_once_are_answered(served: Served) -> None:
    many = asked(served, *([post(picture())] * 200), limits=Limits())
    assert {one.status_code for one in many} == {200}


def test_one_address_has_a_rate(served: Served) -> None:
    found = asked(served, *([post(picture())] * 60))
    refused = [one for one in found if one.status_code == 429]
    assert len(refused) == 10
    assert int(refused[0].headers["retry-after"]) >= 1


def test_the_rate_fills_up_again() -> None:
    now = [0.0]
    limit = RateLimit(60, lambda: now[0])
    assert [limit.wait("a") for _ in range(60)] == [0.0] * 60
    assert limit.wait("a") == pytest.approx(1)
    assert limit.wait("b") == 0
    now[0] = 1.0
    assert (limit.wait("a"), limit.wait("a") > 0) == (0, True)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "192.168.1.2"])
def test_addresses_and_its_own_names_are_answered(host: str, served: Served) -> None:
    (found,) = asked(served, {"method": "GET", "url": "/health", "headers": {"Host": host}})
    assert (found.status_code, found.json()["status"]) == (200, "ok")


def test_the_page_is_of_this_server_alone(served: Served) -> None:
    page, style, code = asked(
        served, *({"method": "GET", "url": url} for url in ("/", "/page.css", "/page.js"))
    )
    assert "&lt;b&gt;mine&lt;/b&gt;" in page.text
    assert "<b>mine" not in page.text
    assert page.headers["content-security-policy"].startswith(
        "default-src 'none'; script-src 'self'"
    )
    assert "://" not in style.text + code.text
    assert Path(code.url.path).suffix == ".js"
