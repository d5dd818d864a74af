"""Codes of what is wrong with the text, before anything in it is a pipeline."""

from __future__ import annotations

from cifar_pipe.diagnostics.codes.code import Code

SYNTAX = {
    "syntax": Code(
        "the text is not YAML",
        "A bracket or a quote is never closed, a tab indents, a colon has no space after it, or "
        "the indentation does not fit the lines above.",
        "stages:\n  train: {epochs: 2\n",
        "Fix the place that the finding points to; `[` and `{` need their counterpart, and "
        "lines are indented with spaces.",
    ),
    "encoding": Code(
        "the file is not UTF-8 text",
        "The file has another encoding, or holds a character that YAML does not allow, such as "
        "NUL or escape.",
        "name: le\x07net\n",
        "Save the file as UTF-8; delete the character, or write it as an escape in double quotes.",
    ),
    "too-large": Code(
        "the document is nested too deep or has too many values",
        "More than 100 levels, more than 20,000 values (aliases and references count as what "
        "they stand for), more than 4 MiB, or more than 200 mistakes.",
        "vars:\n"
        "  a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]\n"
        "  b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
        "  c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
        "  d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
        "  e: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n",
        "A pipeline is a few kilobytes: check that this is the right file, and what is repeated "
        "in it.",
    ),
    "tag": Code(
        "a YAML tag; a pipeline has none",
        "`!name` and `!!type` ask a YAML reader to make an object. Nothing in a pipeline does.",
        "seed: !!int 3\n",
        "Leave the tag out; quote a text that begins with `!`.",
    ),
    "alias": Code(
        "an alias that names nothing, or refers to itself",
        "`*name` repeats what `&name` marked above it.",
        "seed: *default\n",
        "Put `&name` at the value above, or quote a text that begins with `*`. Values that are "
        "used more than once are better put under `vars:`.",
    ),
    "duplicate-key": Code(
        "a key appears twice in one mapping",
        "Other YAML readers silently keep the last one.",
        "seed: 1\nseed: 2\n",
        "Keep one of the two. Two stages of one type need two ids: "
        "`evaluate_train: {type: evaluate, split: train}`.",
    ),
    "not-a-mapping": Code(
        "a mapping is expected here",
        "There is a single value or a list where keys with values belong.",
        "stages:\n  train: [SGD]\n",
        "Write `key: value` lines below it, or `{key: value}`.",
    ),
    "version": Code(
        "a version of the language that this cifar-pipe does not read",
        "`version:` is the version of the language, which is 1, not that of the pipeline.",
        "version: 2\n",
        "Write `version: 1`, or install a newer cifar-pipe.",
    ),
}
