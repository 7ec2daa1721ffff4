"""A sentence as words: where they stand, how they are compared, and whether capitals tell anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from services.text.gazetteer import fold
from services.text.reading import Reading, Sentence

# Words with apostrophes inside; initials ("U.S.", "U.S") before those of one letter. Most are found at the first try.
_JOINED = r"(?:['’ʼ`ʹ][^\W_]+)*"
_TOKEN = re.compile(rf"[^\W_]{{2,}}{_JOINED}|(?:[^\W\d_]\.){{2,}}|(?<!\w)[^\W\d_]\.[^\W\d_](?!\w)|[^\W_]{_JOINED}")
_LONGEST_WORD = 40
POSSESSIVES = frozenset({"'s", "’s", "'S", "’S"})

#: Return the key of a word.
key_of = lru_cache(maxsize=1 << 14)(fold)


@dataclass(slots=True)  # not frozen: that costs a third of all time here
class Token:
    """A word, its place in the sentence and its key."""

    start: int
    end: int
    text: str
    key: str
    capital: bool


class Tokens(dict[int, Token]):
    """The words of a sentence, each made when it is first looked at: most of them never are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.spans = [span for m in _TOKEN.finditer(text) if (span := m.span())[1] - span[0] <= _LONGEST_WORD]
        self.capitals = [text[start].isupper() for start, _ in self.spans]

    def __len__(self) -> int:
        return len(self.spans)

    def titled(self) -> bool:
        """Tell whether most of the longer words begin with a capital."""
        longer = [k for k, (start, end) in enumerate(self.spans) if end - start > 4 and not self[k].text.isdigit()]
        return len(longer) > 3 and sum(self.capitals[k] for k in longer) > 0.75 * len(longer)

    def __missing__(self, at: int) -> Token:
        start, end = self.spans[at]
        text = self._text[start:end]
        token = self[at] = Token(start, end, text, key_of(text), self.capitals[at])
        return token


@dataclass(slots=True)
class Line:
    """A sentence as words, and how it is set: ``loud`` in capitals, ``titled`` as a headline, ``quiet`` without any."""

    sentence: Sentence
    tokens: Tokens
    loud: bool
    titled: bool
    quiet: bool

    @property
    def count(self) -> int:
        """How many words there are."""
        return len(self.tokens)

    def key(self, at: int) -> str:
        """Return a word, folded."""
        return self.tokens[at].key

    def capital(self, at: int) -> bool:
        """Tell whether a word begins with a capital."""
        return self.tokens.capitals[at]

    def gap(self, at: int) -> str:
        """Return what stands between the word before a position and the word at it."""
        return self.sentence.text[self.tokens.spans[at - 1][1] : self.tokens.spans[at][0]]


def line_of(sentence: Sentence, *, quiet: bool) -> Line:
    """Read a sentence as words; ``quiet`` tells that its article has no capitals."""
    tokens = Tokens(sentence.text)
    loud = _is_loud(sentence.text)
    stopped = sentence.text.rstrip().endswith((".", ".”", '."', "?", "!"))
    titled = loud or (not stopped and tokens.titled())
    return Line(sentence, tokens, loud, titled, quiet)


def is_quiet(reading: Reading) -> bool:
    """Tell whether an article has no capitals at all."""
    letters = capitals = 0
    for sentence in reading.sentences:
        capitals += sum(map(str.isupper, sentence.text))
        if capitals > 2:
            return False
        letters += sum(map(str.isalpha, sentence.text))
    return letters > 40 and not capitals


def _is_loud(text: str) -> bool:
    """Tell whether a sentence is set in capitals."""
    if sum(map(text.count, "aeinorst")) > 0.25 * len(text):  # the same in less time for nearly all sentences
        return False
    letters = sum(map(str.isalpha, text))
    return letters > 12 and sum(map(str.isupper, text)) > 0.75 * letters
