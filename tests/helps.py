"""The grammar of our helps: which words ask for which edit, and which leave a choice to the reader.

A help is one sentence, or alternatives with `, or ` between them. What says exactly what to write,
leave out, add or move is a row of CONCRETE, with the edit that it asks for (tests/help_edits.py);
what leaves a choice to the reader is a row of ADVICE. A help that neither knows is a new wording:
it needs a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cifar_pipe.diagnostics.findings import Finding
from tests import help_edits as do
from tests.help_edits import Place, Sources

Edit = Callable[..., "Sources | list[Sources]"]
Row = tuple[str, Edit]


def each(edit: Callable[..., Sources], *places: int) -> Edit:
    """The groups at these places are alternatives, each with the groups before them."""

    def edits_of(place: Place, *groups: str) -> list[Sources]:
        first = min(places)
        return [edit(place, *groups[:first], groups[one]) for one in places if groups[one]]

    return edits_of


CONCRETE: tuple[Row, ...] = (
    # what is written there
    (r"did you mean (\{type: .+\})\?", do.write_component),
    (r"did you mean `(.+)`\?", do.write_what_was_meant),
    (
        r".*belongs (?:in ([\w.]+)|at the top level): write (\w+): (.+?)( there)?",
        do.write_where_it_belongs,
    ),
    (r".*: write -S (.+)", lambda place, override: place.changed(override)),
    (r"write `(\w+: \{\})` for a stage without settings", do.write_pair_words),
    (r"write `(\w+: \{type: \w+\})`", do.write_pair_words),
    (r"write (type): (\w+) below it", do.write_pair),
    (r"write `(\w+: null)` to take the other back", do.take_back),
    (r"for the text itself write `(\$\$\w*)`", do.write_words),
    (r"put a space after the dash: `(- \w+)`", do.write_words),
    (r"write \{type: (\w+), \.\.\.\}, its arguments beside the type", do.name_as_type),
    (
        r"write (\[(?!a, b)[^A-Z].*\]|\[[A-Z]\w+\]|-?[\d.]+|[A-Z]\w+|\{type: (?!.*\.\.\.|NAME).+\})",
        do.write_value,
    ),
    (r".*: write ([\d.]+)", do.write_value),
    (r"write (\{(?:\w+: |model: \w+)\}), with .*", do.write_value),
    (r"write (target): (class index) or (probability)", each(do.write_pair, 1, 2)),
    (r"write (monitor): (val_loss) or monitor: (val_accuracy)", each(do.write_pair, 1, 2)),
    (
        r"write (monitor): (val_loss), and declare (\w+): ([\d.]+) in (\w+)",
        do.write_pair_and_declare,
    ),
    (r"leave (\w+) out, and write (per): (step)", do.leave_key_out_and_write_pair),
    (r"divide by 255: (mean): (\[[\d., ]+\]), (std): (\[[\d., ]+\])", do.write_two_pairs),
    (r"use (padding_mode): (edge) or (constant)", each(do.write_pair, 1, 2)),
    (r"quote each: (\[.*\])", do.write_list),
    (r"(groups) can be (\d+)(?:, (\d+))?", each(do.write_pair, 1, 2)),
    (r"(shortcut): (\[.*\]) brings the input into that shape", do.write_pair),
    (r"name what it trains: (trainable): (\[.*\])", do.write_pair),
    (r"load it into \w+: (from): (\{model: \w+\})", do.write_pair),
    (r"an even (norm_type), as (2)", do.write_pair),
    (r"write (per): (step) where it is meant to count batches", do.write_pair),
    (r"(?:write |divide by 255: )?(\w+): ([a-z\d]\w*|[\d.]+|\[(?!ONE).+\])", do.write_pair),
    (r"write (scale): (true) to (ToDtype)", do.write_pair_to_item),
    (r"a (batch_size) of (2) or more", do.write_pair_or_in_data),
    (r"declare (\w+): ([\w.]+) in (\w+)", do.set_in_stage),
    (r"([A-Z]\w+) does", each(do.use_name, 0)),
    (r"use ([A-Z]\w+)(?: or ([A-Z]\w+))?", each(do.use_name, 0, 1)),
    (r"use another name, (\w+) for example", do.write_words),
    (r"another id, (\w+) for example", do.write_value),
    (r"write (precision): ([\w-]+) or ([\w-]+) in (runtime)", do.either_in_stage),
    (r"write (bfloat16)", do.write_value),
    (r"write (from): (\{.*\}) in (\w+)", do.set_in_stage),
    (r"write (from: \{[^}]*\})", do.write_pair_words),
    (r"(?:write )?([\w/]+\.(?:pth|safetensors|html))", do.write_value),
    (
        r"the stage `(export: \{path: .+\})` writes such a model",
        lambda place, stage: place.changed(re.sub(r"save: \{path: .+?\}", stage, place.text)),
    ),
    (r"where this is meant, write (\{.*\})", do.write_component),
    (r"write (true|false|null|same|\$\w+\.\w+)", do.write_value),
    (r"write its arguments beside the type: \{type: (.*)\}", do.write_words),
    (r"write (replacement): (true), so that .*", do.write_pair),
    # what is left out
    (r"leave this [A-Z]\w+ out", do.leave_item_out),
    (r"take the empty item out", do.leave_empty_item_out),
    (r"leave ([A-Z]\w+) out(?: of test)?", do.leave_named_item_out),
    (r"take one of the two: (\w+) or (\w+)", each(do.leave_one_of_the_list_out, 0, 1)),
    (r"leave (?:this stage|the block|the key) out", do.leave_pair_out),
    (r"keep one of (?:them|the two)", do.leave_pair_out),
    (r"leave -S (.+) out", do.leave_override_out),
    (r"leave the override out", do.leave_it_out),
    (r"leave `(\w+): .*` out", do.leave_key_out),
    (r"leave it out", do.leave_it_out),
    (r"leave (trainable) out of the last layer", do.leave_key_out),
    (r"leave (\w+) out of the dataset", do.leave_key_out_anywhere),
    (r"leave (\w+) out(?:[:,] .+)?", do.leave_key_out),
    # what is put above, below, at the end
    (r"put it before (\w+)", do.move_item_above),
    (r"put it above ([A-Z]\w+)", do.move_item_above),
    (r"put (\w+|\{.*\}) before (?:\w+)", do.put_item_above),
    (r"put (ToTensor|Flatten) above it", do.put_item_above),
    (r"(ReLU) above it", do.put_item_above),
    (r"put (ToTensor) at the end", do.put_item_at_the_end),
    (r"put [A-Z]\w+ last", do.move_item_to_the_end),
    (r"add (\{.*\}) or a Resize to test", do.put_into_list),
    (r"end the layers with (\{.*\}|Sigmoid|Softplus)", do.end_layers_with),
    (r"end with (\w+) and (\{.*\})", do.end_layers_with),
    (r"move (\w+(?: and \w+)?) above (\w+)", do.move_above),
    (r"move (\w+) below (\w+)", do.move_below),
    # marks of the text
    (r"quote it: (\".+\")", do.quote),
    (r"quote (?:it|text with brackets)", do.quote_words),
    (
        r"quote (?:the value|the whole value|the text to keep it as it is|the value if the colon belongs to it)",
        do.quote_value,
    ),
    (r"leave the quotes out", do.leave_quotes_out),
    (r"put the text in single quotes", do.single_quotes),
    (
        r"write `(\\\\)` for a backslash",
        lambda place, two: place.with_words(place.words.replace("\\", two)),
    ),
    (
        r"put a space after the colon",
        lambda place: place.with_words(place.words.replace(":", ": ", 1)),
    ),
    (r"add `(.)`", do.add_at_the_end_of_the_line),
    (r"begin it on the next line", do.begin_on_the_next_line),
    (r"an item of a list begins with `(-) `", do.write_words),
    (
        r"a comment begins with (#)",
        lambda place, mark: place.with_words(re.sub(r"//|;|--", mark, place.words)),
    ),
    (r"indent with spaces", lambda place: place.changed(place.text.replace("\t", "    "))),
    (r"delete the line", do.delete_lines),
    (r"begin it with `(# )`", do.begin_lines_with),
    (r"keep the lines of one side, and delete .*", do.keep_one_side),
    (
        r"delete the headers and the lines that begin with `-`, and the `\+` of the others",
        do.apply_the_diff,
    ),
    (r"U\+(\w+) \(.+\) here: write (\d+) plain spaces", do.write_spaces),
    (r"U\+(\w+) \(.+\) here: write `(.+)`", do.write_plain_words),
    (r"delete it", do.delete_words),
    (r"U\+(\w+) \(.+\) here: delete it", do.replace_character),
    (
        r"U\+(\w+) \(.+\) (?:here|in the line above): write (?:a plain space|`(. ?)`) instead",
        do.replace_character,
    ),
    (r"write `(.+)`", do.write_words),
    (r"save the file with the encoding UTF-8", do.save_as_utf_8),
)

# A choice is the reader's: a size, a name, one of several, a part of the file that is not there yet.
ADVICE = (
    r"leave lr out of the groups, and layer_decay out|take a scheduler that multiplies the rates",
    r"the same (?:optimizer|loss): what suits one does not suit the other",
    r"did you mean the \w+ `.+`\?|did you mean `\w+`\? It takes .+",
    r".*\b([a-z_]+): (?=[A-Z])(?i:\1)[},].*",
    r"write at most \d+, which is .*|write it as a key with a colon, .*",
    r"`cifar-pipe components .*` lists .*",
    r"(?:allowed|they) are:? .*|it (?:takes|has) .*|they begin with .*|its items are .*",
    r"index goes from .*|from -?\d+ to .*, counted from the end|output_size, .* are those of .*",
    r"(?:the pipeline has no|there is no folder) .*",
    r"(?:a |an |an? even )?(?:smaller|larger|another|fewer|less|more|lower|raise|cut less|pad less|crop less)\b.*",
    r"make batch_size smaller|exchange the two|change the training's length|use more images",
    r"a gamma of at most 1, .*|a value from 0 to 255|p is the share .*|0 to 255 before ToTensor, .*",
    r"give (?:each|one|them|the|evaluate|images?|\w+ and \w+)\b.*|one for all|name (?:every class|them by their ids: .*)",
    r"make (?:their patterns apart|the reference the whole value).*|let (?:test|training) .*",
    r"add another view|leave its ToDtype out|end the view with .*|bring all images to one size|put AdaptiveAvgPool2d above the first Linear|Unflatten above it",
    r"put \{type: Resize, size: \[HEIGHT, WIDTH\]\} or a CenterCrop below it",
    r"(?:put )?Resize before it|end the layers with Flatten and Linear|join them first: .*",
    r"put (?!it )[a-z_]+(?:, [a-z_]+)*(?: or [a-z_]+)? above \w+",
    r"from: \{history: STAGE\}",
    r"write \$\w+\.\w+ where its value belongs|write \{type: \w+\} in a list of layers",
    r"write \{type: \w+, \.\.\.\}(?: with a name .*)?|write `\w+: (?:VALUE|\{layers: \[\.\.\.\]\})`",
    r"write each argument beside type: .*|write `NAME: .*`|write \[a, b\]|\[a, b\] for a list",
    r"write \{key: value\}|write the (?:value|value itself|number|keys out|stage's id)|write its name",
    r"null for one that every use must set|a variable of its own that holds it|write a value after .*",
    r"write a (?:file of its own|finite number)\b.*|a new stage is written below stages: .*",
    r"or for \S+:\d+: .*|put it before the other|leave one (?:of them )?out|name what it trains",
    r"(?:indent its settings below it|it needs) ?.*|put (?:it|what follows) into a file of its own",
    r"a mapping renames by name: .*|set (?:another share aside|\w+ below .*)|take the data of .*",
    r"at most \d+|.* (?:is|are) usual.*|\w+ is made for classes|no scheduler|evaluate below it",
    r"(?:a|the) [\w ]+ (?:below|from|of|first|or a load above)\b.*|put a train or a load above .*",
    r"take \{type: EMA\}, .*|write monitor: .* beside callbacks|make the training longer",
    r"it (?:is called \w+ and )?belongs (?!.*: write ).*|the stage (?:needs no type|types are .*)",
    r"write it above the stages, .*|write its transforms here, .*|put images into it",
    r"a step ends with the epoch: .*|give a layer weights_file",
    r"write it as an escape in double quotes|use `extends:` to build on another file",
    r"quote (?:the text|text that begins with .)",
    r"begin with `version: 1`|let `cifar-pipe init` write a file",
    r"check the indentation|keys of one mapping start in the same column, .*",
)


def parts(help_: str) -> list[str]:
    """Its alternatives; what it says for another place, `or for FILE:LINE: …`, is one of them."""
    here, other, there = (
        help_.partition(", or for ") if ", or for " in help_ else help_.partition("; or for ")
    )
    alternatives = re.split(r", or |; ", here)
    return [*alternatives, f"or for {there}"] if other else alternatives


def edits(part: str) -> Iterator[tuple[Edit, tuple[str, ...]]]:
    if is_advice(part):
        return
    for pattern, edit in CONCRETE:
        if match := re.fullmatch(pattern, part, re.DOTALL):
            yield edit, match.groups()
            return


def is_advice(part: str) -> bool:
    return any(re.fullmatch(pattern, part, re.DOTALL) for pattern in ADVICE)


def followed(sources: Sources, finding: Finding) -> Iterator[tuple[str, list[Sources]]]:
    """What the sources become by each concrete part of the finding's help."""
    for part in parts(finding.help or ""):
        for edit, groups in edits(part):
            result = edit(Place(sources, finding), *groups)
            yield part, result if isinstance(result, list) else [result]
