"""Attacks on several places at once: which stories of an article are parts of one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from contracts.incidents import IncidentType
from contracts.places import Place, PlacePrecision
from contracts.spans import Section
from services.incidents.days import days_apart
from services.incidents.frames import Frame
from services.incidents.geo import Relation, is_point, relation
from services.incidents.story import Story, is_period

T = IncidentType
AT_ONCE = frozenset({T.MISSILE_STRIKE, T.AIR_STRIKE, T.DRONE_ATTACK})
# What was struck again and again over days is no attack of one night.
_AGAIN = re.compile(
    r"\b(?:recent(?:ly)?|repeated(?:ly)?|daily|past (?:\w+ )?(?:weeks?|days?|months?)|over|this (?:week|month|year)|"
    r"barrages|weeks|months|years|regularly|often)\b",
    re.IGNORECASE,
)
# What a sentence says that tells on of the attack in the sentence before it.
_ALSO = re.compile(
    r"\b(?:also|too|as well|simultaneously|(?:at|in|around) the same (?:time|hour|night|wave|barrage))\b", re.IGNORECASE
)
_NEXT = 3  # characters between a sentence and the next


def parts_of_attack(
    main: Story | None, stories: Sequence[Story], kind_of: Callable[[Story], IncidentType]
) -> tuple[list[Story], list[Frame]]:
    """Return the stories that are parts of one attack, and the frames that list them; none where no sentence does.

    Listed are towns apart from each other that one sentence says to be struck, or sentences of which each tells on of
    the one before ("also hit Dnipro"), in one country and on no different days; the main story is a part where it can
    be, and so are other sites of its town.
    """
    owner = {id(frame): story for story in stories for frame in story.frames}
    by_sentence: dict[tuple[str, int], list[Frame]] = defaultdict(list)
    for story in stories:
        struck = kind_of(story) in AT_ONCE
        for frame in story.frames:
            if _lists(frame) and (struck or not _ALSO.search(frame.sentence.text)):
                by_sentence[frame.sentence.field, frame.sentence.start].append(frame)
    parts: list[Story] = []
    listed: list[Frame] = []
    for frames in _told_on(by_sentence):
        told = list({id(owner[id(f)]): owner[id(f)] for f in frames}.values())
        if len(told) > 1 and _are_apart([s.place for s in told]) and not _again(frames):
            parts += [s for s in told if s not in parts]
            listed += frames
    if main is not None and main not in parts and is_point(main.place):
        parts.insert(0, main)
    first = parts[0] if parts else None
    parts = [s for s in parts if first is not None and _goes_with(s, first)]
    if len(parts) < 2 or not listed or not any(kind_of(s) in AT_ONCE for s in parts):
        return [], []
    sites = [s for s in stories if s not in parts and _is_site(s, parts)]
    return parts + sites, [f for f in listed if owner[id(f)] in parts]


def _told_on(by_sentence: Mapping[tuple[str, int], list[Frame]]) -> list[list[Frame]]:
    """Gather the frames of each sentence, and of those right behind it that tell on of its attack."""
    groups: list[list[Frame]] = []
    for _, frames in sorted(by_sentence.items()):
        sentence = frames[0].sentence
        last = groups[-1][-1].sentence if groups else None
        follows = last is not None and last.field == sentence.field and sentence.start - last.end <= _NEXT
        if follows and _ALSO.search(sentence.text):
            groups[-1] += frames
        else:
            groups.append(list(frames))
    return groups


def _again(frames: Sequence[Frame]) -> bool:
    return any(_AGAIN.search(frame.sentence.text) for frame in frames)


def _lists(frame: Frame) -> bool:
    telling = frame.sentence.section in (Section.HEADLINE, Section.LEAD, Section.BODY)
    return telling and _names_its_town(frame) and not frame.other and not frame.known


def _names_its_town(frame: Frame) -> bool:
    if frame.place is None or not is_point(frame.place):
        return False
    text = frame.sentence.text
    return not frame.inferred or (frame.place.name in text and _ALSO.search(text) is not None)


def _are_apart(places: Sequence[Place | None]) -> bool:
    return any(relation(a, b) == Relation.APART for i, a in enumerate(places) for b in places[:i])


def _goes_with(story: Story, other: Story) -> bool:
    if story.place is None or other.place is None or story.place.country != other.place.country:
        return False
    if story.actor and other.actor and story.actor != other.actor:
        return False
    days = [when for when in (story.when, other.when) if when]
    return not any(is_period(when) for when in days) and (len(days) < 2 or days_apart(*days) == 0)


def _is_site(story: Story, parts: Sequence[Story]) -> bool:
    """Return whether a story tells of another site in a town that is a part."""
    if story.place is None or story.place.precision not in (
        PlacePrecision.SITE,
        PlacePrecision.DISTRICT,
        PlacePrecision.SETTLEMENT,
    ):
        return False
    return any(
        relation(story.place, part.place) == Relation.SAME
        and _goes_with(story, part)
        and not any(f.known for f in story.frames)
        and (story.when is not None or any(f.claims for f in story.frames))
        for part in parts
    )
