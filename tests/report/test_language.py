"""Each text of the pages has its Chinese one, with the same values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from jinja2 import nodes
from jinja2.ext import extract_from_ast

from cifar_pipe import comparison
from cifar_pipe.report import page
from cifar_pipe.report.formatting import percent, plural, seconds
from cifar_pipe.report.language import TERMS, catalogue, speaking, term
from tests.report.conftest import charts, fabricate
from tests.report.test_page import Page

REPORT = Path(page.__file__).parent
FOLDERS = REPORT, Path(comparison.__file__).parent


def texts() -> Iterator[str]:
    """All that the code of the pages and their templates look up."""
    yield from TERMS
    for module in files("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield from _looked_up(node.func.id, node.args)
    environment = page.environment_of(REPORT)
    for file in files("*.j2"):
        parsed = environment.parse(file.read_text(encoding="utf-8"))
        for _line, _name, found in extract_from_ast(parsed, ["_"]):
            first = found if isinstance(found, str) else found[0]
            assert first is not None, f"{file.name}: `_` takes a literal"
            yield first
        for one in parsed.find_all(nodes.Filter):
            if one.name == "plural":
                yield f"{{count}} {one.args[0].as_const()}"


def files(pattern: str) -> Iterator[Path]:
    return (file for folder in FOLDERS for file in folder.rglob(pattern))


def _looked_up(function: str, args: list[ast.expr]) -> Iterator[str]:
    match function, args:
        case "_", [ast.Constant(str(text))]:
            yield text
        case "plural", [_amount, ast.Constant(str(noun))]:
            yield f"{{count}} {noun}"
        case "_" | "plural", _others:
            raise AssertionError(f"`{function}` takes a literal")


def english_in(html: str) -> list[str]:
    """Texts of the page that the catalogue has a Chinese one for."""
    shown = Page(re.sub(r"(?s)<(pre|code)\b.*?</\1>", "", html))
    assert ("html", {"lang": "zh-CN"}) in shown.tags
    pieces = {" ".join(piece.split()) for piece in shown.text}
    labels = {
        value
        for _tag, attributes in shown.tags
        for name, value in attributes.items()
        if name in ("aria-label", "alt", "title") or name.startswith("data-")
    }
    # Terms name settings and values in its files too.
    english = {one for one, chinese in catalogue("zh").items() if chinese != one} - {*TERMS}
    return sorted((pieces | labels) & english)


def placeholders(template: str) -> set[str]:
    return {name for _text, name, *_more in Formatter().parse(template) if name is not None}


def test_each_text_has_a_chinese_one_and_none_is_left_over() -> None:
    assert set(catalogue("zh")) == set(texts())


def test_a_chinese_text_has_the_same_values() -> None:
    pairs = catalogue("zh").items()
    assert [one for one, chinese in pairs if placeholders(one) != placeholders(chinese)] == []


def test_numbers_are_written_as_the_language_does() -> None:
    with speaking("zh"):
        assert plural(3, "image") == "3 张图像"
        assert percent(0.5) == "50.0%"
        assert seconds(83.2).replace("\u00a0", " ") == "1 分 23 秒"
        assert term("val") == "验证"
        assert term("a class's own name") == "a class's own name"
    assert plural(3, "image") == "3 images"


def test_a_chinese_page_has_no_english_texts(tmp_path: Path) -> None:
    folder = fabricate(tmp_path / "run", stand_in=True, val=True)
    html = page.render(folder, language="zh")
    assert english_in(html) == []


def test_the_pipeline_says_the_language(tmp_path: Path) -> None:
    folder = fabricate(tmp_path / "run")
    assert "训练" not in page.render(folder)
    resolved = folder / "resolved.yaml"
    resolved.write_text(resolved.read_text().replace("report: {}", "report: {language: zh}"))
    assert "训练" in page.render(folder)
    assert "训练" not in page.render(folder, language="en")
    assert {one.title for one in charts(folder).values()} >= {"混淆矩阵"}
