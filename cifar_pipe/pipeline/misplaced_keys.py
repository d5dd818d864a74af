"""Keys that are not taken where they are written: where they belong, or why there are none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.core.types import describe
from cifar_pipe.decode.site import Advice, Site
from cifar_pipe.diagnostics.other_words import habits, letters, reason
from cifar_pipe.diagnostics.suggest import (
    allowed_are,
    distance,
    habit,
    listed,
    nearest,
    same_word,
    similar,
    some,
)
from cifar_pipe.pipeline.key_places import Home, homes_by_key, keys_anywhere
from cifar_pipe.pipeline.key_texts import MisplacedKey, fits, is_like
from cifar_pipe.pipeline.written_stages import WrittenStages
from cifar_pipe.stages.spec import OUTPUTS
from cifar_pipe.syntax.node_edits import from_plain, with_item
from cifar_pipe.syntax.nodes import Item, MappingNode, text_in
from cifar_pipe.syntax.writer import in_line

# A misspelt key is looked for in other places only where it is so long.
_SHORTEST = 5


class MisplacedKeys:
    """What is found of one pipeline's keys, and the keys that are reported as missing last: one that
    is written in another place is not missing, but misplaced.
    """

    def __init__(self, root: MappingNode) -> None:
        self._written = WrittenStages(root)
        self._misplaced: set[str] = set()
        self._held: list[tuple[Collection[str], Callable[[], None]]] = []

    def advise(self, item: Item, site: Site, allowed: Collection[str]) -> Advice | None:
        """Where the key belongs, the nearest allowed one, or the reason why there is none.

        Of a similar word here and the same one elsewhere it is the closer; where both are near, the
        other is in the notes.
        """
        key = item.key
        if key in allowed:
            return None
        if same := same_word(key, allowed):
            return self._meant(item, same, site)
        named = text_in(item.value)
        if key in OUTPUTS and "from" in allowed and named in self._written.names:
            return Advice(f"write from: {{{key}: {named}}}", is_elsewhere=True)
        here = habit(key, allowed)
        near = here or similar(key, allowed)
        known = homes_by_key().get(key, ()) if not near or key in keys_anywhere() else ()
        found = [one for one in known if fits(item.value, one.type)]
        if not found and not near:
            found = [one for one in known if not one.takers or _is_at(one, site)]
        homes = self._nearest(found, site)
        is_own, far = any(not one.takers for one in homes), _distance(homes, site)
        if not here and not is_own and (why := reason(key)):
            return Advice(None, (f"left out: {why}",), is_elsewhere=True)
        alike = [name for one in found if one.takers and _is_at(one, site) for name in one.takers]
        if alike and not here and not (is_own and far <= 1):
            self._misplaced.add(key)
            return self._of_another(key, alike, item, site, allowed)
        # Before the key of another stage, and after one of this stage.
        if not near and all(one.stage_type not in (None, site.stage_type) for one in homes):
            for word in habits().get(letters(key), ()):
                takers = [
                    name
                    for one in homes_by_key().get(word, ())
                    if _is_at(one, site)
                    for name in one.takers
                ]
                if takers:
                    told = self._of_another(word, takers, item, site, allowed)
                    belongs = MisplacedKey(item, site, self._written).belongs
                    there = any(self._is_there(one, site) for one in homes)
                    also = [f"{key} {belongs(homes)[0]}"] if there else []
                    return told._replace(notes=(*told.notes, *also))
        if homes and (not near or far <= 1 or not (here or (far > 2 and not is_own))):
            return self._belongs(homes, item, site)
        if near:
            is_near = homes and (far <= 2 or not here)
            where = MisplacedKey(item, site, self._written).belongs(homes)[0] if is_near else None
            return self._meant(item, near, site, (f"{key} {where}",) if where else ())
        homes = self._nearest([*self._of_other_words(item, site)], site)
        return self._belongs(homes, item, site) if homes else None

    def _of_another(
        self, word: str, takers: Sequence[str], item: Item, site: Site, allowed: Collection[str]
    ) -> Advice:
        """The key is an argument `word` of other components than the one that it is written for."""
        names = [*dict.fromkeys(takers)]
        called = f"is {word}, " if word != item.key else "is "
        note = f"{item.key} {called}an argument of {some(names, 4)}"
        assert site.component is not None
        if len(names) == 1 and not site.component.args:
            # What takes no arguments was meant to be the one that takes this.
            arg = table_of(site.component.kind).entries[names[0]].args[word]
            if is_like(item.value, arg.type):
                text = in_line(with_item(_named(names[0], item), replace(item, key=word)))
                return Advice(f"did you mean {text}?", (note,))
        close = nearest(item.key, allowed)
        help_ = (
            self._meant(item, close, site).help
            if close
            else allowed_are(allowed) or listed(list(allowed))
        )
        return Advice(help_, (note,))

    def _meant(self, item: Item, near: str, site: Site, notes: tuple[str, ...] = ()) -> Advice:
        """The key is `near`, if that is not written beside it; what that takes, if not the value."""
        if self._written.is_beside(near, item):
            help_ = f"leave {item.key} out: it stands for {near}, which is there already"
            return Advice(help_, notes)
        own = site.component.args.get(near) if site.component else None
        homes = () if own else homes_by_key().get(near, ())
        types = [own.type] if own else [one.type for one in homes if one.place == site.steps]
        help_ = f"did you mean `{near}`?"
        if types and not any(is_like(item.value, one) for one in types):
            help_ += f" It takes {describe(types[0])}"
        return Advice(help_, notes)

    def missing(self, keys: Collection[str], report: Callable[[], None]) -> None:
        """Is reported by `settle`, if none of the keys is written where it does not belong."""
        self._held.append((keys, report))

    def settle(self) -> None:
        """Reports what is missing, of all that was typed so far."""
        held, self._held = self._held, []
        for keys, report in held:
            if self._misplaced.isdisjoint(keys):
                report()

    def _belongs(self, homes: Sequence[Home], item: Item, site: Site) -> Advice:
        self._misplaced.update(home.key for home in homes)
        help_, notes = MisplacedKey(item, site, self._written).belongs(homes)
        return Advice(f"it {help_}", notes, is_elsewhere=True)

    def _nearest(self, homes: Sequence[Home], site: Site) -> list[Home]:
        """Those as few levels away as possible; a component that is not written there is further
        than keys of any place. Of several, those that lack the key, or take it as they are written.
        """
        others = [one for one in homes if not _is_at(one, site)]
        keys = [one for one in others if not one.takers]
        nearest = _at_least_distance(others, site)
        if keys and not any(self._is_there(one, site) for one in nearest):
            nearest = _at_least_distance(keys, site)
        wishes = (
            self._written.lacks,
            lambda one: self._written.takes(one, site),
            lambda one: not one.takers and self._is_there(one, site),
            lambda one: not one.takers,
        )
        chosen = ([one for one in nearest if wish(one)] for wish in wishes)
        return next(filter(None, chosen), nearest)

    def _is_there(self, home: Home, site: Site) -> bool:
        if home.takers:
            return self._written.takes(home, site)
        return home.stage_type in (None, *self._written.types)

    def _of_other_words(self, item: Item, site: Site) -> Iterator[Home]:
        """The places of what the key is called here, or of what it is when it is misspelt."""
        known = homes_by_key()
        word = letters(item.key)
        words = [one for one in known if letters(one) == word]
        words += [one for one in habits().get(word, ()) if one in known]
        if not words and len(word) >= _SHORTEST:
            limit = len(word) // 4
            own = [key for key, homes in known.items() if any(not one.takers for one in homes)]
            words = [one for one in own if distance(word, letters(one), limit=limit) <= limit]
        for one in words:
            for home in known[one]:
                # No argument of a component takes a whole stage.
                is_stage = home.takers and isinstance(item.value, MappingNode)
                if one != site.stage_type and not is_stage:
                    yield home


def _named(name: str, item: Item) -> MappingNode:
    node = from_plain({"type": name}, item.key_span)
    assert isinstance(node, MappingNode)
    return node


def _at_least_distance(homes: Sequence[Home], site: Site) -> list[Home]:
    least = _distance(homes, site)
    return [one for one in homes if one.distance(site.steps) == least]


def _distance(homes: Sequence[Home], site: Site) -> int:
    return min((home.distance(site.steps) for home in homes), default=0)


def _is_at(home: Home, site: Site) -> bool:
    """Whether it is the place itself, or what another component of the site's kind takes."""
    is_kind = site.component is not None and home.kind == site.component.kind
    if home.takers:
        return is_kind
    # What another stage's optimizer takes is no other place.
    return home.place == site.steps or (is_kind and home.place[-1] == site.steps[-1])
