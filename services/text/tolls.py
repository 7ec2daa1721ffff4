"""The toll that an article gives of one incident, from its casualty claims."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from contracts.casualties import CasualtyClaim, ClaimStatus, Harm, Scope
from contracts.spans import Count, Qualifier, Section

_FEW = 2
_ARMED = ("soldiers", "fighters")
_SIDE = re.compile(
    r"\b(?:defen[cs]e ministry|ministry of defen[cs]e|army|military|armed forces|general staff|command|moscow|kremlin|"
    r"kyiv|russia|ukraine|israel|idf|houthis?|hamas|hezbollah|rebels|militants|taliban|rsf|junta)\b",
    re.IGNORECASE,
)
_TOLLS = ("toll", "reckoned")  # rules of "the toll rose to"
_OWN_HAND = ("reflexive", "suicide")
_NEARLY = 0.75  # "dozens were wounded", and then "23 wounded"
_MANY = 12  # "several" are no more than these
_BESIDE = 3  # characters between a total and "including"
_SENTENCE = 150  # characters that a list of victims may take
_TOLD = frozenset((Section.HEADLINE, Section.LEAD, Section.BODY))


def toll(claims: Sequence[CasualtyClaim], harm: Harm | str) -> Count | None:
    """Return the figure that claims on one incident give for a harm; None where they give none.

    Repetitions (``same_as``) and parts of a total (``part_of``) never add up; other victims (``adds_to``) do. Of
    several figures the largest counts, since tolls rise, but what stands once in the body gives way to headline, lead
    and "the toll rose to". Denied, feared, hypothetical, cumulative and historic claims, joint ones ("500 killed or
    wounded") and those of captions, links, comments and guests never count. Who was shot or taken to hospital is hurt
    unless dead: those whose fate is open ("three were shot, one fatally") include the dead.
    """
    harm = Harm(harm)
    told = _but_boasts(_newest([c for c in claims if _counts(c)]))
    alike = [c for c in told if c.harm is harm]
    if harm is Harm.KILLED and _one_by_headline(told):
        alike = [c for c in alike if c.section is not Section.BODY or c.count.best != 1 or c.adds_to is None]
    groups = _groups(alike) + _lists(alike)
    if harm is Harm.INJURED:
        groups = _living(groups, told)
        dead, gone, own, shot = (
            toll(claims, Harm.KILLED),
            _found_dead(told),
            _by_own_hand(told),
            {c.count.best for c in told if c.rule == "folded_open"},
        )
        hurt = _told_hurt(told, dead)
        sums = [
            (g, f)
            for g in groups
            if (f := _without(g, None if _all_live(g, hurt) else dead, gone, own, shot)) is not None
        ]
        sums = [(g, f) for g, f in sums if not _is_everybody(g, f, dead, sums)]
        if any(f.best for _, f in sums):  # "several people shot", two of whom died, says no more than "one wounded"
            sums = [(g, f) for g, f in sums if not _are_gone(g, f, dead)]
        named = _named_dead(told)
        sums = [(g, _but_those(f, g, named)) for g, f in sums]
    else:
        hedged = _hedged(told)
        sums = [(g, _sum([hedged.get(c.claim_id, c.count) for c in g])) for g in groups]
    backing = Counter(c.same_as or c.claim_id for c in told)
    at_top = {c.same_as or c.claim_id for c in told if c.section is not Section.BODY or c.rule in _TOLLS}
    if any(_figure(f) and f.best != 0 for _, f in sums):  # "homeowners died" says less than "an officer was killed"
        sums = [(g, f) for g, f in sums if _figure(f) or f.qualifier is not Qualifier.UNSPECIFIED]
    stated = [any(c.claim_id in at_top for c in g) for g, _ in sums]
    top = [f for (g, f), above in zip(sums, stated, strict=True) if above and _figure(f) and not _least(g)]
    many = [f for (_, f), above in zip(sums, stated, strict=True) if above and _size(f) > _MANY and not _figure(f)]
    most = max(map(_size, top), default=0)
    if most > 1:  # where headline and lead give a figure, only a repeated one outweighs it
        dozens = many if most <= _FEW else []  # "dozens" outweigh two who are named
        above = [g for (g, f), is_above in zip(sums, stated, strict=True) if is_above and _size(f) == most]
        listed = all(c.count.best in (1, None) for g in above for c in g)
        whole = [f for g, f in sums if listed and len(g) == 1 and _figure(f)]  # "their four bodies" outweigh two names
        return max([*top, *dozens, *whole, *(f for g, f in sums if all(backing[c.claim_id] > 1 for c in g))], key=_size)
    firm = [f for (_, f), above in zip(sums, stated, strict=True) if not top or above or _figure(f) or _size(f) > _MANY]
    most_said = max(firm, key=_size, default=None)
    exact = [f for f in firm if most_said and f.best is not None and _size(f) >= _NEARLY * _size(most_said)]
    return max(
        exact, key=_size, default=most_said
    )  # "one dead" in the headline: "people were getting killed" is no more


def _hedged(claims: Sequence[CasualtyClaim]) -> dict[str, Count]:
    """Return the counts that lead or body give where a headline leaves out "at least", by the headline's claim."""
    heads = {c.claim_id: c for c in claims if c.section is Section.HEADLINE and c.count.qualifier is Qualifier.EXACT}
    found: dict[str, Count] = {}
    for claim in claims:
        head = heads.get(claim.same_as or "")
        if head is not None and claim.section is not Section.HEADLINE and claim.count.best == head.count.best:
            found.setdefault(head.claim_id, claim.count)
    return {i: count for i, count in found.items() if count.qualifier in (Qualifier.AT_LEAST, Qualifier.MORE_THAN)}


def _newest(claims: Sequence[CasualtyClaim]) -> list[CasualtyClaim]:
    """Leave out figures that were given before, where the article has a newer one of the same harm."""
    now = {c.harm for c in claims if not _is_outdated(c) and (c.count.best or 0) > 1}
    return [c for c in claims if not (_is_outdated(c) and c.harm in now)]


def _but_boasts(claims: Sequence[CasualtyClaim]) -> list[CasualtyClaim]:
    """Leave out the enemies that a side of a war says it killed, where others give a figure of the people hit."""
    boasts = [
        c for c in claims if c.victims.group in _ARMED and c.harm is Harm.KILLED and _SIDE.search(c.claimant or "")
    ]
    if not boasts or not any(
        c.harm is Harm.KILLED and (c.count.best or 0) > 1 and c.victims.group not in _ARMED for c in claims
    ):
        return list(claims)
    own = {c.claim_id for c in boasts}
    return [c for c in claims if c.claim_id not in own]


def _is_outdated(claim: CasualtyClaim) -> bool:
    return (claim.rule or "").endswith("_outdated")


def _counts(claim: CasualtyClaim) -> bool:
    return (
        claim.status is ClaimStatus.REPORTED
        and claim.scope is Scope.INCIDENT
        and claim.section in _TOLD
        and not (claim.rule or "").endswith("_joint")
    )


def _living(groups: Sequence[list[CasualtyClaim]], told: Sequence[CasualtyClaim]) -> list[list[CasualtyClaim]]:
    """Leave out those who are told to have died: ``a man was shot; he was taken to hospital, where he died``."""
    dead = {c.claim_id for c in told if c.harm is Harm.KILLED}
    left = [[c for c in g if c.same_as not in dead or c.count.best != 1] for g in groups]
    return [g for g in left if g]


def _least(group: Sequence[CasualtyClaim]) -> bool:
    """Tell whether a group says only that there were victims of a kind: ``a murder-suicide``, two or more."""
    return all(c.rule == "folded" and c.count.qualifier is Qualifier.AT_LEAST for c in group)


def _is_everybody(
    group: Sequence[CasualtyClaim],
    count: Count,
    dead: Count | None,
    sums: Sequence[tuple[Sequence[CasualtyClaim], Count]],
) -> bool:
    """Tell whether a figure is that of dead and hurt together: "one dead, eight hurt", and nine taken to hospital."""
    if not dead or not dead.best or not count.best or not all((c.rule or "").endswith("_open") for c in group):
        return False
    rest = count.best - dead.best
    if rest < 1 or count.best != _sum([c.count for c in group]).best:
        return False  # the dead are taken off already
    return any(f.best == rest and not (g[0].rule or "").endswith("_open") for g, f in sums)


def _are_gone(group: Sequence[CasualtyClaim], count: Count, dead: Count | None) -> bool:
    """Tell whether a vague figure of those who were shot may be that of the dead alone."""
    vague = count.best is None and all((c.rule or "").endswith("_open") for c in group)
    return vague and (count.min or 0) <= ((dead.best or 0) if dead else 0)


def _named_dead(told: Sequence[CasualtyClaim]) -> list[CasualtyClaim]:
    """Return the single victims whom a total includes by name and who are told to have died."""
    by_id = {c.claim_id: c for c in told}
    found = []
    for part in [c for c in told if (c.rule or "").startswith("including") and c.count.best == 1][:_MANY]:
        step: CasualtyClaim | None = part
        while step is not None and step.harm is not Harm.KILLED:
            step = by_id.get(step.same_as or "")
        found += [part] if step is not None else []
    return found


def _but_those(count: Count, group: Sequence[CasualtyClaim], dead: Sequence[CasualtyClaim]) -> Count:
    """Take those off a total of the hurt who are named in it and have died: ``five, including Ruiz, were hurt``."""
    whole = group[0].span
    inside = (
        [c for c in dead if c.span.field == whole.field and whole.start <= c.span.start <= whole.end + _BESIDE]
        if len(group) == 1 and not _open(group[0])
        else []
    )
    left = (count.best or 0) - len(inside)
    return Count.exact(left) if inside and left > 0 else count


def _open(claim: CasualtyClaim) -> bool:
    """Tell whether the harmed may be dead: they were shot, or one was taken to hospital; of several it is said."""
    rule = claim.rule or ""
    return rule.endswith("_open") and not (rule.startswith("hospital") and claim.count.best != 1)


def _figure(count: Count) -> bool:
    return count.best is not None or (count.min is not None and count.max is not None)


def _size(count: Count) -> float:
    if count.best is not None:
        return count.best
    if count.min is not None and count.max is not None:
        return (count.min + count.max) / 2
    return (count.min or count.max or 1) - 0.5


def _groups(claims: Sequence[CasualtyClaim]) -> list[list[CasualtyClaim]]:
    """Gather the claims that add to one another, leaving out repetitions and parts of a total."""
    by_id = {c.claim_id: c for c in claims}
    roots: dict[str, str] = {}
    groups: dict[str, list[CasualtyClaim]] = {}
    for claim in claims:
        path = [claim]
        while path[-1].claim_id not in roots and len(path) <= len(claims):
            onward = by_id.get(path[-1].same_as or "") or by_id.get(path[-1].adds_to or "")
            if onward is None:
                break
            path.append(onward)
        root = roots.get(path[-1].claim_id, path[-1].claim_id)
        roots.update((step.claim_id, root) for step in path)
        if claim.part_of not in by_id and claim.same_as not in by_id:
            groups.setdefault(root, []).append(claim)
    return list(groups.values())


def _lists(claims: Sequence[CasualtyClaim]) -> list[list[CasualtyClaim]]:
    """Gather those that add to one another where some repeat others: "two men and a boy", the boy told of before."""
    by_id = {c.claim_id: c for c in claims}
    lists: dict[str, list[CasualtyClaim]] = {}
    for claim in claims:
        path = [claim]
        while (onward := by_id.get(path[-1].adds_to or "")) is not None and len(path) <= len(claims):
            path.append(onward)
        lists.setdefault(path[-1].claim_id, []).append(claim)
    whole = [several for several in lists.values() if len(several) > 1 and not any(c.part_of in by_id for c in several)]
    whole = [several for several in whole if _is_one_list(several)]
    return [several for several in whole if any(c.same_as in by_id and c.adds_to in by_id for c in several)]


def _is_one_list(claims: Sequence[CasualtyClaim]) -> bool:
    starts = [c.span.start for c in claims]
    return len({c.span.field for c in claims}) == 1 and max(starts) - min(starts) < _SENTENCE


def _found_dead(claims: Sequence[CasualtyClaim]) -> int:
    """Count the single persons who were shot first and are known to have died: no open claim includes them any more."""
    return len({c.same_as or c.claim_id for c in claims if c.harm is Harm.KILLED and (c.rule or "").endswith("_died")})


def _one_by_headline(told: Sequence[CasualtyClaim]) -> bool:
    """Tell whether a headline counts one dead beside several hurt: who is told of besides is likely the same person."""
    heads = [c for c in told if c.section is Section.HEADLINE]
    dead = [c for c in heads if c.harm is Harm.KILLED and c.same_as is None]
    one = len(dead) == 1 and dead[0].count == Count.exact(1)
    return one and any(c.harm is Harm.INJURED and (c.count.best or 0) > 1 for c in heads)


def _by_own_hand(claims: Sequence[CasualtyClaim]) -> int:
    """Count those who killed themselves."""
    own = [c for c in claims if c.harm is Harm.KILLED and c.rule in _OWN_HAND and c.count.best == 1]
    return len({c.same_as or c.claim_id for c in own})


def _without(
    group: Sequence[CasualtyClaim], dead: Count | None, gone: int, own: int, shot: set[int | None]
) -> Count | None:
    """Return the hurt of a group: its sum, less the dead whom its open claims may include.

    Who shot others is none of them: ``own`` are those who then killed themselves.
    ``shot`` are the figures of open claims: "two wounded" are those of "a double shooting", one of whom has died.
    """
    open_ = sum(c.count.best or 0 for c in group if _open(c) or _is_retold(c, shot))
    singles = all(c.count.best == 1 for c in group)
    deaths = ((dead.best or 0) if dead else 0) - (gone if singles else 0)
    deaths -= own if all(c.rule == "active_open" for c in group) else 0
    deaths = max(0, deaths)
    whole = _sum([c.count for c in group])
    if not open_ or not deaths:
        return whole
    rest = sum(c.count.best or 0 for c in group if not (_open(c) or _is_retold(c, shot)))
    left = max(0, open_ - deaths) + rest
    return Count.exact(left) if left else None


def _told_hurt(told: Sequence[CasualtyClaim], dead: Count | None) -> set[int]:
    """Return the figures of several who are told to be hurt, more than there are dead: ``injuring five``."""
    firm = [c.count.best or 0 for c in told if c.harm is Harm.INJURED and not (c.rule or "").endswith("_open")]
    return {n for n in firm if n > max(1, (dead.best or 0) if dead else 0)}


def _all_live(group: Sequence[CasualtyClaim], hurt: set[int]) -> bool:
    """Tell whether as many are told to be hurt as were shot: ``five shot``, ``injuring five``; the dead are others."""
    if len(group) > 1 or not _open(group[0]) or group[0].rule == "folded_open":
        return False  # "a triple shooting; three were injured, one of whom has died"
    return group[0].count.best in hurt


def _is_retold(claim: CasualtyClaim, shot: set[int | None]) -> bool:
    return claim.count.best in shot and (claim.count.best or 0) > 1


def _sum(counts: Sequence[Count]) -> Count:
    if len(counts) == 1:
        return counts[0]
    best = [c.best for c in counts]
    low = sum(c.min if c.min is not None else (c.best or 0) for c in counts)
    high = None if any(c.max is None for c in counts) else sum(c.max or 0 for c in counts)
    known = sum(b or 0 for b in best)
    if None in best and known:  # "a girl and others": at least the figures that are given
        return Count(best=known, min=known, qualifier=Qualifier.AT_LEAST)
    if None in best:
        return Count(min=low, max=high, qualifier=Qualifier.RANGE if high is not None else Qualifier.AT_LEAST)
    exact = low == high == known
    return Count(best=known, min=low, max=high, qualifier=Qualifier.EXACT if exact else Qualifier.AT_LEAST)
