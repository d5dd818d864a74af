from __future__ import annotations

from cifar_pipe.diagnostics.spans import Source, Span

SOURCE = Source.of("mine.yaml", "one: {two: 3}\nfour: 5  \n")


def test_a_span_reaches_to_the_end_of_another_on_its_line() -> None:
    assert Span(SOURCE, 1, 1, 4).to(Span(SOURCE, 1, 12, 13)) == Span(SOURCE, 1, 1, 13)


def test_over_several_lines_it_ends_with_its_first_line() -> None:
    assert Span(SOURCE, 1, 1, 4).to(Span(SOURCE, 2, 1, 5)) == Span(SOURCE, 1, 1, 14)
    assert Span(SOURCE, 2, 1, 5).to(Span(SOURCE, 1, 1, 4)) == Span(SOURCE, 2, 1, 8)


def test_what_is_laid_over_another_has_the_higher_precedence() -> None:
    own = Source.of("mine.yaml", "extends: [one.yaml, two.yaml]\n")
    one = Source.of("one.yaml", "extends: far.yaml\n", extended_at=Span(own, 1, 11, 19))
    two = Source.of("two.yaml", "", extended_at=Span(own, 1, 21, 29))
    far = Source.of("far.yaml", "", extended_at=Span(one, 1, 10, 18))
    first, second = (Source.of("-S", f"a={number}", override=number) for number in (1, 2))
    mixed = [second, two, own, far, first, one]
    mixed.sort(key=lambda source: source.precedence)
    assert mixed == [far, one, two, own, first, second]


def test_a_span_holds_what_is_within_its_words() -> None:
    whole = Span(SOURCE, 1, 6, 14)
    assert whole.text == "{two: 3}"
    assert Span(SOURCE, 1, 7, 10) in whole
    assert Span(SOURCE, 1, 6, 14) in whole
    assert Span(SOURCE, 1, 1, 14) not in whole
    assert Span(SOURCE, 2, 7, 10) not in whole
