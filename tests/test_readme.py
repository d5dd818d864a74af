"""What the README and the pages beside it show is true: files, commands, pipelines, messages."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from cifar_pipe.cli.app import app
from cifar_pipe.stages.registry import STAGES
from tests.conftest import ROOT, Done

Cli = Callable[..., Done]

README = (ROOT / "README.md").read_text(encoding="utf-8")
# Generated pages show parts of pipelines, each checked where it is written.
GENERATED = {"components.md", "errors.md", "stages.md"}
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [page for page in PAGES if page.name not in GENERATED]
EVERY_PAGE = sorted({*PAGES, *(ROOT / "docs").rglob("*.md"), ROOT / "CONTRIBUTING.md"})
PROGRAM = typer.main.get_command(app)
COMMANDS: dict[str, Any] = vars(PROGRAM)["commands"]

START = """\
# run the main pipeline
python3 -m venv .venv && .venv/bin/pip install -e '.[fast]' && .venv/bin/cifar-pipe run pipelines/cifar10_lenet.yaml
"""
TESTS = """\
# run the tests
python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest -n auto
"""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(text: str, language: str) -> Iterator[str]:
    yield from re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def shown_pipelines() -> Iterator[object]:
    """Every block of YAML that is a pipeline, a variant of one, or some of its stages."""
    for page in PAGES:
        for number, text in enumerate(blocks(page.read_text(encoding="utf-8"), "yaml"), 1):
            shown = yaml.safe_load(text)
            if not isinstance(shown, dict) or "repos" in shown:
                continue
            if not {"stages", "version", "extends"} & set(shown):
                assert set(shown) <= set(STAGES)
                whole = "stages:\n" + re.sub("^", "  ", text, flags=re.MULTILINE)
            else:
                whole = text
            yield pytest.param(whole, id=f"{name(page)}-{number}")


def commands(text: str) -> Iterator[list[str]]:
    """The words after each `cifar-pipe` in a line of code."""
    code = [*re.findall(r"`([^`\n]+)`", text), *"\n".join(blocks(text, r"\w+")).splitlines()]
    for line in code:
        found = re.search(r"(?:^|[ /])cifar-pipe (.*)", line)
        if found:
            # What is after a pipe is another program's.
            yield [*takewhile("|".__ne__, shlex.split(found.group(1), comments=True))]


def test_the_two_commands_are_in_the_readme_word_for_word() -> None:
    assert list(blocks(README, "sh"))[:2] == [START, TESTS]


@pytest.mark.parametrize("text", list(shown_pipelines()))
def test_a_pipeline_that_is_shown_validates(cli: Cli, tmp_path: Path, text: str) -> None:
    base = (ROOT / "pipelines/cifar10_lenet.yaml").read_text(encoding="utf-8")
    (tmp_path / "cifar10_lenet.yaml").write_text(base)
    if "version:" not in text and "extends:" not in text:
        text = f"extends: cifar10_lenet.yaml\n{text}"
    (tmp_path / "shown.yaml").write_text(text)
    done = cli("validate", "shown.yaml")
    assert done.status == 0, done.err


@pytest.mark.parametrize("page", EVERY_PAGE, ids=name)
def test_commands_and_options_that_are_named_exist(page: Path) -> None:
    for words in commands(page.read_text(encoding="utf-8")):
        command = PROGRAM if words[0].startswith("-") else COMMANDS[words[0]]
        known = {option for one in command.params for option in one.opts} | {"--help", "-h"}
        # `-` by itself is a file: standard input.
        assert {word for word in words if word.startswith("-") and word != "-"} <= known, words


def test_every_command_and_every_stage_is_in_the_readme() -> None:
    assert all(f"| `cifar-pipe {command} " in README for command in COMMANDS)
    assert all(f"| `{stage}` |" in README for stage in STAGES)


@pytest.mark.parametrize("page", EVERY_PAGE, ids=name)
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_the_examples_are_all_named_in_the_readme() -> None:
    examples = (ROOT / "examples").glob("*.yaml")
    assert [path for path in examples if f"({name(path)})" not in README] == []


def test_the_networks_are_all_named_in_the_readme() -> None:
    networks = (ROOT / "pipelines/networks").glob("*.yaml")
    assert [path for path in networks if f"({name(path)})" not in README] == []


def test_the_smallest_pipeline_is_the_example() -> None:
    example = (ROOT / "examples/smallest.yaml").read_text(encoding="utf-8")
    body = "".join(line for line in example.splitlines(keepends=True) if line[0] != "#")
    assert body in blocks(README, "yaml")


def test_the_finding_that_is_shown_is_a_real_one(cli: Cli, tmp_path: Path) -> None:
    text = (ROOT / "pipelines/cifar10_lenet.yaml").read_text(encoding="utf-8")
    wrong = text.replace("out_features: 120", "in_features: 256, out_features: 120")
    (tmp_path / "mine.yaml").write_text(wrong)
    finding = cli("validate", "mine.yaml").err.removesuffix("1 finding\n").strip()
    assert finding in README


def test_the_walk_through_goes_as_it_is_written(cli: Cli, tmp_path: Path) -> None:
    begun = cli("init", "digits.yaml", "--template", "digits")
    assert begun.err in README
    assert cli("validate", "digits.yaml").out in README
    more = next(text for text in blocks(README, "yaml") if text.startswith("      - "))
    path = tmp_path / "digits.yaml"
    path.write_text(path.read_text().replace("      - Flatten", f"{more}      - Flatten"))
    refused = cli("validate", "digits.yaml")
    assert (refused.status, refused.err in README) == (1, True), refused.err
    path.write_text(path.read_text().replace("kernel_size: 5", "kernel_size: 3"))
    assert cli("validate", "digits.yaml").status == 0


def test_the_images_of_the_walk_through_are_those_that_are_shown(cli: Cli) -> None:
    """What a line of the output has of its seed alone; the losses round differently elsewhere."""
    cli("init", "digits.yaml", "--template", "digits")
    done = cli("run", "digits.yaml", "-S", "train.epochs=1")
    shown = [line.rstrip() for line in done.out.splitlines()]
    assert shown[0] in README.splitlines()
    (truth,) = [line for line in shown if line.startswith("GroundTruth")]
    assert truth in README.splitlines()


def test_the_hook_takes_the_pipelines_of_other_repositories() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["id"], hook["entry"]) == ("cifar-pipe-validate", "cifar-pipe validate")
    takes = re.compile(hook["files"])
    assert all(map(takes.search, ("pipelines/a.yaml", "sub/pipelines/deep/b.yml")))
    assert not any(map(takes.search, ("pipelines/a.txt", "my_pipelines/a.yaml", "a.yaml")))
