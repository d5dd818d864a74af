"""The pages of comparisons: one HTML file each, which needs nothing else to be read."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import jinja2

from cifar_pipe.comparison.measures import difference_in_words, in_words, is_share, measured
from cifar_pipe.comparison.page.changed_images import ChangedImages
from cifar_pipe.comparison.page.charts import Curves, Row, estimates, overlaid
from cifar_pipe.comparison.page.matrix import matrix_changes
from cifar_pipe.comparison.runs import Comparison
from cifar_pipe.comparison.tables import interval_lines, result_rows, stand_ins
from cifar_pipe.comparison.why.question import Answer
from cifar_pipe.comparison.why.tables import meanings, share_rows, verdict
from cifar_pipe.files import write_text
from cifar_pipe.report import page as report
from cifar_pipe.report.charts import markup
from cifar_pipe.report.charts.chart import Chart
from cifar_pipe.report.charts.drawing import Draw
from cifar_pipe.report.charts.look import SERIES, look_of
from cifar_pipe.report.differences.surroundings import surroundings
from cifar_pipe.report.differences.values import value_texts
from cifar_pipe.report.language import _, speaking, term

HERE = Path(__file__).parent
Rows = Sequence[Sequence[str]]


def comparison_page(
    comparison: Comparison,
    *,
    images: Sequence[ChangedImages] = (),
    draw: Draw = report.undrawn,
    language: str | None = None,
) -> str:
    """The settings that differ, the results, the curves, and what changed sides; `draw` makes the
    pictures of the charts, and `language` is `en` or `zh`, None that of the runs' own pages.
    """
    with speaking(language or comparison.language):
        return _compared(comparison, images, draw)


def why_page(answer: Answer, *, draw: Draw = report.undrawn, language: str | None = None) -> str:
    """The share of each setting, and what was measured of each variant; `draw` and `language` as above."""
    with speaking(language or answer.question.language):
        return _answered(answer, draw)


def write(path: Path, page: str) -> Path:
    """Raises OutputError."""
    write_text(path, page)
    return path


def _compared(comparison: Comparison, images: Sequence[ChangedImages], draw: Draw) -> str:
    labels = [one.label for one in comparison.variants]
    differ = comparison.settings or ()
    own = [(one.name, *value_texts(one)) for one in differ if one.changes_results]
    return _render(
        title=_title(comparison),
        lead=_lead(comparison),
        stand_ins=stand_ins(comparison),
        runs=[
            (one.label, one.replicates, [run.path.as_posix() for run in one.runs])
            for one in comparison.variants
        ],
        settings=[(_("setting"), *labels), *own] if own else [],
        unknown_settings=comparison.settings is None,
        neutral=_(", ").join(one.name for one in differ if not one.changes_results),
        surroundings=[
            (_("what"), *labels),
            *((term(one.name), *one.values) for one in surroundings(comparison.states)),
        ],
        results=result_rows(comparison),
        measures=_measures(comparison, labels),
        notes=interval_lines(comparison),
        charts=_charts(comparison),
        draw=draw,
        matrices=matrix_changes(comparison),
        images=images,
        shares=[],
    )


def _answered(answer: Answer, draw: Draw) -> str:
    question, metric = answer.question, answer.question.metric
    label = question.crossing.label
    rows = [
        Row(f"{at} {share.factor.name}", share.share) for at, share in enumerate(answer.shares, 1)
    ]
    named = {row.name.split(" ")[0]: row.name for row in rows}
    chart = estimates(
        [*rows, Row(_("all"), answer.total, colour="second")],
        of=_("setting"),
        what=_("share of the difference in {metric}, points", metric=metric)
        if is_share(metric)
        else _("share of the difference in {metric}", metric=metric),
        shares=is_share(metric),
        text=partial(difference_in_words, metric),
        zero=True,
    )
    settings = [
        (f"{at} {setting.name}", *value_texts(setting))
        for at, factor in enumerate(question.crossing.factors, 1)
        for setting in factor.settings
    ]
    variants = [
        (label(variant), *(in_words(metric, by_seed[seed]) for seed in question.seeds))
        for variant, by_seed in answer.values.items()
    ]
    ends = ((("A", question.before)), ("B", question.after))
    return _render(
        title=_("Why {name} differs", name=question.before.name),
        lead=verdict(answer),
        stand_ins=[],
        runs=[
            (one, _("seed {seed}", seed=run.replicate[0]), [run.path.as_posix()])
            for one, run in ends
        ],
        settings=[(_("setting"), "A", "B"), *settings],
        unknown_settings=False,
        neutral=_(", ").join(one.name for one in question.crossing.left_out),
        surroundings=[],
        results=[(named.get(first, first), *rest) for first, *rest in share_rows(answer)],
        measures=[
            (_("variant"), *(_("seed {seed}", seed=one) for one in question.seeds)),
            *variants,
        ],
        notes=meanings(answer),
        charts={"shares": chart},
        draw=draw,
        matrices=[],
        images=[],
    )


def _title(comparison: Comparison) -> str:
    base = comparison.base
    if len(comparison.variants) == 1:
        return _("{what}: {values}", what=base.first.name, values=base.replicates)
    names = dict.fromkeys(one.first.name for one in comparison.variants)
    return _("Runs of {names}", names=_(" and ").join(names))


def _lead(comparison: Comparison) -> str:
    """The best by what they are compared by, in a sentence."""
    metric = comparison.metric
    found = {one.label: measured(one, metric) for one in comparison.variants}
    known = {label: one.estimate.value for label, one in found.items() if one is not None}
    if len(known) == 1:
        return _(
            "{metric} of {replicates}: {value} on average.",
            metric=metric,
            replicates=comparison.base.replicates,
            value=in_words(metric, known[comparison.base.label]),
        )
    words = _(", ").join(f"{label} {in_words(metric, value)}" for label, value in known.items())
    return _("{what}: {values}", what=metric, values=words) + _(".")


def _measures(comparison: Comparison, labels: Sequence[str]) -> Rows:
    """What else was measured; of a single variant each run's numbers."""
    if len(comparison.variants) == 1:
        runs = comparison.base.runs
        heads = [_("fold") if comparison.base.folds else _("seed"), *comparison.measures]
        which = bool(comparison.base.folds)
        return [
            heads,
            *(
                [
                    str(run.replicate[which]),
                    *(
                        in_words(name, run.numbers[name]) if name in run.numbers else "–"
                        for name in comparison.measures
                    ),
                ]
                for run in runs
            ),
        ]
    rows = []
    for name in comparison.measures[1:]:
        found = [measured(one, name) for one in comparison.variants]
        texts = ["–" if one is None else in_words(name, one.estimate.value) for one in found]
        rows.append([name, *texts])
    return [[_("also measured"), *labels], *rows] if rows else []


def _charts(comparison: Comparison) -> Mapping[str, Chart]:
    metric, charts = comparison.metric, {}
    rows = []
    for at, one in enumerate(comparison.variants):
        found = measured(one, metric)
        if found is not None:
            values = found.values if len(found.values) > 1 else ()
            rows.append(Row(one.label, found.estimate, values, SERIES[at % len(SERIES)]))
    charts["results"] = estimates(
        rows, of=_("variant"), what=metric, shares=is_share(metric), text=partial(in_words, metric)
    )
    stages = dict.fromkeys(stage for one in comparison.variants for stage in one.first.folder.log)
    for stage in stages:
        for key, what in (
            ("loss", _("training loss of {stage}", stage=stage)),
            ("val_loss", _("validation loss of {stage}", stage=stage)),
            ("val_accuracy", _("validation accuracy of {stage}", stage=stage)),
        ):
            curves = [
                Curves(one.label, runs, look_of(at))
                for at, one in enumerate(comparison.variants)
                if all(runs := [run.folder.points(stage, key) for run in one.runs])
            ]
            shares = "accuracy" in key
            chart = overlaid(curves, what=what, shares=shares, group=stage)
            if chart is not None:
                charts[f"{stage}_{key}"] = chart
    return charts


@functools.lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = report.environment_of(HERE)
    markup.add_charts(environment, [report.HERE / "page.css", HERE / "page.css"])
    return environment.get_template("page.html.j2")


def _render(*, charts: Mapping[str, Chart], draw: Draw, **parts: Any) -> str:
    return _template().render(charts=charts, drawings=draw(charts)(), **parts)
