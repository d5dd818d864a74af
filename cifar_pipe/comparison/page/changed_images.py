"""The images that only one of two networks has right, as pictures: the data is loaded again for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cifar_pipe.comparison.answers import Pairs
from cifar_pipe.comparison.measures import difference
from cifar_pipe.comparison.runs import ComparedRun, Comparison
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.data.load import load
from cifar_pipe.errors import RunError
from cifar_pipe.events import Events
from cifar_pipe.report.formatting import plural
from cifar_pipe.report.language import _, speaking
from cifar_pipe.report.pictures import image_row
from cifar_pipe.report.sections.pictures import Picture, picture_from
from cifar_pipe.report.tables.answer_table import Answer
from cifar_pipe.runner.seeds import seed_of
from cifar_pipe.stages.load_data.spec import LoadData

MOST = 14


@dataclass(frozen=True)
class ChangedImages:
    """Of one variant and the base: pictures of those gained and of those lost."""

    heading: str
    pictures: Sequence[Picture]


def changed_images(
    comparison: Comparison, events: Events, language: str | None = None
) -> list[ChangedImages]:
    """With words in the page's language. Nothing where no answers were kept; where the data is not to be had any more, that is noted."""
    of = {one.label: difference(comparison, one, comparison.metric) for one in comparison.variants}
    pairs = {label: one.pairs for label, one in of.items() if one is not None and one.pairs}
    if not pairs:
        return []
    run, stage = comparison.base.first, comparison.stage
    try:
        data = _data(run, stage, events)
    except (RunError, OSError) as error:
        events.note(f"the images that changed sides are not shown: {error}")
        return []
    split = str(run.metrics_of(stage).get("split"))
    if data.count(split) != len(next(iter(pairs.values())).before):
        events.note("the images that changed sides are not shown: the data on disk has changed")
        return []
    base = comparison.base.label
    with speaking(language or comparison.language):
        return [
            ChangedImages(
                _("{label} and {base}", label=label, base=base),
                list(_pictures(one, data, split, label, base)),
            )
            for label, one in pairs.items()
        ]


def _pictures(pairs: Pairs, data: Data, split: str, label: str, base: str) -> Iterator[Picture]:
    for gained, better, worse in ((True, label, base), (False, base, label)):
        changed = pairs.changed(gained=gained)
        if not changed:
            continue
        shown = _spread(changed)
        captions = [_caption(one, other, gained=gained) for one, other in shown]
        content = image_row(data.pictures(split, [one.index for one, _ in shown]), captions)
        caption = _(
            "{images} that {better} has right and {worse} has wrong",
            images=plural(len(changed), "image"),
            better=better,
            worse=worse,
        )
        if len(shown) < len(changed):
            caption += _("; {count} of them, spread over the split", count=len(shown))
        caption += _(". Below each what it is, and what {worse} takes it for", worse=worse)
        alt = _("; ").join(one.replace("\n", " ") for one in captions)
        yield picture_from(content, label, alt, caption)


def _spread(changed: Sequence[tuple[Answer, Answer]]) -> Sequence[tuple[Answer, Answer]]:
    """At most so many, evenly: folders are sorted by class."""
    step = max(1.0, len(changed) / MOST)
    return [changed[int(at * step)] for at in range(min(MOST, len(changed)))]


def _caption(before: Answer, after: Answer, *, gained: bool) -> str:
    taken_for = (before if gained else after).predicted
    return f"{before.label}\n{_('not {predicted}', predicted=taken_for)}"


def _data(run: ComparedRun, stage: str, events: Events) -> Data:
    pipeline = run.pipeline
    assert pipeline is not None
    loading = pipeline.stage(pipeline.stage(stage).inputs["data"])
    assert isinstance(loading.spec, LoadData)
    context = Context(
        stage=loading.id,
        seed=seed_of(loading, pipeline.document.seed),
        device="cpu",
        run_dir=run.path,
        folder=run.path,
        events=events,
        record=lambda _: None,
        check_signal=lambda: None,
    )
    return load(loading.spec, context)
