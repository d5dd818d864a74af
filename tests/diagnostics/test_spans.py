from __future__ import annotations

from cifar_pipe.diagnostics.spans import Source, Span

SOURCE = Source.of("mine.yaml", "one: {two: 3}\nfour: 5  \n")


def test_a_span_reaches_to_the_end_of_another_on_its_line() -> None:
    assert Span(SOURCE, 1, 1, 4).to(Span(SOURCE, 1, 12, 13)) == Span(SOURCE, 1, 1, 13)


def test_over_several_lines_it_ends_with_its_first_line() -> None:
    assert Span(SOURCE, 1, 1, 4).to(Span(SOURCE, 2, 1, 5)) == Span(SOURCE, 1, 1, 14)
    assert Span(SOURCE, 2, 1, 5).to(Span(SOURCE, 1, 1, 4)) == Span(SOURCE, 2, 1, 8)
