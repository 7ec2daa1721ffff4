"""Sentences whose figures are sums over several incidents: of a period, a campaign or fights at many places."""

from __future__ import annotations

import re

from ahocorasick_rs import AhoCorasick

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_NUMBERS = r"\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|few|several|many"
_PERIODS = (
    (
        rf"since (?:the |last |early |late |mid[- ]|about )?(?:\d|{_MONTHS}|{_DAYS}"
        r"|(?:start|beginning|outbreak|war|invasion|conflict|then)\b"
        r"|week|month|year)"
    ),
    (  # since the full-scale invasion of 2022, since Russia's annexation
        r"since (?:[\w'’-]+ ){0,4}?(?:invasion|war|conflict|uprising|revolution|coup|annexation|hostilities|insurgency|"
        r"escalation|offensive|takeover|intifada)\b"
    ),
    (
        r"since (?:[\w'-]+ ){1,5}?(?:(?:was|were) (?:founded|created|launched|elected|installed|signed|declared)"
        r"|began|started|came|took|broke|erupted|rose|assumed|became|launched|resumed)\b"
    ),
    (
        r"(?:in|over|during|within|lasted|of) (?:the |its |a )?"
        r"(?:past |last |previous |first |more than |less than |fewer than |only |just |nearly |almost |about )*"
        rf"(?:{_NUMBERS})[- ](?:week|month|year|decade)s?\b"
    ),
    r"in the first \d+ (?:day|week|month)s\b",
    r"(?:past|last) (?:week|month|year|decade)s\b",
    rf"(?:past|last) (?:{_NUMBERS}) days\b",
    r"in (?:the|this) (?:reporting|reported|same) period\b",
    (
        rf"between (?:\d{{1,2}} )?(?P<month>{_MONTHS})(?: \d{{1,2}})? and "
        rf"(?!(?:\d{{1,2}} )?(?P=month))(?:\d{{1,2}} )?(?:{_MONTHS})"
    ),
    r"\d+[- ](?:year|month|week)[- ](?:long |old )?(?:war|conflict|campaign|insurgency|fight)",
    rf"so far (?:in|during) (?:{_MONTHS})\b",
    rf"during (?:the month of )?(?:{_MONTHS})\b(?! \d)",
    r"during (?:his|her|its|their|the \w+) (?:term|presidency|rule|dictatorship|regime|reign)\b",
    rf"in (?:{_NUMBERS}) days of (?:fighting|combat|clashes|battles|war|riots|unrest)\b",
    r"(?:accumulated|cumulative|running) (?:total|toll|figure)",
    # from 3 May to 10 June; between March and July; from 1980 to 1992
    (
        rf"(?:from|between) (?:the )?(?:\d+ )?(?:{_MONTHS})(?: \d+)?(?: ?,? \d{{4}})? (?:to|and|until|through) "
        rf"(?:\d+ )?(?:{_MONTHS})\b"
    ),
    r"(?:from|between) (?:19|20)\d\d (?:to|and|until|through) (?:19|20)\d\d\b",
)
RUNNING = re.compile(r"\b(?:" + "|".join(_PERIODS) + ")")
# A series that goes on, told in the perfect: "two judges have been killed in less than 15 days".
_SERIES = re.compile(
    r"\b(?:has|have)\b[^.;]{0,120}\b(?:in|within) (?:less than|fewer than|only|just|barely|under|little more than) "
    r"(?:\d+|\w+) days\b"
    r"|\bduring the (?:\S+ ){0,2}(?:campaign|offensive)\b[^.;]{0,120}\b(?:has|have)\b"
)
# What a war has cost, and so many attacks that their victims are a sum.
_COST = re.compile(
    r"\b(?:war|conflict|insurgency|terrorism|strife|rebellion|dictatorship|repression|genocide)\b[^.;,]{0,40}?"
    r"\b(?:that|which) (?:has |had )?(?:already |so far )?(?:cost|claimed|left|taken|killed|caused|resulted)\b"
    r"|\b(?:has|have) [^.;]{0,40}?\b\d{2,} "
    r"(?:bombs|bombings|attacks|explosions|raids|ambushes|assassinations|murders)\b"
    r"|\bso far\b[^.;]{0,160}\b(?:terrorism|violence|repression)\b"
)
# Fights that have gone on for days: their victims are a sum.
_LASTING = re.compile(
    r"\b(?:fighting|combats?|clashes|battles|hostilities|operations|actions|offensive)\b[^.;]{0,20}"
    r"\b(?:began|started|broke out) "
    rf"(?:on (?:\d|{_DAYS}|{_MONTHS})|in (?:early |late )?(?:{_MONTHS})|last (?:week|month))"
    r"|\b(?:fighting|clashes|battles) (?:that|which) (?:has|have) (?:taken place|occurred|been)\b"
    r"|\b(?:in|during|of) (?:the )?recent (?:days|fighting|clashes|combats?|battles|operations)\b"
    r"|\b(?:in|during|as a result of) (?:the |these |those |its |their )?"
    r"(?:military|armed|guerrilla|rebel|combat) (?:actions|operations|engagements)\b"
)
_SEVERAL = r"(?:attacks|clashes|ambushes|raids|battles)"
_EVENTS = (
    r"(?:actions|operations|engagements|clashes|battles|"
    r"fighting|combats?|confrontations|skirmishes|ambushes|armed actions|attacks)"
)
_MANY = r"(?:various|several|different|many|other|all)"
# One figure for fights at several places is a sum over incidents.
_SCATTERED = re.compile(
    rf"\b(?:clashes|battles|fighting|combat|confrontations|skirmishes)\b[^.;]{{0,80}}\b(?:{_MANY} (?:\w+ )?"
    r"(?:parts|areas|places|points|regions|provinces|sectors)"
    r"|nationwide|countrywide|(?:throughout|across) the (?:country|nation|region)|national territory)\b"
    rf"|\bin {_SEVERAL}\b[^.;]{{0,60}}\band (?:in )?{_SEVERAL}\b"
    rf"|\bin {_SEVERAL}\b[^.;,]{{0,60}}\bin the country\b"
    rf"|\b(?:attacks|harassment)\b[^.;]{{0,80}}\bin (?:{_NUMBERS}) of the (?:\S+ )?(?:departments|provinces|states)\b"
    rf"|\b(?:\d+|{_NUMBERS}) (?:armed )?(?:clashes|confrontations|skirmishes|ambushes)\b"
    rf"|\b(?:in|during|by|across|after) (?:\d+|{_NUMBERS}|{_MANY}) (?:separate|different|unrelated) (?:\S+ ){{0,2}}?"
    r"(?:attacks|incidents|strikes|shootings|bombings|explosions|blasts|raids|operations|assaults|killings)\b"
    r"|\b(?:in|during|by|across) \d{2,3} (?:[\w-]+ ){0,2}(?:attacks|strikes|raids|operations|incidents|activities|"
    r"bombings|explosions|assassinations)\b"
    rf"|\b(?:in|during|as a result of) {_MANY} (?:armed |military |guerrilla |rebel |separate |such )*{_EVENTS}\b"
    rf"|\b{_EVENTS} (?:\S+ ){{0,4}}in (?:the )?(?:country's|(?:central|north|south|east|west)\w*(?: and \w+)? "
    r"(?:sectors?|parts?|regions?|zones?|areas?) of the country)\b"
)


# Without one of these there is no sum: they are looked for first, as the patterns take their time.
SUMMED = AhoCorasick([
    "fight", "combat", "clash", "battle", "hostilit", "operation", "action", "offensive", "engagement", "confrontation",
    "skirmish", "attacks", "ambush", "raids", "harassment", "incidents", "strikes", "shootings", "bombings", "blasts",
    "explosions", "assaults", "killings", " days ", "campaign", "war ", "conflict ", "insurgency ", "terrorism",
    "strife ", "rebellion ", "dictatorship ", "repression", "genocide ", "bombs ", "assassinations", "murders",
    "so far ", "activities", "violence",
])  # fmt: skip


def is_sum(lowered: str) -> bool:
    """Tell whether a sentence, its words folded, counts the victims of several fights or of a series that goes on."""
    return bool(
        _LASTING.search(lowered) or _SCATTERED.search(lowered) or _SERIES.search(lowered) or _COST.search(lowered)
    )
