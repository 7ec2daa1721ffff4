"""Rules of those who are hit: wounds, hospitals, bullets; most leave open whether they live."""

from __future__ import annotations

from dataclasses import replace

from services.casualties.lexicon import Trigger, word_set
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.finding import Finding, kept, make
from services.casualties.rules.syntax import coordinated, objects, plausible, subjects, verb_group

_DEAD = ("dead", "deceased", "lifeless")
FATAL = frozenset(("fatally", "mortally", "critically", "seriously"))


def suffered(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``two men suffered gunshot wounds``, ``a girl sustained injuries``; killed by ``a fatal wound``."""
    if not clause.says("suffer", at):
        return []
    window = range(at + 1, min(at + 9, len(clause.items)))
    wound = next((k for k in window if clause.says("wounds", k)), None)
    if wound is None or any(clause.word(k) in (".", ";", "and", ",") and k < wound - 3 for k in window if k < wound):
        return []
    group = verb_group(clause, at)
    if group.negated or group.joint or (group.be and clause.word(at) not in ("suffering", "recovering")):
        return []
    found = [p for p in subjects(clause, group.first) if (p.person or p.name or p.number) and not _is_body(clause, p)]
    alive = _mild(clause, at, wound) or clause.word(at) == "recovering"
    fatal = any(clause.word(k) in ("fatal", "mortal") for k in range(at + 1, wound))
    harm = "killed" if fatal else "shot" if _gunshot(clause, wound) and not alive else "injured"
    return kept(make(clause, harm, p, wound, "suffered", group) for p in found)


def had_wounds(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``two of the victims had gunshot wounds``, ``she had a bullet wound to the leg``."""
    if not clause.word(at).endswith(("wound", "wounds")) or not _gunshot(clause, at):
        return []
    had = next((k for k in range(at - 1, max(at - 5, 0), -1) if clause.word(k) in ("had", "has", "have")), 0)
    group = verb_group(clause, had)
    if not had or group.negated or group.modal or any(clause.word(k) == "no" for k in range(had, at)):
        return []
    found = [p for p in subjects(clause, group.first) if (p.person or p.name or p.number) and not _is_body(clause, p)]
    harm = "injured" if _mild(clause, had, at) else "shot"
    return kept(make(clause, harm, p, at, "had_wounds", group) for p in found)


def _is_body(clause: Clause, phrase: Phrase) -> bool:
    """Tell the dead, whose wounds are counted: ``his body had two gunshot wounds``, ``one deceased man``."""
    if clause.word(phrase.first - 1) in _DEAD:
        return True
    first = phrase.first - 2 * (clause.word(phrase.first - 1) == "of")
    return any(clause.word(k) in ("body", "corpse", "remains") for k in range(first, phrase.last))


def maimed(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``a medic lost her leg``, ``two boys have lost an eye``."""
    if not clause.says("lost", at):
        return []
    end = at + 1
    while end < at + 4 and (clause.says("determiner", end) or clause.word(end) in ("left", "right", "one", "two")):
        end += 1
    if end == at + 1 or clause.word(end) not in _LIMBS:
        return []
    group = verb_group(clause, at)
    found = [p for p in subjects(clause, group.first) if p.person or p.name]
    return kept(make(clause, "injured", p, end, "maimed", group) for p in found)


_LIMBS = word_set("leg legs arm arms hand hands foot feet eye eyes eyesight sight fingers limb limbs")


def in_care(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``53 are still being treated``, ``15 of whom remain in hospital``: some of those who were hurt."""
    here = clause.word(at) == "treated" or clause.says("hospital", at)
    if not here or (clause.word(at) != "treated" and clause.word(at - 1 - clause.says("determiner", at - 1)) != "in"):
        return []
    first = at - (0 if clause.word(at) == "treated" else 1 + clause.says("determiner", at - 1))
    group = verb_group(clause, first)
    still = any(clause.word(k) in ("still", "remain", "remains") for k in range(group.first, first))
    if (beside := _left_in_care(clause, first)) is not None:
        return kept([make(clause, "injured", beside, at, "others_in_care")])
    if not group.be or group.negated or group.modal:
        return []
    found = [p for p in subjects(clause, group.first) if p.number or p.person or p.name]
    still = still or any(clause.word(p.last - 1) in ("them", "whom") for p in found)
    if clause.word(at + 1) == "with" and any(clause.says("wounds", k) for k in range(at + 2, at + 6)):
        return kept(make(clause, "injured", p, at, "in_care_with", group) for p in found)
    found = [p for p in found if p.number or p.person]
    if not still and not all(p.number and p.more for p in found):
        return []
    rule = "in_care" if still else "others_in_care"  # "nine others are in hospital": they are no part of those before
    return kept(make(clause, "injured", p, at, rule, group) for p in found)


def _left_in_care(clause: Clause, at: int) -> Phrase | None:
    """Return the three of ``left one dead and three in hospital``."""
    figure = clause.ending.get(at)
    if figure is None or not figure.number or figure.thing or clause.word(figure.first - 1) not in ("and", ","):
        return None
    dead = clause.items[figure.first - 2].trigger if figure.first > 1 else None
    return figure if dead is not None and dead.harm == "killed" and dead.kind != "nominal" else None


def _mild(clause: Clause, first: int, wound: int) -> bool:
    return any(
        clause.word(k).startswith(("non-", "nonlife", "minor", "slight", "graz")) for k in range(first, wound + 1)
    )


def _gunshot(clause: Clause, wound: int) -> bool:
    return clause.word(wound).startswith("gunshot") or clause.word(wound - 1) in ("gunshot", "bullet")


def missed(clause: Clause, at: int) -> bool:
    """Tell ``gunmen shot at the guards`` from ``four people were shot at a party`` and ``4 shot at party``."""
    if clause.word(at + 1) in ("in", "into") and clause.word(at + 2) == "the" and clause.word(at + 3) == "air":
        return True
    if clause.word(at + 1) in ("repeatedly", "several", "wildly") and not verb_group(clause, at).be:
        return clause.word(at + 2 + (clause.word(at + 2) == "times")) in ("at", "in", "into", "from")
    if clause.word(at + 1) != "at":
        return False
    aim = clause.starting.get(at + 2)
    if verb_group(clause, at).be:
        return aim is None and not (at + 2 < len(clause.items) and clause.items[at + 2].word[0].isdigit())
    before = clause.ending.get(at)
    several = before is not None and before.number is not None and (before.person or before.last - before.first == 1)
    return not several or aim is None or aim.person or aim.determiner is not None


def with_wounds(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``found a man with a gunshot wound to the leg``, ``five others arrived at a hospital with injuries``."""
    if not clause.says("wounds", at):
        return []
    lived = any(clause.word(k) in ("escaped", "survived") for k in range(max(0, at - 5), at))
    if not lived and not clause.word(at).endswith(("wound", "wounds", "injury", "injuries")):
        return []
    start = next((k for k in range(at - 1, max(at - 7, 0), -1) if clause.word(k) == "with"), 0)
    if not start or clause.word(start + 1) in ("no", "any"):
        return []
    cursor = start
    while cursor > 0 and start - cursor < _NEAR:
        item, phrase = clause.items[cursor - 1], clause.ending.get(cursor)
        if phrase is not None:
            victims = phrase.person or (phrase.number and not phrase.thing) or (phrase.name and not phrase.thing)
            if clause.says("preposition", phrase.first - 1) or not victims:
                cursor = phrase.first - (clause.says("preposition", phrase.first - 1))
                if not victims and cursor == phrase.first:
                    return []
                continue
            group = verb_group(clause, start)
            harm = "injured" if lived or _mild(clause, start, at) or _is_nursed(clause, at + 1) else "shot"
            harm = "killed" if _is_body(clause, phrase) else harm  # "a body was found with a gunshot wound"
            return kept(make(clause, harm, p, at, "with_wounds", group) for p in coordinated(clause, phrase))
        if item.trigger is not None or not (
            clause.word(cursor - 1) in _CAME
            or any(clause.says(k, cursor - 1) for k in ("be", "adverb", "moved", "have"))
        ):
            return []
        cursor -= 1
    return []


def _is_nursed(clause: Clause, at: int) -> bool:
    """Tell who is alive, behind wounds: ``is in intensive care``, ``remain in hospital``."""
    if not (clause.says("be", at) or clause.word(at) in ("remain", "remains")):
        return False
    return any(
        clause.word(k).startswith(("in ", "hospital", "stable")) or clause.says("hospital", k)
        for k in (at + 1, at + 2, at + 3)
    )


_NEAR = 12  # items between victims and their wounds
_CAME = word_set(
    "found located discovered arrived showed walked came turned checked left inside outside there nearby in up alive "
    "lying transported taken who hospitalized escaped survived"
)


def hospital(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``three were taken to hospital``, ``sent six people to hospitals``, ``a man is being treated for injuries``."""
    if not clause.says("moved", at):
        return []
    window = range(at + 1, min(at + 10, len(clause.items)))
    there = any(clause.says("hospital", k) for k in window)
    group = verb_group(clause, at)
    ward = clause.word(at) == "treated" and not group.be and _is_ward(clause, group.first)
    if not (there or ward) and not (clause.word(at) == "treated" and any(clause.says("wounds", k) for k in window)):
        return []
    if group.negated or group.modal or group.joint:
        return []
    if group.be:
        found = [p for p in subjects(clause, group.first, plural=group.plural) if p.person or p.name or p.number]
    elif clause.word(at) in _CAME_IN:
        found = [
            p for p in subjects(clause, group.first) if p.number and (p.number.count.best or 0) > 1 and not p.thing
        ]
        found = [p for p in found if p.noun is None or p.noun.group in _ANYBODY]
    else:
        open_ = there or ward
        found = [p for p in objects(clause, at + 1) if plausible(clause, p) and (p.person or p.number)] if open_ else []
        put = clause.word(at) in _PUT_IN
        if not found or clause.word(found[-1].last) not in (("in",) if put else ("to", "with", "by", "from", "for")):
            return []
        behind = found[-1].last + 1
        if put and not any(clause.says("hospital", k) for k in range(behind, behind + 3)):
            return []
    found = [p for p in found if not _is_hurt(clause, p)]
    found = [_the_hurt(clause, p) for p in found]
    return kept(make(clause, "shot", p, at, "hospital", group if group.be else None) for p in found)


_ANYBODY = ("people", "men", "women", "children")  # relatives and officers go to a hospital unhurt
_CAME_IN = word_set("went arrived")
_PUT_IN = word_set("land lands landed landing put puts putting")


def _is_hurt(clause: Clause, phrase: Phrase) -> bool:
    """Tell whether another rule has them: ``one injured person was rushed to hospital``."""
    trigger = clause.items[phrase.first - 1].trigger if phrase.first else None
    figure = clause.ending.get(phrase.first - 1)
    hurt = trigger is not None and trigger.harm == "injured" and bool(trigger.forms & {"participle"})
    return hurt and figure is not None and figure.number is not None


def _the_hurt(clause: Clause, phrase: Phrase) -> Phrase:
    """Read ``the injured passengers`` as those told of before."""
    hurt = clause.word(phrase.first - 1) in ("injured", "wounded") and clause.word(phrase.first - 2) in ("the", "those")
    bare = not (phrase.number or phrase.determiner or phrase.pronoun)
    return replace(phrase, first=phrase.first - 2, determiner="definite") if hurt and bare else phrase


def _is_ward(clause: Clause, at: int) -> bool:
    """Tell whether those who treat are hospitals or doctors."""
    phrase = clause.ending.get(at)
    doctors = phrase is not None and phrase.noun is not None and phrase.noun.group == "medics"
    return doctors or (phrase is not None and clause.says("hospital", phrase.last - 1))


def struck(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``a woman was struck in the thigh``, ``two boys were hit by gunfire``."""
    if not clause.says("struck", at):
        return []
    if (found := objects(clause, at + 1)) and not verb_group(clause, at).be:
        last = max(p.last for p in found)
        single = clause.word(at - 1) == "," and all(p.noun and p.determiner == "indefinite" for p in found)
        aimed = (clause.word(at).endswith("ing") and (single or any(p.noun and p.number for p in found))) or (
            clause.word(last) == "in"
            and any(clause.says("body", k) for k in range(last + 1, min(last + 4, len(clause.items))))
        )
        aimed = aimed or any(clause.word(k) in _FLYING for k in range(max(0, at - 6), at))
        return kept(make(clause, "shot", p, at, "struck") for p in found if p.person or p.name) if aimed else []
    ends = clause.word(at + 1) in ("", ",", ".", ";", "and", "during", "when", "outside", "inside")
    if not ends and clause.word(at + 1) not in ("in", "by", "multiple", "several", "once", "twice", "at"):
        return []
    near = range(at + 1, min(at + 6, len(clause.items)))
    if not ends and not any(clause.says("body", k) or clause.word(k) in _BLOWS for k in near):
        return []
    if clause.word(at).endswith("ing"):
        return []
    group = verb_group(clause, at)
    if not group.be or group.joint:
        return []
    found = [
        p
        for p in subjects(clause, group.first, plural=group.plural)
        if p.person or (p.number and not p.thing) or (p.name and not ends)
    ]
    return kept(make(clause, "shot", p, at, "struck", group) for p in found)


_BLOWS = word_set("shooting attack exchange barrage hail")
_FLYING = word_set("bullet bullets gunfire shrapnel round rounds fragments shots")


def fatally(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``three people were shot, one fatally``: a part of those who were shot."""
    if clause.word(at) not in ("fatally", "mortally") or (at + 1 < len(clause.items) and clause.items[at + 1].trigger):
        return []
    phrase = clause.ending.get(at) or (clause.ending.get(at - 2) if clause.word(at - 2) == "of" else None)
    if phrase is None or not (phrase.number or phrase.person):
        return []
    made = make(clause, "killed", phrase, at, "fatally")
    return [made] if made else []
