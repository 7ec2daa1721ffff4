"""Weapon or not: the tests that doubtful words and names have to pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.weapons.lexicon import Lexicon
from services.weapons.scan import Phrase, Tokens

_NATIONAL = ("ian", "ish", "ese", "an", "li", "qi", "ni", "ch", "man")
_CALIBRE = "calibre"


def settle(sentences: Sequence[Tokens], lexicon: Lexicon) -> None:
    """Accept phrases: sure ones first, then names and words that need the article, then those that need a neighbour."""
    for tokens in sentences:
        for phrase in tokens.phrases:
            phrase.accepted, phrase.rule = _is_sure(tokens, phrase, lexicon)
    known = {p.named.entry.system for t in sentences for p in t.phrases if p.accepted and p.named}
    for number, tokens in enumerate(sentences):
        near = any(p.accepted for t in sentences[max(0, number - 1) : number + 1] for p in t.phrases)
        own = any(p.accepted for p in tokens.phrases)
        words = frozenset(tokens.words)
        for phrase in tokens.phrases:
            if phrase.accepted:
                continue
            if phrase.named:
                if _is_free(tokens, phrase, lexicon):
                    if phrase.named.entry.system in known:
                        phrase.accepted, phrase.rule = True, "known_in_article"
                    elif not tokens.shouted and (
                        own or words & lexicon.words["war_verb"] or _has_war_cue(tokens, phrase, lexicon)
                    ):
                        phrase.accepted, phrase.rule = True, "name_in_context"
            elif phrase.context:
                test = _TESTS[phrase.context]
                if test(tokens, phrase, lexicon, words, near):
                    phrase.accepted, phrase.rule = True, f"class_{phrase.context}"
        tokens.phrases = [p for p in tokens.phrases if p.accepted]


def _is_sure(tokens: Tokens, phrase: Phrase, lexicon: Lexicon) -> tuple[bool, str]:
    if not phrase.named:
        if phrase.terms[-1].entry.kind == "class" and len(phrase.terms) == 1 and _is_proper(tokens, phrase):
            return False, "class"
        return not phrase.context, "class"
    entry = phrase.named.entry
    if any(t.entry.kind == "class" for t in phrase.terms):
        return True, "name_with_class"
    capital = any(tokens.raw(at)[:1].isupper() for at in range(phrase.named.first, phrase.named.last))
    figure = any(tokens.words[at][0].isdigit() for at in range(phrase.named.first, phrase.named.last))
    if entry.ambiguous:
        return False, "alias"
    return figure or entry.lower or capital, "alias"


def _is_proper(tokens: Tokens, phrase: Phrase) -> bool:
    """Tell whether a class word is written as a name ("Shell said", "Tank Man") where capitals mean something."""
    at = phrase.last - 1
    if tokens.shouted or phrase.plural or not tokens.raw(at)[:1].isupper() or tokens.raw(at).isupper():
        return False
    before = at > 0 and tokens.raw(at - 1)[:1].islower()
    after = at + 1 < len(tokens.words) and tokens.raw(at + 1)[:1].islower()
    return before and after


def _is_free(tokens: Tokens, phrase: Phrase, lexicon: Lexicon) -> bool:
    """Refuse a name that is a part of another one: "Elliott Abrams", "Patriot Day", "Mr. Buk"."""
    first, last = phrase.first, phrase.last
    if not tokens.shouted and not tokens.raw(first)[:1].isupper():
        return False
    before = tokens.word(first - 1)
    if before in lexicon.words["person_title"]:
        return False
    if tokens.shouted:
        return True
    if last < len(tokens.words) and tokens.gap(last - 1, last) in (" ", "-") and tokens.raw(last)[:1].isupper():
        return False
    if not first or not tokens.raw(first - 1)[:1].isupper() or tokens.gap(first - 1, first) not in (" ", "-", ". "):
        return True
    return (
        before in lexicon.words["function"]
        or before in lexicon.words["military"]
        or before in lexicon.operators
        or before.endswith(_NATIONAL)
        or tokens.raw(first - 1).isupper()
    )


def _has_war_cue(tokens: Tokens, phrase: Phrase, lexicon: Lexicon) -> bool:
    """Tell whether the words just in front of a name, or just behind it, launch, down, supply or capture something."""
    for at in [
        *range(max(0, phrase.first - 6), phrase.first),
        *range(phrase.last, min(len(tokens.words), phrase.last + 3)),
    ]:
        node = lexicon.cues.get(tokens.words[at])
        if node and any(c.governs == "object" for c in node.get("", ())):
            return True
    return False


def _before(tokens: Tokens, phrase: Phrase, reach: int) -> frozenset[str]:
    return frozenset(tokens.words[max(0, phrase.first - reach) : phrase.first])


def _military(tokens: Tokens, phrase: Phrase, lexicon: Lexicon, words: frozenset[str], near: bool) -> bool:
    return bool(
        _before(tokens, phrase, 3) & lexicon.words["military"]
        or any(p.accepted for p in tokens.phrases)
        or words & lexicon.words["war_verb"]
        or len(phrase.terms) > 1
    )


def _blast(tokens: Tokens, phrase: Phrase, lexicon: Lexicon, words: frozenset[str], near: bool) -> bool:
    return bool(words & lexicon.words["blast"])


def _list(tokens: Tokens, phrase: Phrase, lexicon: Lexicon, words: frozenset[str], near: bool) -> bool:
    before = _before(tokens, phrase, 2)
    return bool(before & lexicon.words["military"]) or (
        near and any(w[0].isdigit() for w in _before(tokens, phrase, 3))
    )


def _armed(tokens: Tokens, phrase: Phrase, lexicon: Lexicon, words: frozenset[str], near: bool) -> bool:
    before = _before(tokens, phrase, 3)
    if before & lexicon.words["own"] and not before & {"lay", "laid", "surrender", "surrendered"}:
        return False
    if words & lexicon.words["body"]:
        return False
    return bool(before & lexicon.words["armed"]) or tokens.word(phrase.last) in lexicon.words["arms_after"]


def _upper(tokens: Tokens, phrase: Phrase, lexicon: Lexicon, words: frozenset[str], near: bool) -> bool:
    return tokens.raw(phrase.first).isupper()


def _noun(tokens: Tokens, phrase: Phrase, lexicon: Lexicon, words: frozenset[str], near: bool) -> bool:
    last = phrase.last
    alone = last >= len(tokens.words) or not tokens.tight(last) or tokens.words[last] in lexicon.words["function"]
    return phrase.plural or alone


def _mines(tokens: Tokens, phrase: Phrase, lexicon: Lexicon, words: frozenset[str], near: bool) -> bool:
    return bool(words & lexicon.words["mine_cue"])


def _rounds(tokens: Tokens, phrase: Phrase, lexicon: Lexicon, words: frozenset[str], near: bool) -> bool:
    if any(t.entry.kind == _CALIBRE for t in phrase.terms):
        return True
    return phrase.plural and tokens.word(phrase.last) != "of" and bool(words & lexicon.words["round_cue"])


def _fleet(tokens: Tokens, phrase: Phrase, lexicon: Lexicon, words: frozenset[str], near: bool) -> bool:
    return tokens.word(phrase.first - 1) in lexicon.words["fleet"]


def _never(tokens: Tokens, phrase: Phrase, lexicon: Lexicon, words: frozenset[str], near: bool) -> bool:
    return False


Test = Callable[[Tokens, Phrase, Lexicon, frozenset[str], bool], bool]
_TESTS: dict[str, Test] = {
    "military": _military,
    "blast": _blast,
    "list": _list,
    "armed": _armed,
    "upper": _upper,
    "noun": _noun,
    "mines": _mines,
    "rounds": _rounds,
    "fleet": _fleet,
    "plural": lambda *_: True,
    "after": _never,
}
