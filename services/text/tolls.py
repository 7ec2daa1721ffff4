"""The toll that an article gives of one incident, from its casualty claims."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.casualties import CasualtyClaim, ClaimStatus, Harm, Scope
from contracts.spans import Count, Qualifier, Section

_TOLD = frozenset((Section.HEADLINE, Section.LEAD, Section.BODY))


def toll(claims: Sequence[CasualtyClaim], harm: Harm | str) -> Count | None:
    """Return the figure that claims on one incident give for a harm; None where they give none.

    Repetitions (``same_as``) and parts of a total (``part_of``) never add up; other victims (``adds_to``) do. Of several
    figures the largest counts, since tolls rise. Denied, feared, hypothetical, cumulative and historic claims, joint ones
    ("killed or wounded") and those of captions, links, comments and guests never count. Who was shot or taken to hospital is
    hurt unless dead: those whose fate is open ("three were shot, one fatally") include the dead.
    """
    harm = Harm(harm)
    told = [c for c in claims if _counts(c)]
    if harm is not Harm.INJURED:
        return _largest([c for c in told if c.harm is harm])
    hurt = _largest([c for c in told if c.harm is Harm.INJURED and not _open(c)])
    shot = _largest([c for c in told if c.harm is Harm.INJURED and _open(c)])
    if shot is None:
        return hurt
    dead = _largest([c for c in told if c.harm is Harm.KILLED])
    left = _less(shot, dead)
    if left is None or (hurt is not None and _size(hurt) >= _size(left)):
        return hurt
    return left


def _counts(claim: CasualtyClaim) -> bool:
    return (
        claim.status is ClaimStatus.REPORTED
        and claim.scope is Scope.INCIDENT
        and claim.section in _TOLD
        and not (claim.rule or "").endswith("_joint")
    )


def _open(claim: CasualtyClaim) -> bool:
    """Tell whether the harmed may be dead: the article only says that they were shot or taken to hospital."""
    return (claim.rule or "").endswith("_open")


def _size(count: Count) -> float:
    if count.best is not None:
        return count.best
    if count.min is not None and count.max is not None:
        return (count.min + count.max) / 2
    return (count.min or count.max or 1) - 0.5


def _largest(claims: Sequence[CasualtyClaim]) -> Count | None:
    by_id = {c.claim_id: c for c in claims}
    groups: dict[str, list[Count]] = {}
    for claim in claims:
        if claim.part_of in by_id or claim.same_as in by_id:
            continue
        root = claim
        for _ in claims:
            if root.adds_to not in by_id:
                break
            root = by_id[root.adds_to]
        groups.setdefault(root.claim_id, []).append(claim.count)
    sums = [_sum(counts) for counts in groups.values()]
    return max(sums, key=_size, default=None)


def _sum(counts: Sequence[Count]) -> Count:
    if len(counts) == 1:
        return counts[0]
    best = [c.best for c in counts]
    low = sum(c.min if c.min is not None else (c.best or 0) for c in counts)
    high = None if any(c.max is None for c in counts) else sum(c.max or 0 for c in counts)
    if None in best:
        return Count(min=low, max=high, qualifier=Qualifier.RANGE if high is not None else Qualifier.AT_LEAST)
    total = sum(b or 0 for b in best)
    exact = low == high == total
    return Count(best=total, min=low, max=high, qualifier=Qualifier.EXACT if exact else Qualifier.AT_LEAST)


def _less(shot: Count, dead: Count | None) -> Count | None:
    if dead is None or shot.best is None or dead.best is None:
        return shot
    return Count.exact(shot.best - dead.best) if shot.best > dead.best else None
