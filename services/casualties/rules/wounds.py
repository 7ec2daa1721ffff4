"""Rules of those who are hit: wounds, hospitals, bullets; most leave open whether they live."""

from __future__ import annotations

from services.casualties.lexicon import Trigger
from services.casualties.phrases import Clause
from services.casualties.rules.finding import Finding, kept, make
from services.casualties.rules.syntax import objects, subjects, verb_group

FATAL = frozenset(("fatally", "mortally", "critically", "seriously"))


def suffered(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``two men suffered gunshot wounds``, ``a girl sustained injuries``."""
    if not clause.says("suffer", at):
        return []
    window = range(at + 1, min(at + 9, len(clause.items)))
    wound = next((k for k in window if clause.says("wounds", k)), None)
    if wound is None or any(clause.word(k) in (".", ";", "and", ",") and k < wound - 3 for k in window if k < wound):
        return []
    group = verb_group(clause, at)
    if group.negated or group.be or group.joint:
        return []
    found = [p for p in subjects(clause, group.first) if p.person or p.name or p.number]
    mild = any(clause.word(k).startswith(("non-", "nonlife", "minor", "slight")) for k in range(at, wound))
    gunshot = clause.word(wound).startswith("gunshot") or clause.word(wound - 1) in ("gunshot", "bullet")
    harm = "shot" if gunshot and not mild else "injured"
    return kept(make(clause, harm, p, wound, "suffered", group) for p in found)


def hospital(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``three were taken to hospital``, ``a man was rushed to the trauma center``."""
    if not clause.says("moved", at):
        return []
    window = range(at + 1, min(at + 10, len(clause.items)))
    if not any(clause.says("hospital", k) for k in window):
        return []
    group = verb_group(clause, at)
    if group.negated or group.modal or group.joint:
        return []
    found = [p for p in subjects(clause, group.first) if p.person or p.name or p.number] if group.be else []
    return kept(make(clause, "shot", p, at, "hospital", group) for p in found)


def struck(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``a woman was struck in the thigh``, ``two boys were hit by gunfire``."""
    if not clause.says("struck", at):
        return []
    if (found := objects(clause, at + 1)) and not verb_group(clause, at).be:
        last = max(p.last for p in found)
        aimed = (clause.word(at).endswith("ing") and any(p.noun and p.number for p in found)) or (
            clause.word(last) == "in"
            and any(clause.says("body", k) for k in range(last + 1, min(last + 4, len(clause.items))))
        )
        return kept(make(clause, "shot", p, at, "struck") for p in found if p.person or p.name) if aimed else []
    if clause.word(at + 1) not in ("in", "by", "multiple", "several", "once", "twice"):
        return []
    if not any(clause.says("body", k) for k in range(at + 1, min(at + 6, len(clause.items)))):
        return []
    if clause.word(at).endswith("ing"):
        return []
    group = verb_group(clause, at)
    if not group.be or group.joint:
        return []
    found = [p for p in subjects(clause, group.first) if p.person or p.name or p.number]
    return kept(make(clause, "shot", p, at, "struck", group) for p in found)


def fatally(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``three people were shot, one fatally``: a part of those who were shot."""
    if clause.word(at) not in ("fatally", "mortally") or (at + 1 < len(clause.items) and clause.items[at + 1].trigger):
        return []
    phrase = clause.ending.get(at) or (clause.ending.get(at - 2) if clause.word(at - 2) == "of" else None)
    if phrase is None or not (phrase.number or phrase.person):
        return []
    made = make(clause, "killed", phrase, at, "fatally")
    return [made] if made else []
