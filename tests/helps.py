"""The grammar of our helps: which words ask for which edit, and which leave a choice to the reader.

A help is one sentence, or alternatives with `, or ` between them. What says exactly what to write,
leave out, add or move is a row of CONCRETE, with the edit that it asks for (tests/help_edits/);
what leaves a choice to the reader is a row of ADVICE. A help that neither knows is a new wording:
it needs a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cifar_pipe.diagnostics.findings import Finding
from tests.help_edits import marks, moving, removing, writing
from tests.help_edits.place import Place, Sources

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
    (r"did you mean (\{type: .+\})\?", writing.write_component),
    (r"did you mean `(.+)`\?", writing.write_what_was_meant),
    (
        r".*belongs (?:in ([\w.]+)|at the top level): write (\w+): (.+?)( there)?",
        writing.write_where_it_belongs,
    ),
    (r".*: write -S (.+)", lambda place, override: place.changed(override)),
    (r"write `(\w+: \{\})` for a stage without settings", writing.write_pair_words),
    (r"write `(\w+: \{type: \w+\})`", writing.write_pair_words),
    (r"write (type): (\w+) below it", writing.write_pair),
    (r"write `(\w+: null)` to take the other back", writing.take_back),
    (r"for the text itself write `(\$\$\w*)`", writing.write_words),
    (r"put a space after the dash: `(- \w+)`", writing.write_words),
    (r"write \{type: (\w+), \.\.\.\}, its arguments beside the type", writing.name_as_type),
    (
        r"write (\[(?!a, b)[^A-Z].*\]|\[[A-Z]\w+\]|-?[\d.]+|[A-Z]\w+|\{type: (?!.*\.\.\.|NAME).+\})",
        writing.write_value,
    ),
    (r".*: write ([\d.]+)", writing.write_value),
    (r"write (\{(?:\w+: |model: \w+)\}), with .*", writing.write_value),
    (r"write (target): (class index) or (probability)", each(writing.write_pair, 1, 2)),
    (r"write (monitor): (val_loss) or monitor: (val_accuracy)", each(writing.write_pair, 1, 2)),
    (
        r"write (monitor): (val_loss), and declare (\w+): ([\d.]+) in (\w+)",
        writing.write_pair_and_declare,
    ),
    (r"leave (\w+) out, and write (per): (step)", writing.leave_key_out_and_write_pair),
    (r"divide by 255: (mean): (\[[\d., ]+\]), (std): (\[[\d., ]+\])", writing.write_two_pairs),
    (r"use (padding_mode): (edge) or (constant)", each(writing.write_pair, 1, 2)),
    (r"quote each: (\[.*\])", writing.write_list),
    (r"(groups) can be (\d+)(?:, (\d+))?", each(writing.write_pair, 1, 2)),
    (r"(shortcut): (\[.*\]) brings the input into that shape", writing.write_pair),
    (r"name what it trains: (trainable): (\[.*\])", writing.write_pair),
    (r"load it into \w+: (from): (\{model: \w+\})", writing.write_pair),
    (r"an even (norm_type), as (2)", writing.write_pair),
    (r"write (per): (step) where it is meant to count batches", writing.write_pair),
    (r"(?:write |divide by 255: )?(\w+): ([a-z\d]\w*|[\d.]+|\[(?!ONE).+\])", writing.write_pair),
    (r"write (scale): (true) to (ToDtype)", writing.write_pair_to_item),
    (r"a (batch_size) of (2) or more", writing.write_pair_or_in_data),
    (r"declare (\w+): ([\w.]+) in (\w+)", writing.set_in_stage),
    (r"([A-Z]\w+) does", each(writing.use_name, 0)),
    (r"use ([A-Z]\w+)(?: or ([A-Z]\w+))?", each(writing.use_name, 0, 1)),
    (r"use another name, (\w+) for example", writing.write_words),
    (r"another id, (\w+) for example", writing.write_value),
    (r"write (precision): ([\w-]+) or ([\w-]+) in (runtime)", writing.either_in_stage),
    (r"write (bfloat16)", writing.write_value),
    (r"write (from): (\{.*\}) in (\w+)", writing.set_in_stage),
    (r"write (from: \{[^}]*\})", writing.write_pair_words),
    (r"(?:write )?([\w/]+\.(?:pth|safetensors|html))", writing.write_value),
    (
        r"the stage `(export: \{path: .+\})` writes such a model",
        lambda place, stage: place.changed(re.sub(r"save: \{path: .+?\}", stage, place.text)),
    ),
    (r"where this is meant, write (\{.*\})", writing.write_component),
    (r"write (true|false|null|same|\$\w+\.\w+)", writing.write_value),
    (r"write its arguments beside the type: \{type: (.*)\}", writing.write_words),
    (r"write (replacement): (true), so that .*", writing.write_pair),
    # what is left out
    (r"leave this [A-Z]\w+ out", removing.leave_item_out),
    (r"take the empty item out", removing.leave_empty_item_out),
    (r"leave ([A-Z]\w+) out(?: of test)?", removing.leave_named_item_out),
    (r"take one of the two: (\w+) or (\w+)", each(removing.leave_one_of_the_list_out, 0, 1)),
    (r"leave (?:this stage|the block|the key) out", removing.leave_pair_out),
    (r"keep one of (?:them|the two)", removing.leave_pair_out),
    (r"leave -S (.+) out", removing.leave_override_out),
    (r"leave the override out", removing.leave_it_out),
    (r"leave `(\w+): .*` out", removing.leave_key_out),
    (r"leave it out", removing.leave_it_out),
    (r"leave (trainable) out of the last layer", removing.leave_key_out),
    (r"leave (\w+) out of the dataset", removing.leave_key_out_anywhere),
    (r"leave (\w+) out(?:[:,] .+)?", removing.leave_key_out),
    # what is put above, below, at the end
    (r"put it before (\w+)", moving.move_item_above),
    (r"put it above ([A-Z]\w+)", moving.move_item_above),
    (r"put (\w+|\{.*\}) before (?:\w+)", moving.put_item_above),
    (r"put (ToTensor|Flatten) above it", moving.put_item_above),
    (r"(ReLU) above it", moving.put_item_above),
    (r"put (ToTensor) at the end", moving.put_item_at_the_end),
    (r"put [A-Z]\w+ last", moving.move_item_to_the_end),
    (r"add (\{.*\}) or a Resize to test", moving.put_into_list),
    (r"end the layers with (\{.*\}|Sigmoid|Softplus)", moving.end_layers_with),
    (r"end with (\w+) and (\{.*\})", moving.end_layers_with),
    (r"move (\w+(?: and \w+)?) above (\w+)", moving.move_above),
    (r"move (\w+) below (\w+)", moving.move_below),
    # marks of the text
    (r"quote it: (\".+\")", marks.quote),
    (r"quote (?:it|text with brackets)", marks.quote_words),
    (
        r"quote (?:the value|the whole value|the text to keep it as it is|the value if the colon belongs to it)",
        marks.quote_value,
    ),
    (r"leave the quotes out", marks.leave_quotes_out),
    (r"put the text in single quotes", marks.single_quotes),
    (
        r"write `(\\\\)` for a backslash",
        lambda place, two: place.with_words(place.words.replace("\\", two)),
    ),
    (
        r"put a space after the colon",
        lambda place: place.with_words(place.words.replace(":", ": ", 1)),
    ),
    (r"add `(.)`", marks.add_at_the_end_of_the_line),
    (r"begin it on the next line", marks.begin_on_the_next_line),
    (r"an item of a list begins with `(-) `", writing.write_words),
    (
        r"a comment begins with (#)",
        lambda place, mark: place.with_words(re.sub(r"//|;|--", mark, place.words)),
    ),
    (r"indent with spaces", lambda place: place.changed(place.text.replace("\t", "    "))),
    (r"delete the line", marks.delete_lines),
    (r"begin it with `(# )`", marks.begin_lines_with),
    (r"keep the lines of one side, and delete .*", marks.keep_one_side),
    (
        r"delete the headers and the lines that begin with `-`, and the `\+` of the others",
        marks.apply_the_diff,
    ),
    (r"U\+(\w+) \(.+\) here: write (\d+) plain spaces", marks.write_spaces),
    (r"U\+(\w+) \(.+\) here: write `(.+)`", marks.write_plain_words),
    (r"delete it", marks.delete_words),
    (r"U\+(\w+) \(.+\) here: delete it", marks.replace_character),
    (
        r"U\+(\w+) \(.+\) (?:here|in the line above): write (?:a plain space|`(. ?)`) instead",
        marks.replace_character,
    ),
    (r"write `(.+)`", writing.write_words),
    (r"save the file with the encoding UTF-8", marks.save_as_utf_8),
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
