"""Traces of an event in a text: names of victims and suspects, streets, venues, ages, times, copied sentences."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from contracts.article import RawArticle
from contracts.casualties import CasualtyClaim
from contracts.entities import Entity
from contracts.spans import Section, Span
from services.incidents.frames import LONGEST_SENTENCE
from services.incidents.records import Traces
from services.incidents.words import lowered, table, words_pattern
from services.text.reading import Sentence
from services.text.sections import headline_end

MOST = 24
MOST_NAMES = 40
MOST_SENTENCES = 300
OPENING = 4000  # characters of an article that say what it is about
FIELDS = ("sport", "market", "stage")
FIELD_WORDS = 3
_CAP = r"[A-Z][\w'’\-]{0,30}\.?"
_ORDINAL = r"\d{1,3}(?:st|nd|rd|th)"
_SIDE = (
    r"(?:[NSEW]\.?|North|South|East|West|Northeast|Northwest|Southeast|Southwest|N\.?E\.?|N\.?W\.?|S\.?E\.?|S\.?W\.?)"
)
_TITLE_OF_A_NAME = re.compile(r"\.?\s[A-Z]")
_NUMBERED = re.compile(
    r"\b(?:Interstate|I|Highway|Hwy\.?|U\.?S\.?|State Road|SR|Route|Rt\.?|County Road)[ -](\d{1,4})\b"
)
_VENUE = re.compile(
    rf"(?<![\w'’\-])(?:{_CAP}\s(?:(?:of|the|and|&|de|la|del)\s)?){{1,4}}(?:Club|Nightclub|Bar|Lounge|Pub|Tavern|Saloon|Hotel|Motel|Inn|Apartments?|"
    r"Park|School|Elementary|University|College|Academy|Church|Mosque|Temple|Synagogue|Chapel|Mall|Market|Supermarket|Store|"
    r"Restaurant|Grill|Caf[eé]|Diner|Theatre|Theater|Cinema|Plaza|Station|Airport|Plant|Factory|Refinery|Base|Barracks|Museum|"
    r"Hospital|Clinic|Homes|Village|Estates|Housing|Projects|Towers?|Square|Bridge|Stadium|Arena|Prison|Jail|Embassy|Council|"
    r"Beach|Lake|Casino|Resort|Gas|Mart|Shop|Salon|Barbershop|Center|Centre|Complex|Parade|Festival|Fair|Cemetery|Library)\b"
)
_TREATED = re.compile(
    r"\b(?:taken|transported|rushed|airlifted|flown|treated|hospitali[sz]ed|pronounced|died|driven|admitted|arrived|recover\w*)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<![\w'’\-])[A-Z][a-z'’]{1,25}[\w'’\-]{0,20}(?:\s[A-Z][a-z'’]{1,25}[\w'’\-]{0,20}){0,4}")
_CLOCK = re.compile(r"\b(1[0-2]|0?[1-9])(?::([0-5]\d))?\s?([ap])\.?\s?m\b", re.IGNORECASE)
_AGE = re.compile(r"\b(\d{1,2})(?:-| )years?(?:-| )old\b|(?<=, )(\d{1,2})(?=[,.;])|\baged? (\d{1,2})\b|\((\d{1,2})\)")
_NAME_AGE = re.compile(
    r"\s*,?\s*(?:who (?:was|is) )?(?:,? ?(?:of|from) [A-Z]\w+,? ?)?(?:aged? )?\(?\d{1,2}\b(?!:| ?[ap]\.?m)"
)
_HARMED = re.compile(
    r"\b(?:victims?|killed|slain|dead|died|shot|wounded|injured|identified|suspects?|arrest\w*|charg\w+|accused|suspected|custody|"
    r"convicted|sentenced|pleaded|guilty|gunman|shooter|son|daughter|mother|father|husband|wife|brother|sister|boyfriend|girlfriend|"
    r"funeral|vigil|mourn\w*|murder\w*|attacker|bomber|jail\w*|bond|bail|indicted|trial|surrender\w*|wanted|relatives?|"
    r"family|boy|girl|teen\w*|student|resident|remember\w*)\b",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\b(?:police|chief|sheriff(?:'s|’s)?|sgt|sergeant|lt|lieutenant|capt|captain|cpl|corporal|det|detectives?|officers?|deputy|trooper|"
    r"inspector|commissioner|commander|major|maj|col|colonel|gen|general|admiral|spokes\w+|mayor|governor|gov|president|minister|"
    r"secretary|judge|justice|attorney|prosecutor|lawyer|senator|sen|rep|congress\w+|coroner|examiner|director|councilm[ae]n|alderman|"
    r"superintendent|principal|reporter|photographer|editor|correspondent|writer|analyst|professor|pastor|rev|reverend|bishop|"
    r"ambassador|envoy|king|prince|pope|chairman|ceo|head|pio|agent|warden|marshal|investigator|administrator|official|by)\.?,?\s*$",
    re.IGNORECASE,
)
_OFFICE_AFTER = re.compile(
    r"\s*,\s*(?:an?\s|the\s|who\s)?(?:[\w'’.\-]+\s){0,4}(?:spokes\w+|chief|sheriff|mayor|governor|president|minister|secretary|director|prosecutor|"
    r"attorney|commander|analyst|professor|head|official|officer|reporter|editor|lawyer)\b",
    re.IGNORECASE,
)
_SPEAKS = re.compile(r"^\s*,?\s*(?:said|says|told|added|wrote|reports|contributed|reported)\b")
_SPOKEN = re.compile(r"\b(?:said|says|according to|by|added|told)\s*$")
_PLAIN = {c: None if chr(c) == "'" else chr(c).lower() if chr(c).isalnum() else " " for c in range(128)}
_SUFFIX = {"jr", "sr", "ii", "iii", "iv"}


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(word for row in table("words.tsv") if row["kind"] == kind for word in row["words"].split())


@cache
def _roads() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds = [row["words"].split() for row in table("words.tsv") if row["kind"] == "road"]
    full = {short.capitalize(): words[0] for words in kinds for short in words}
    pattern = (
        rf"(?<![\w'’\-])(?:(?P<number>\d{{1,5}})(?:-?\s?(?:hundred\s)?block)?(?:\sof)?\s)?(?:{_SIDE}\s)?"
        rf"(?P<name>(?:(?:{_CAP}|{_ORDINAL})\s){{1,3}}?)(?P<kind>{'|'.join(full)})\b\.?s?(?![\w'’])"
    )
    return re.compile(pattern), full


def is_figurative(article: RawArticle, claims: Iterable[CasualtyClaim]) -> bool:
    """Tell a report of sport, markets or the stage, told in the words of war, from one of harm that was done."""
    if any(claim.count.best for claim in claims):
        return False
    told = set(re.findall(r"[^\W_]+(?:-[^\W_]+)*", f"{article.title}\n{article.text}"[:OPENING].lower()))
    return any(len(told & _words(kind)) >= FIELD_WORDS + len(told & _words("earnest")) for kind in FIELDS)


@lru_cache(maxsize=1 << 13)
def fold_name(text: str) -> str:
    """Return a name in lower case without accents and punctuation."""
    if text.isascii():
        return " ".join(text[:300].translate(_PLAIN).split())
    plain = unicodedata.normalize("NFKD", text[:300])  # quadratic in a run of combining marks
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c) and c not in "'’")
    return " ".join(kept.lower().split())


def person_key(name: str) -> str | None:
    """Return ``first last`` of a name of two words or more, else None."""
    words = [w for w in fold_name(name).split() if w not in _SUFFIX]
    if len(words) < 2 or len(words[-1]) < 2 or any(w.isdigit() for w in words):
        return None
    return f"{words[0]} {words[-1]}"


def persons(entities: Iterable[Entity], sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """Return the victims and suspects among the named people.

    Those who only speak or hold an office are left out: they turn up in many events.
    """
    found: set[str] = set()
    sentences = sorted(sentences, key=lambda s: (s.field, s.start))
    starts = [(s.field, s.start) for s in sentences]
    for entity in entities:
        key = person_key(entity.name) if entity.label == "PERSON" else None
        if key and _weigh(entity, sentences, starts) > 0:
            found.add(key)
    return tuple(sorted(found)[:MOST])


def _is_named(span: Span, name: str) -> bool:
    """Tell a name from what stands for it, "he" or "the minister": only beside a name stand ages and offices."""
    return span.quote == name or not _openings(span.quote).isdisjoint(_openings(name))


def _openings(name: str) -> set[str]:
    """Return the first letters of a name's words: enough to know them again however they end."""
    return {word[:4].lower() for word in re.split(r"[^\w]+", name) if word[:1].isupper()}


def _weigh(entity: Entity, sentences: Sequence[Sentence], starts: Sequence[tuple[str, int]]) -> int:
    weight = 0
    named = [span for span in entity.spans if _is_named(span, entity.name)]
    for span in named[:MOST]:
        at = bisect_right(starts, (span.field, span.start)) - 1
        if at >= 0 and sentences[at].field == span.field and span.start < sentences[at].end:
            weight += _role(sentences[at], span)
    return weight


def _role(sentence: Sentence, span: Span) -> int:
    """Say how much the words around a name speak for a victim or suspect, and against an official or a witness."""
    start, end = span.start - sentence.start, span.end - sentence.start
    before, after = sentence.text[max(0, start - 40) : start], sentence.text[end : end + 60]
    if _OFFICE.search(before) or _OFFICE_AFTER.match(after):
        return -4
    if _NAME_AGE.match(after):
        return 3
    if _SPEAKS.match(after) or _SPOKEN.search(before):
        return -1
    return int(bool(_HARMED.search(sentence.text[:LONGEST_SENTENCE])))


def streets(text: str) -> set[str]:
    """Return the streets of a text, ``2400 benning road`` with a block and ``benning road`` without."""
    found: set[str] = set()
    pattern, full = _roads()
    for match in pattern.finditer(text):
        if match["kind"] in ("St", "Dr") and not match["number"] and _TITLE_OF_A_NAME.match(text, match.end("kind")):
            continue  # Saint Louis, Doctor Brown
        name = _undulled(fold_name(match["name"]))
        if name:
            kind = full[match["kind"]]
            found.add(f"{name} {kind}")
            if match["number"]:
                found.add(f"{int(match['number']) // 100 * 100} {name} {kind}")
    found.update(f"highway {m[1]}" for m in _NUMBERED.finditer(text))
    return found


def names(sentence: str) -> set[str]:
    """Return what else bears a name in a sentence: its capitalised words, those side by side together."""
    found: set[str] = set()
    for match in _NAMED.finditer(sentence):
        if match.start() > 0 and not sentence[: match.start()].rstrip().endswith(
            (".", ":", "“", '"', "-", "—", "–", "‘")
        ):
            words = [
                w
                for w in fold_name(match.group()).split()
                if w not in _words("dull") and w not in _words("common") and len(w) > 2
            ]
            if words:
                found.add(" ".join(words))
    return found


def blocks(found: Iterable[str]) -> set[str]:
    """Return those of some streets that are numbered blocks: ``2400 benning road``."""
    return {s for s in found if s.split()[0].isdigit() and len(s.split()) > 2}


def headline(sentences: Sequence[Sentence]) -> set[str]:
    """Return the words of the headline."""
    text = " ".join(s.text[:LONGEST_SENTENCE] for s in sentences if s.section == Section.HEADLINE)
    return {w for w in fold_name(text[: headline_end(text)]).split()[:MOST] if len(w) > 3 and w not in _words("dull")}


@cache
def _shares() -> dict[str, float]:
    return {word: float(row["rarity"]) for row in table("headlines.tsv") for word in row["words"].split()}


def headline_rarity(word: str) -> float:
    """Say how much two headlines tell by a word that both have: 0 for one of every tenth, 1 for one of few."""
    return _shares().get(word, 1.0)


def venues(text: str) -> set[str]:
    """Return the named sites of a sentence, save those where the wounded were taken."""
    found: set[str] = set()
    for match in _VENUE.finditer(text):
        if _TREATED.search(text[max(0, match.start() - 60) : match.start()]):
            continue
        name = _undulled(fold_name(match.group()))
        if " " in name:
            found.add(name)
    return found


def _undulled(name: str) -> str:
    words = name.split()
    while words and words[0] in _words("dull"):
        words.pop(0)
    return " ".join(words)


def ages(text: str) -> set[int]:
    """Return the ages that a text gives."""
    return {int(next(g for g in m.groups() if g)) for m in _AGE.finditer(text)}


def clock(text: str) -> set[int]:
    """Return the times of day that a text gives, in minutes after midnight."""
    return {(int(m[1]) % 12 + (12 if m[3].lower() == "p" else 0)) * 60 + int(m[2] or 0) for m in _CLOCK.finditer(text)}


def copies(sentences: Sequence[Sentence]) -> set[str]:
    """Return fingerprints of the longer sentences: what syndicated copies share."""
    found: set[str] = set()
    for sentence in sentences:
        words = re.findall(r"\w+", sentence.text[:LONGEST_SENTENCE])
        if len(words) >= 12:
            found.add(hashlib.blake2b(" ".join(words).lower().encode(), digest_size=6).hexdigest())
    return found


@cache
def _circumstances() -> tuple[re.Pattern[str], tuple[str, ...]]:
    pairs = [(form, row["slug"]) for row in table("circumstances.tsv") for form in _forms(row["words"])]
    return words_pattern([form.replace(" ", r"\s") for form, _ in pairs]), tuple(slug for _, slug in pairs)


def _forms(words: str) -> list[str]:
    """Split a pattern at the bars that stand in no bracket: ``words_pattern`` goes by the first letter of each."""
    return re.findall(r"(?:\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]|[^|(\[])+", words)


def circumstances(text: str) -> Counter[str]:
    """Count what marks the event of a text, by slug."""
    pattern, slugs = _circumstances()
    return Counter(slugs[int((m.lastgroup or "g0")[1:])] for m in pattern.finditer(lowered(text)))


def traces(
    sentences: Sequence[Sentence],
    entities: Iterable[Entity],
    extra_names: Iterable[str] = (),
    place_names: Iterable[str] = (),
    copied: Sequence[Sentence] | None = None,
) -> Traces:
    """Collect the traces of one account from the sentences that tell it.

    Only ``copied``, those that tell of the blow itself, count as copied: an outlet's standing phrases are in many.
    """
    sentences = sentences[:MOST_SENTENCES]
    text = "\n".join(s.text[:LONGEST_SENTENCE] for s in sentences)
    named = set(persons(entities, sentences)) | {k for n in extra_names if (k := person_key(n))}
    body = [s.text[:LONGEST_SENTENCE] for s in sentences if s.field == "text"]
    known = {fold_name(name) for name in place_names}
    sites = {v for sentence in body for v in venues(sentence)} - known
    others = {n for sentence in body for n in names(sentence)} - known - sites
    return Traces(
        persons=tuple(sorted(named)[:MOST]),
        streets=tuple(sorted(streets("\n".join(body)))[:MOST]),
        venues=tuple(sorted(sites)[:MOST]),
        names=tuple(sorted(others)[:MOST_NAMES]),
        headline=tuple(sorted(headline(sentences))),
        ages=tuple(sorted(ages(text))[:MOST]),
        clock=tuple(sorted(clock(text))[:MOST]),
        copies=tuple(sorted(copies(sentences if copied is None else copied))[:MOST]),
        circumstances=tuple(sorted(slug for slug, _ in circumstances(text).most_common(MOST))),
    )
