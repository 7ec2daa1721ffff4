"""Round-ups: an article that opens with a sum over several shootings tells its main incident's toll by itself."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from contracts.casualties import CasualtyClaim, ClaimStatus, Harm, Scope
from contracts.spans import Section
from services.text.reading import Reading, Sentence
from services.text.tolls import toll

_OPENING = 5  # sentences that may say that several events are summed up, the headline among them
_NEAR = 1  # sentences before that may say when or where
_LONG = 1000  # characters of a sentence that are looked at
_NUMBER = (
    r"(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|multiple|separate|different|"
    r"unrelated|various|(?:string|series|spate|rash|spree) of)"
)
# "two separate shootings", "shootings across the city", "a violent weekend"; one of them is no sum.
_SEVERAL = re.compile(
    rf"\b{_NUMBER} (?:[\w'-]+ ){{0,3}}(?:shootings|stabbings|shooting incidents|incidents|bloody scenes)\b"
    r"|\b(?:weekend|overnight|\w+day|city|citywide) (?:\w+ )?shootings\b"
    r"|\bshootings (?:[\w-]+ )?(?:across|around|throughout|citywide|overnight|since|over|between)\b"
    r"|\bshootings on [\w,' ]{3,30}\bsides\b"
    r"|\b(?:violent|bloody|deadly) (?:\w+ ){0,2}(?:weekend|night|day|holiday|24 hours|stretch)\b",
    re.IGNORECASE,
)
_SINGLE = re.compile(r"\bsingle (?:shooting|incident|attack)\b", re.IGNORECASE)
# A sentence that begins another event says when or where, or that it is another.
_CUE = re.compile(
    r"\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b|\b(?:noon|midnight)\b|\b\d{2,5} block\b|\bhours? (?:earlier|later|before|after)\b"
    r"|\b(?:an?other|second|third|fourth|first|last|latest|earlier|previous|other|worst|largest|deadliest|separate|"
    r"(?:most )?recent|single) (?:[\w'-]+ ){0,3}(?:shooting|incident|attack|homicide|murder)\b"
    r"|^\W*(?:finally|earlier|elsewhere)\b",
    re.IGNORECASE,
)
# "In another shooting": whatever was told since the last claim is of another event, too, with or without victims.
_OPENS = re.compile(
    r"^\W*(?:in|during) (?:an?other|the (?:other|second|third|last)|a (?:separate|second|third|different)) "
    r"(?:[\w'-]+ ){0,2}(?:shooting|incident|attack|case)\b",
    re.IGNORECASE,
)
_TELLING = frozenset({Section.HEADLINE, Section.LEAD, Section.BODY})


def largest_event(claims: Sequence[CasualtyClaim], reading: Reading) -> list[CasualtyClaim] | None:
    """Return the claims on the event with the most victims where an article sums several up, None where it doesn't.

    The sum itself is no incident's toll. Linear in the length of the text.
    """
    told = [s for s in reading.sentences if s.section in _TELLING]
    at = {(s.field, s.start): n for n, s in enumerate(told)}
    starts = {name: [s.start for s in told if s.field == name] for name in ("title", "text")}
    placed: list[tuple[int, CasualtyClaim]] = []
    for claim in claims:
        field = claim.span.field
        number = bisect_right(starts[field], claim.span.start) - 1
        if _is_told(claim) and number >= 0:
            placed.append((at[field, starts[field][number]], claim))
    sums = {n for n in range(min(_OPENING, len(told))) if _SEVERAL.search(told[n].text[:_LONG])}
    summed = [c for n, c in placed if n in sums and (c.count.best or 0) > 1]
    if not summed:
        return None
    opened = {(c.harm, c.count.best) for n, c in placed if n in sums and c.part_of is None}
    figures = opened | {(Harm.INJURED, sum(f or 0 for _, f in opened))}  # "in all, seven were shot"
    events = [e for e in _events(placed, sums, figures, told) if _victims(e)]
    best = max(events, key=_victims, default=[])
    whole = sum(max((f or 0 for h, f in opened if h is harm), default=0) for harm in (Harm.KILLED, Harm.INJURED))
    return best if len(events) > 1 and 1 < _victims(best) <= whole else None


def _events(
    placed: Sequence[tuple[int, CasualtyClaim]],
    sums: set[int],
    figures: set[tuple[Harm, int | None]],
    told: Sequence[Sentence],
) -> list[list[CasualtyClaim]]:
    """Part the claims into events: one begins where a sentence says when or where and tells of others."""
    events: list[list[CasualtyClaim]] = []
    ids: set[str] = set()
    last = -1
    for number, claim in placed:
        text = told[number].text[:_LONG]
        if told[number].section is Section.HEADLINE or (number in sums and not _SINGLE.search(text)):
            continue
        since = range(max(last + 1, number - _NEAR), number + 1) if last >= 0 else range(number, number + 1)
        cue = any(_CUE.search(told[n].text[:_LONG]) for n in since)
        cue = cue or any(_OPENS.match(told[n].text) for n in range(last + 1, number if last >= 0 else 0))
        if not cue and (claim.harm, claim.count.best) in figures and (claim.count.best or 0) > 1:
            continue
        more = " more " in (claim.victims.quote or "")  # "two more men were injured hours later": not of those before
        again = claim.same_as in ids or (claim.part_of in ids and not more)
        if not events or (cue and number != last and not again):
            events.append([])
            ids = set()
        events[-1].append(claim)
        ids.add(claim.claim_id)
        last = number
    return events


def _is_told(claim: CasualtyClaim) -> bool:
    return (
        claim.harm in (Harm.KILLED, Harm.INJURED)
        and claim.status is ClaimStatus.REPORTED
        and claim.scope is Scope.INCIDENT
    )


def _victims(claims: Sequence[CasualtyClaim]) -> int:
    return sum((c.best or 0) for h in (Harm.KILLED, Harm.INJURED) if (c := toll(claims, h)) is not None)
