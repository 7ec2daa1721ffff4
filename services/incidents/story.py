"""Stories: an article's frames gathered by place, day and acting side, one story for each event that it tells of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from contracts.casualties import Harm
from contracts.places import Place
from contracts.spans import Precision, Section, When
from contracts.weapons import WeaponCategory
from services.incidents.days import days_apart
from services.incidents.frames import Frame, parted
from services.incidents.geo import FINENESS, Relation, relation
from services.incidents.records import WIDE

TELLING = frozenset({Section.HEADLINE, Section.LEAD, Section.BODY})
PERIOD_DAYS = 6  # a stretch this long is a campaign, not a blow
MOST_STORIES = 200
W = WeaponCategory
AFAR = frozenset({
    W.MISSILE_BALLISTIC, W.MISSILE_CRUISE, W.MISSILE_HYPERSONIC, W.MISSILE_OTHER, W.DRONE, W.BOMB, W.ARTILLERY, W.MLRS,
    W.MORTAR, W.AIRCRAFT, W.CLUSTER_MUNITION,
})  # fmt: skip


@dataclass(slots=True, eq=False)
class Story:
    """Frames that tell of one event."""

    frames: list[Frame] = field(default_factory=list)
    place: Place | None = None
    when: When | None = None
    actor: str | None = None
    first: bool = False

    def add(self, frame: Frame) -> None:
        """Take a frame in; the finer place and the first date stay."""
        self.frames.append(frame)
        if self.place is None or (
            frame.place
            and relation(self.place, frame.place) in (Relation.SAME, Relation.WITHIN)
            and FINENESS[frame.place.precision] < FINENESS[self.place.precision]
        ):
            self.place = frame.place
        finer = self.when is None or (frame.when is not None and _length(frame.when) < _length(self.when))
        if frame.when is not None and frame.sure and finer:
            self.when = frame.when
        self.actor = self.actor or frame.actor

    def fits(self, frame: Frame) -> bool:
        """Return whether a frame can speak of this event."""
        if frame.known or self.frames[0].known:
            return frame.known == self.frames[0].known
        if frame.when and self.when and is_period(frame.when, self.when):
            return False
        if frame.actor and self.actor and frame.actor != self.actor:
            return False
        where = relation(self.place, frame.place)
        if parted(self.place, frame):
            return False
        if self.when is None or frame.when is None or not frame.sure:
            return not (frame.other and (frame.when is not None or frame.place is not None) and self.when != frame.when)
        gap = days_apart(self.when, frame.when)
        if frame.claims and _from_afar((frame,)) and _from_afar(self.frames):
            return gap == 0  # the next day's strike has its own victims
        if frame.other or (where == Relation.SAME and frame.strong):
            return gap == 0
        return gap <= 2

    def weight(self) -> float:
        """Return how much of the article tells this story."""
        total = 0.0
        for frame in self.frames:
            section = frame.sentence.section
            value = 3.0 if section == Section.HEADLINE else 2.0 if section == Section.LEAD else 1.0
            if section not in TELLING:
                value = 0.1
            total += value * (1.0 if frame.strong else 0.5) + 0.5 * len(frame.claims) * (section in TELLING)
        return total


def _from_afar(frames: Iterable[Frame]) -> bool:
    return any(f.weapons and any(w.category in AFAR for w in f.weapons) for f in frames)


def is_period(*whens: When) -> bool:
    """Return whether two stretches of days differ, one of them that of a campaign."""
    return len(set(whens)) > 1 and any(w.precision == Precision.RANGE and _length(w) >= PERIOD_DAYS for w in whens)


def _length(when: When) -> int:
    return ((when.end or when.start) - when.start).days if when.start else 9999


def gather(told: Iterable[Frame]) -> list[Story]:
    """Gather frames into stories, in the order of the text."""
    stories: list[Story] = []
    last: Story | None = None
    paragraph: tuple[str, int] | None = None
    for frame in told:
        section = frame.sentence.section
        here = (frame.sentence.field, frame.sentence.paragraph)
        bare = frame.place is None and frame.when is None and frame.actor is None
        if section == Section.RELATED:
            story = next((s for s in reversed(stories) if _retells(s, frame)), None)
        elif bare and last is not None and here == paragraph and not frame.other:
            story = last
        else:
            before = last if here == paragraph else None
            story = next((s for s in stories if _open_to(s, frame, before) and s.fits(frame)), None)
        if story is None and len(stories) == MOST_STORIES:
            continue
        if story is None:
            story = Story(first=not stories)
            stories.append(story)
        story.add(frame)
        if section != Section.RELATED and not frame.known:
            last, paragraph = story, here
    return stories


def _open_to(story: Story, frame: Frame, before: Story | None) -> bool:
    """Return whether a frame of the running text may tell a story on.

    One without a place goes on with what was said just before, or with the story that the article began with.
    """
    if story.frames[0].sentence.section == Section.RELATED:
        return False
    if story is before or story.first:
        return True
    return _is_local(story.place) == _is_local(frame.place)


def _is_local(place: Place | None) -> bool:
    return place is not None and place.precision not in WIDE


def _retells(story: Story, frame: Frame) -> bool:
    """Return whether a line of a link list repeats a story: the same place, no other day, and the same figures."""
    if relation(story.place, frame.place) != Relation.SAME or (
        story.when and frame.when and days_apart(story.when, frame.when)
    ):
        return False
    told = {(c.harm, c.count.best) for f in story.frames for c in f.claims}
    return bool(told & {(c.harm, c.count.best) for c in frame.claims})


def retold(stories: Sequence[Story]) -> list[Story]:
    """Give a story those that tell it again under the name of a place nearby, with one of its figures."""
    kept: list[Story] = []
    figures: list[frozenset[tuple[Harm, int]]] = []
    for story in stories:
        told = frozenset(
            (c.harm, c.count.best) for f in story.frames for c in f.claims if c.count.best and c.count.best > 1
        )
        same = next((i for i, other in enumerate(kept) if told & figures[i] and _is_again(story, other)), None)
        if same is None:
            kept.append(story)
            figures.append(told)
            continue
        for frame in story.frames:
            kept[same].add(frame)
        figures[same] |= told
    return kept


def _is_again(story: Story, other: Story) -> bool:
    if any(f.known or f.other or f.sentence.section not in TELLING for s in (story, other) for f in s.frames):
        return False
    if relation(story.place, other.place) not in (Relation.SAME, Relation.NEAR):
        return False
    return story.when is None or other.when is None or days_apart(story.when, other.when) == 0
