"""Which part of an article a paragraph belongs to: lead and body, or what pages print around them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from contracts.spans import Section

_RELATED = re.compile(
    r"(?:read|see|watch|look|listen)\s+(?:also|more|next|too)\b|(?:also|further)\s+read(?:ing)?\b|related\b(?=\W|\s*(?:posts|articles|stories|"
    r"news|content|topics|coverage|links|video)|$)|more\s+(?:from|on\s+this|stories|news|to\s+read)\b|other\s+(?:topics|stories|news)\b|"
    r"most\s+(?:popular|read|viewed|recent|shared)\b|recommended\b|top\s+stories\b|latest\s+(?:news|stories|articles)\b|"
    r"you\s+(?:may|might)\s+also\s+like\b|don'?t\s+miss\b|trending\b|editor'?s?'?\s+(?:picks?|choice)\b|in\s+other\s+news\b|"
    r"previous(?:ly)?\s+(?:articles?|stories)\b|keep\s+reading\b|what\s+to\s+read\s+next\b|popular\s+(?:now|posts|stories)\b",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"(?:\d+\s+)?comments?\s*(?:\(\s*\d*\s*\))?\s*:?$|comments\s+(?:are\s+closed|on\s*:)|(?:leave|post|add|write)\s+a\s+(?:comment|reply)\b|"
    r"reader\s+comments\b|join\s+the\s+(?:conversation|discussion)\b|\d+\s+(?:responses?|replies)\b.{0,80}$|what\s+do\s+you\s+think\s*\?",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"subscribe\b|sign\s+up\b|discover\s+more\s+from\b|advertisement\s*$|follow\s+(?:us|\w+\s+on)\b|click\s+here\b|all\s+rights\s+reserved\b|"
    r"copyright\b|(?:©|\(c\))\s*\d{4}|to\s+suggest\s+a\s+correction\b|continue\s+reading\b|would\s+you\s+like\s+to\s+receive\b|"
    r"download\s+(?:our|the)\s+\w*\s*app\b|share\s+(?:this|on|via)\b|get\s+the\s+latest\b|support\s+(?:our|independent)\b|newsletter\b|"
    r"your\s+support\b|terms\s+of\s+(?:use|service)\b|privacy\s+policy\b|you\s+can\s+also\s+highlight\b|this\s+material\s+may\s+not\s+be\b|"
    r"(?:photo|image|video|picture|graphic)s?\s*(?:credit|by|:)|(?:published|updated|posted|last\s+modified)\s*(?::|on\b|at\b|\d)|"
    r"(?:by|reporting\s+by|editing\s+by|written\s+by)\s+[A-Z][\w.'-]+(?:\s+[A-Z][\w.'-]+){0,3}\s*$|back\s+to\s+top\b",
    re.IGNORECASE,
)
_CREDIT = re.compile(  # at the end of a caption
    r"\((?:image|photo|picture|pic|credit|file\s+photo)s?\b[^)]{0,80}\)\s*$|(?:getty(?:\s+images)?|afp|reuters|ap\s+photo|epa)\s*\)?\s*$",
    re.IGNORECASE,
)
_PICTURED = re.compile(
    r"(?:pictured|photo|image|file\s+photo|in\s+this\s+(?:photo|image|picture|file))\b", re.IGNORECASE
)
_GUEST = re.compile(
    r"^[A-Z][\w'’.-]+(?:\s+[A-Z][\w'’.-]+){1,3}\s+[-–—|,]\s+.{0,100}\b(?:member|leader|professor|columnist|mp|editor|analyst|author|"
    r"senator|director|fellow|president|minister|ambassador|activist|writer|commentator|expert|historian|chair\w*)\b[^.]{0,80}$",
    re.IGNORECASE,
)
_OPINION = re.compile(
    r"^(?:opinion|comment|analysis|guest\s+(?:column|post|essay)|viewpoint|op-ed)\s*[:|]?\s*$", re.IGNORECASE
)
# A sentence that was added later: "Updated at 16:18: The governor said that the toll had risen to 16."
_TOLD_LATER = re.compile(r"updated?\b[^.!?:]{0,20}(?::\d\d)?[^.!?:]{0,5}:\s+\S+(?:\s+\S+){4,}[.!?]", re.IGNORECASE)
# An outlet's own name behind the headline.
_OUTLET = re.compile(
    r"\s[-–—|:]+\s(?=[^|]{0,120}(?i:\bnews|\bweather|\bsports|\.com|\btv\b|-tv|\btimes|\bpost|\bherald|\btribune|\bradio|\bchronicle))"
)
_CLIP = re.compile(r"[0-6]:[0-5]\d\s+\S")  # how long a video runs, and its title
_ENDS, _QUOTES, _CLOSING = tuple(".!?…:;"), tuple("\"”’'"), "\"'”’»)]"
_BULLET = re.compile(r"\s*(?:[•*‣▪·●◦►]|[-–—]\s)\s*")
_STOPS = re.compile(r"[.!?][\"”’)]?\s+[A-Z\"“]")
_CLIPS = 3  # so many lines with a length, most of them without a full stop, are a list of videos
_SHORT = 15  # what is shorter is no headline
_LONG = 260  # no heading, caption or link is longer


def mark_sections(paragraphs: Sequence[str], title: str = "") -> list[Section]:
    """Name the section of each paragraph, in order.

    ``title`` is the headline that came apart from the text; without one an unfinished first line is it. A list of
    links ends with the next full sentence that is no bullet; comments and a guest's column run to the end or to the
    page's own words.
    """
    titled = bool(title)
    printed: dict[str, int] = {}
    for paragraph in paragraphs:
        printed[paragraph] = printed.get(paragraph, 0) + 1
    finished = [_is_finished(p[-40:].rstrip()) for p in paragraphs]
    prose = sum(finished) * 2 >= len(paragraphs) and len(paragraphs) > 4
    timed = [n for n, p in enumerate(paragraphs) if len(p) <= _LONG and _CLIP.match(p)]
    clips = set(timed) if len(timed) >= _CLIPS and 2 * sum(finished[n] for n in timed) < len(timed) else set()
    marks: list[Section] = []
    running: Section | None = None
    lead_seen = False
    for number, paragraph in enumerate(paragraphs):
        short = paragraph[: _LONG + 1].strip()
        bullet = bool(_BULLET.match(short))
        heading = _heading(short, number, len(paragraphs)) if len(paragraph) <= _LONG else None
        heading = Section.RELATED if number in clips else heading
        if heading:
            keeps = heading is Section.BOILERPLATE or (
                heading is Section.RELATED and finished[number] and not short.endswith(":")
            )
            running = (None if running is Section.RELATED else running) if keeps else heading
            marks.append(heading)
        elif running is Section.RELATED and (bullet or not finished[number]):
            marks.append(Section.RELATED)
        elif running in (Section.COMMENT, Section.GUEST):
            marks.append(running)
        else:
            running = None
            mark = Section.BODY
            if printed[paragraph] > 1 and not finished[number] and len(short.split()) > 3 and (lead_seen or titled):
                mark = Section.CAPTION
            elif len(paragraph) <= _LONG:
                mark = _plain(
                    short, bullet=bullet, finished=finished[number], prose=prose, first=not lead_seen and not titled
                )
            if title and _SHORT < len(short) < len(title) + 30 and (title.startswith(short) or short.startswith(title)):
                mark = Section.HEADLINE
            if mark is Section.BODY and not bullet and not lead_seen:
                mark, lead_seen = Section.LEAD, True
            titled = titled or mark is Section.HEADLINE
            marks.append(mark)
    return marks


def _is_finished(end: str) -> bool:
    """Tell whether a sentence ends with the end of a paragraph."""
    return end.endswith(_QUOTES) or end.rstrip(_CLOSING).endswith(_ENDS)


def _is_caption(short: str) -> bool:
    """Tell the words under a picture by how they begin, or by a credit: that ends with a bracket or an agency."""
    credited = (short.endswith(")") or short[-1:].isalpha()) and _CREDIT.search(short)
    return bool(credited or _PICTURED.match(short))


def _heading(short: str, number: int, total: int) -> Section | None:
    stripped = _BULLET.sub("", short, count=1) if _BULLET.match(short) else short
    if _COMMENTS.match(stripped):
        return Section.COMMENT
    if _RELATED.match(stripped):
        return Section.RELATED
    if _BOILERPLATE.match(stripped) and not _TOLD_LATER.match(stripped):
        return Section.BOILERPLATE
    if number and (_OPINION.match(stripped) or (number * 2 > total and _GUEST.match(stripped))):
        return Section.GUEST
    return None


def _plain(short: str, *, bullet: bool, finished: bool, prose: bool, first: bool) -> Section:
    if _is_caption(short):
        return Section.CAPTION
    if first and not finished and not bullet:
        return Section.HEADLINE
    if prose and not finished and not bullet and len(short.split()) > 5 and not _STOPS.search(short):
        return Section.CAPTION
    return Section.BODY


def headline_end(title: str) -> int:
    """Return where a headline ends and the outlet's own name begins, as in "... - KXYZ News, Springfield"."""
    tail = _OUTLET.search(title)
    return tail.start() if tail else len(title)
