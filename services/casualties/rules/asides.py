"""What stands between a verb and its people: brackets before it, circumstances behind it, a noun in between."""

from __future__ import annotations

from services.casualties.phrases import Clause, Phrase

_BRACKET = 24  # items that a bracket may hold
_QUOTES = ('"', "“", "”")
_DASHES = ("—", "–", "-")
_LED = ("with", "at", "by", "in", "on", "after", "during")
_CLAUSE = 12  # items that a verb may lie away from its participle
_ASIDE = 10  # items between commas behind a verb


def before_bracket(clause: Clause, at: int) -> int:
    """Return where a bracket opens that closes before ``at``, else ``at``: ``16 members (of both units) died``."""
    closing = at - 1
    while clause.word(closing) == "-" and clause.word(closing - 1) == "-":
        closing -= 1  # "--" is two
    opens = {")": ("(",), "-": _DASHES, "—": _DASHES, "–": _DASHES}.get(clause.word(closing))
    if opens is None:
        return at
    for cursor in range(closing - 1, max(at - _BRACKET, 0), -1):
        if clause.word(cursor) in opens:
            first = cursor - (clause.word(cursor - 1) in ("-", '"', "”"))
            before = clause.ending.get(first)
            found = before is not None and (opens == ("(",) or before.number is not None)
            return first if found else at
        if clause.word(cursor) in (")", ";"):
            return at
    return at


def before_aside(clause: Clause, at: int) -> int:
    """Return where a bracket opens, or a quoted figure ends: ``30 people - most of them old - dead``."""
    if clause.word(at - 1) in _QUOTES:
        phrase = clause.ending.get(at - 1)
        quoted = phrase is not None and phrase.number is not None and clause.word(phrase.first - 1) in _QUOTES
        return at - 1 if quoted else at
    return before_bracket(clause, at)


def behind_aside(clause: Clause, at: int) -> int:
    """Return where the object begins behind ``, with clubs,``, else ``at``: ``murdered, at gunpoint, a soldier``."""
    if clause.word(at) != "," or clause.word(at + 1) not in _LED:
        return at
    for cursor in range(at + 2, min(at + _ASIDE, len(clause.items))):
        if clause.word(cursor) == ",":
            phrase = clause.starting.get(cursor + 1)
            return cursor + 1 if phrase is not None and phrase.person and not phrase.pronoun else at
        if clause.items[cursor].trigger is not None:
            return at
    return at


def closes_quote(clause: Clause, at: int) -> bool:
    """Tell whether a quotation ends at an index: ``a "copycat murder" done to``, and not ``they "murdered" two``."""
    if clause.word(at) not in ('"', "”") or clause.word(at - 2) in ('"', "“"):
        return False
    return not clause.text[clause.items[at].start - 1].isspace()


def behind_scene(clause: Clause, at: int) -> int:
    """Return where the object begins behind where or when, else ``at``: ``murdered in front of his house a judge``."""
    cursor = at
    while clause.says("preposition", cursor) and cursor < at + _ASIDE:
        cursor += 1 + (clause.word(cursor + 1) == "front")
        phrase = clause.starting.get(cursor)
        if phrase is not None and phrase.person:
            return at
        cursor = phrase.last if phrase is not None else cursor
    found = clause.starting.get(cursor) if cursor > at else None
    told = found is not None and found.noun and (found.determiner or found.number) and not found.thing
    if found is None or not told or clause.ending.get(cursor) is None:
        return at
    verb = any(clause.says(kind, found.last) for kind in ("be", "have", "modal", "claimant", "moved"))
    return at if verb else cursor


def some_of(clause: Clause, phrase: Phrase) -> Phrase | None:
    """Return the figure that a phrase is the whole of: ``two of the wounded rebels``, ``one of the fleeing men``."""
    made = clause.word(phrase.first - 1)
    if not phrase.plural or phrase.number or phrase.determiner or not made.endswith(("ed", "ing", "en")):
        return None
    link = phrase.first - 2
    if clause.says("determiner", link):
        link -= 1
    before = clause.ending.get(link) if clause.word(link) == "of" else None
    return before if before is not None and before.number and before.last - before.first <= 2 else None


def governed(clause: Clause, at: int) -> int:
    """Return the participle before ``and``, which shares its "were", else 0: ``were dragged from home and killed``."""
    if clause.word(at - 1) != "and" or clause.ending.get(at):
        return 0
    for cursor in range(at - 2, max(at - _CLAUSE, 1), -1):
        word = clause.word(cursor)
        if word in (",", ";", ":", "and", "who", "which", "that", "when") or clause.items[cursor].trigger is not None:
            return 0
        if clause.says("be", cursor) and clause.word(cursor) in ("was", "were"):
            done = clause.word(cursor + 1)
            behind = cursor + 2
            return behind - 1 if done.endswith(("ed", "en", "wn")) and behind < at - 1 else 0
        if clause.says("have", cursor) or clause.says("modal", cursor):
            return 0
    return 0


def all_of(clause: Clause, at: int) -> Phrase | None:
    """Return the figure that ``all of whom`` takes up: ``ten people were aboard, all of whom died``."""
    if clause.word(at - 1) != "whom" or clause.word(at - 2) != "of":
        return None
    figure = clause.ending.get(at - 2)
    if figure is not None and figure.number:
        return figure  # "15 of whom died"
    if clause.word(at - 3) not in ("all", "both"):
        return None
    for cursor in range(at - 3, max(at - _CLAUSE, 0), -1):
        phrase = clause.ending.get(cursor)
        if phrase is not None and phrase.number and not phrase.thing:
            return phrase
    return None
