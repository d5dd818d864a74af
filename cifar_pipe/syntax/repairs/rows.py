"""What gets into a pipeline with pasted text and out of habit, and how each of it is mended."""

from __future__ import annotations

from typing import NamedTuple

from cifar_pipe.diagnostics.confusables import replacement
from cifar_pipe.syntax.repairs.changes import (
    Change,
    brackets,
    closed_list,
    conflict,
    diff,
    fences,
    line,
    lines,
    look_alikes,
    replaced,
)


class Row(NamedTuple):
    """One kind of mistake.

    In the message {words} is what is wrong in the first changed line, and {lines} in the note are
    the other lines. `whole` shows the whole line, `word` the word around the change. Without `help`
    it says what to write, or to delete. `is_partial` says that the change only gets the parser
    further, and more has to be written. `together` is the help where other lines belong to it.
    """

    change: Change
    message: str
    help: str | None = None
    note: str = "the same in {lines}"
    whole: bool = False
    word: bool = False
    is_partial: bool = False
    together: str | None = None

    def help_for(self, words: str, fixed: str, *, is_line: bool) -> str:
        if self.help:
            return self.help
        if unusual := replacement(words, fixed):
            return unusual
        if not fixed.strip():
            return (
                "write a space in its place" if fixed else f"delete {'the line' * is_line or 'it'}"
            )
        return f"write `{fixed}`"


_NUMBER = r"\s*\d+(?:\s*[:|\u2502.)])?"
_CONTENT = r"((?:\s*(?:- |\w[\w ]*:|[{#}\]]).*)?)"
_KEY = r"(\s*(?:- )?)([A-Za-z_][\w-]*)"
_PROMPT = (
    r"(?:\.\.\. .+|(?:\$|%|>>>|In \[\d+\]:|PS [^>]*>|C:\\[^>]*>|\(\w+\) \S*\$"
    r"|[\w.-]+@[\w.-]+:?\S*\s*[$#%])(?: .*)?)"
)
_COMMAND = (
    r"(?:pip|python3?|cat|cd|curl|wget|git|sudo|tee|nano|vim?|conda|cifar-pipe|echo) [^:]*|EOF"
)
_PYTHON = (
    r"\s*(?:return\b|super\(|self\.|for .* in |with ).*|\s+(?:def|class) .*:|import [\w., ]+|from [\w.]+ import .*|(?:def|class) .*:|print\(.*\)|if __name__ .*"
    r"|%%?[a-z]+(?: .*)?|!(?:pip|cat|python)\b.*"
)
_CAPTION = (
    r"(?:yaml|YAML|yml|Copy|Copy code|Copied!?|\u590d\u5236(?:\u4ee3\u7801)?|Edit|plaintext)"
    r"(?: ?Copy(?: code)?)?"
)
_COMMENT = (
    r"(\s*)(?://|/\*|--(?!-)|;+|%(?!YAML)|<!--|\"{3}|'{3})\s*(.*?)\s*(?:\*/|-->|\"{3}|'{3})?\s*"
)
_HTML = r"(?:\s*</?(?:pre|code|div|p|br|span|html|body)\b[^>]*>)+\s*"
_PROSE = r"[A-Za-z][\w',.!-]*(?: [\w'\"`,./()!-]+){3,}[.!?:]?"

ROWS = (
    Row(
        conflict,
        "`{words}` marks a merge conflict that was not resolved",
        "keep the lines of one side, and delete the markers and the other side",
        "the conflict goes on in {lines}",
    ),
    Row(
        fences,
        "this is the fence of a code block in Markdown, not a part of the pipeline",
        note="the block has its other fence in {lines}",
    ),
    *(
        Row(look_alikes(wide), "a character here is not the one that it looks like", word=True)
        for wide in (2, 1)
    ),
    Row(
        line(r"(?:>>>|\.\.\.|\$|In \[\d+\]:) (\s*(?:- |\w+:).*)", r"\1"),
        "a prompt is not a part of the pipeline",
    ),
    Row(line(_PROMPT), "`{words}` is a line of a terminal, not of a pipeline"),
    Row(line(_COMMAND), "`{words}` is a command, not a part of the pipeline"),
    Row(line(_PYTHON), "`{words}` is a line of a program, not of a pipeline"),
    Row(line(_CAPTION), "`{words}` is a caption, not a part of the pipeline"),
    Row(line(_HTML), "`{words}` is HTML, not YAML"),
    Row(line(r"https?://\S+"), "an address is not a part of the pipeline"),
    Row(replaced("&nbsp;", " "), "`&nbsp;` is HTML, not YAML"),
    Row(line(r"\s+\.\.\.\s*|\s*\u2026\s*"), "`{words}` stands for lines that are left out"),
    *(
        Row(
            diff(instead),
            "this is a part of a diff",
            note="the diff goes on in {lines}",
            together="delete the headers and the lines that begin with `-`, and the `+` of the others",
        )
        for instead in ("", " ")
    ),
    Row(
        line(r"-\s{2,}\S.*"),
        "a line with `-` in the first column is an item of a list, or was removed in a diff",
        "delete the line, or its `-`",
    ),
    Row(
        lines(r"(\s*)(?:\d+[.)]|[*+])\s+(\S.*)", r"\1- \2"),
        "an item of a list begins with `- `",
    ),
    *(
        Row(lines(_NUMBER + space + _CONTENT, r"\1"), "this is the number of a line")
        for space in ("[ \t]", "")
    ),
    *(
        Row(lines(rf">{space}(.*)", r"\1"), "`>` marks a quotation, not a part of the pipeline")
        for space in (" ", "")
    ),
    Row(line(_COMMENT, r"\1# \2"), "a comment begins with #, not with `{words}`"),
    Row(
        line(r"\[([A-Za-z][\w.]*)\]\s*", r"\1:"),
        "`{words}` begins a section in other languages",
        "write it as a key with a colon, and indent what belongs to it",
        whole=True,
        is_partial=True,
    ),
    Row(
        line(r"[A-Za-z_]\w*\s*=\s*([\[{])\s*", r"\1"),
        "`{words}` is Python; a pipeline begins with its own keys",
    ),
    Row(
        line(_KEY + r"\s*(?::=|[=-]>|=(?!=))\s*(\S.*?)\s*", r"\1\2: \3"),
        "`{words}` has no colon between key and value",
        whole=True,
    ),
    Row(
        replaced(r"\$\{(vars|data|model|block)[.:](\w[\w.]*)\}", r"$\1.\2"),
        "a reference has no braces",
        word=True,
    ),
    Row(
        replaced(r"(?:%\(|\$\{)(?:oc\.env:|env:)?(\w+)(?:\)[sd]|\})", r"$vars.\1"),
        "this is no reference: one is $vars.NAME or $data.NAME",
        word=True,
    ),
    Row(
        replaced(r"(?<=[\w\"'\])}])\s*[;\uff1b]\s*(?=\w+\s*:)", ", "),
        "values in braces have commas between them",
        word=True,
    ),
    Row(
        replaced(r"((?:\{|, ?)\w+: [^\s,{}\[\]]+)\s+(?=[A-Za-z_]\w*: )", r"\1, "),
        "a comma is missing between two keys",
        word=True,
    ),
    Row(
        line(r"(.*:\s+|\s*- )\((\w+: .*)\)\s*", r"\1{\2}"),
        "a mapping on one line has braces around it",
        word=True,
    ),
    *(Row(one, "the brackets of this line do not match") for one in (closed_list, brackets)),
    Row(
        line(r"---\s*"),
        "a second document begins here; a pipeline is one document",
        "delete the line, or put what follows into a file of its own",
    ),
    Row(
        line(r"(.*[}\])\"'])\s*[,;]\s*", r"\1"),
        "`{words}` has no place at the end of this line",
    ),
    Row(
        line(r"(.*:\s+|\s*- |.*, )`([^`]*)`(.*)", r"\1\2\3"),
        "a value has no backticks around it",
        word=True,
    ),
    Row(
        line(_PROSE),
        "`{words}` is text, not a part of the pipeline",
        "delete the line, or begin it with `# `",
    ),
)
