"""The names that spaCy's recogniser finds, from its own weights with a fraction of the work.

The network is that of ``nlp.pipe``: hashed features and a vector for each word, convolutions over its neighbours, and
moves that begin, go on with and end a name. Here what a word gives by itself is kept for the next time, numpy's BLAS
multiplies the matrices, and the moves outside names are scored for all words at once, as they depend on no move before
them. The names are the same, save where two moves draw in the sixth digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from spacy.language import Language

Floats = NDArray[np.float32]
Whole = NDArray[np.intp]

_KEPT = 1 << 15  # tokens, of which each takes 400 bytes
_AT_ONCE = 10_000  # characters
_TOGETHER = 16  # moves inside names that are made for all of them at once; a longer name goes on alone


# What the tokenizer looks at by itself: words, and white space beyond one blank behind a word.
_PIECE = re.compile(r"\S+|(?<!\S)\s+|(?<=\S)[^\S ]\s*")


class Found(NamedTuple):
    """A name: offsets into its text, and its label."""

    start: int
    end: int
    label: str


class _Layer:
    """A linear layer, of whose pieces the largest is taken and normalised."""

    def __init__(self, part: Any) -> None:  # noqa: ANN401 - thinc's Model, of no fixed type
        maxout, norm = (next(node for node in part.walk() if node.name == name) for name in ("maxout", "layernorm"))
        weights = maxout.get_param("W")
        self.width, self._pieces, _ = weights.shape
        self._weights = np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(weights.shape[2], -1))
        self._bias = np.ascontiguousarray(maxout.get_param("b").T.reshape(-1))
        self._gain, self._shift = norm.get_param("G"), norm.get_param("b")

    def __call__(self, given: Floats) -> Floats:
        scores = given @ self._weights
        scores += self._bias
        first, *others = np.split(scores, self._pieces, axis=1)
        for other in others:
            np.maximum(first, other, out=first)
        made: Floats = first - first.mean(axis=1, keepdims=True)
        made *= (np.einsum("ij,ij->i", made, made) / self.width + 1e-8)[:, None] ** -0.5
        made *= self._gain
        made += self._shift
        return made


class _Tokens(NamedTuple):
    """The tokens of some texts: a vector each, offsets into its text, whether it is white space; where texts end."""

    vectors: Floats
    starts: Whole
    stops: Whole
    blank: NDArray[np.bool_]
    ends: Whole


class _Pieces:
    """The tokenizer and what tokens give by themselves, kept from text to text by piece."""

    def __init__(self, nlp: Language, embed: Any) -> None:  # noqa: ANN401 - thinc's Model
        from spacy.attrs import IDX, IS_SPACE, LENGTH, NORM, ORTH, PREFIX, SHAPE, SUFFIX  # noqa: PLC0415 - slow

        self._nlp = nlp
        self._attributes = [ORTH, NORM, PREFIX, SUFFIX, SHAPE, IDX, LENGTH, IS_SPACE]
        nodes = list(embed.walk())
        self._hashed = sorted((n for n in nodes if n.name == "hashembed"), key=lambda node: node.attrs["column"])
        self._projection = next(n for n in nodes if n.name == "static_vectors").get_param("W").T
        self._mix = _Layer(embed)
        self._clear(_KEPT)

    def _clear(self, room: int) -> None:
        self._known: dict[str, int] = {}
        self._first: list[int] = [0]  # tokens of each piece, and behind the last one
        self._vectors = np.empty((room, self._mix.width), np.float32)
        self._places = np.empty((room, 3), np.intp)  # start, stop, whether it is white space

    def __call__(self, texts: Sequence[str]) -> _Tokens:
        """Cut texts into tokens."""
        found = [[(match.group(), match.start()) for match in _PIECE.finditer(text)] for text in texts]
        new = {piece for of_text in found for piece, _ in of_text if piece not in self._known}
        if self._first[-1] + sum(map(len, new)) > len(self._vectors):
            new = {piece for of_text in found for piece, _ in of_text}
            self._clear(max(_KEPT, sum(map(len, new))))
        if new:
            self._learn(sorted(new))
        pieces = np.array([self._known[piece] for of_text in found for piece, _ in of_text])
        bounds = np.array(self._first)
        counts = bounds[pieces + 1] - bounds[pieces]
        behind = np.cumsum(counts)
        rows = np.arange(behind[-1]) + np.repeat(bounds[pieces] - behind + counts, counts)
        offsets = np.repeat([start for of_text in found for _, start in of_text], counts)
        starts, stops, blank = self._places[rows].T
        ends = behind[np.cumsum([len(of_text) for of_text in found]) - 1]
        return _Tokens(self._vectors[rows], starts + offsets, stops + offsets, blank > 0, ends)

    def _learn(self, pieces: Sequence[str]) -> None:
        with self._nlp.memory_zone():  # the vocabulary must not grow
            docs = [self._nlp.make_doc(piece).to_array(self._attributes) for piece in pieces]
            attributes = np.concatenate(docs)
            first = self._first[-1]
            self._first += (first + np.cumsum([len(doc) for doc in docs])).tolist()
            self._known.update(zip(pieces, range(len(self._known), len(self._known) + len(pieces)), strict=True))
            self._vectors[first : self._first[-1]] = self._mixed(attributes)
        start, length, blank = attributes[:, 5:].T.astype(np.intp)
        self._places[first : self._first[-1]] = np.stack([start, start + length, blank], axis=1)

    def _mixed(self, attributes: NDArray[np.uint64]) -> Floats:
        parts = []
        for number, node in enumerate(self._hashed, 1):
            table, ids = node.get_param("E"), np.ascontiguousarray(attributes[:, number])
            parts.append(table[node.ops.hash(ids, node.attrs["seed"]) % len(table)].sum(axis=1))
        vectors = self._nlp.vocab.vectors
        found = vectors.find(keys=attributes[:, 0])
        parts.append(vectors.data[found] @ self._projection)
        parts[-1][found < 0] = 0
        return self._mix(np.hstack(parts))


class Namer:
    """The model's tokenizer and its recogniser of names, of one process and thread."""

    def __init__(self, nlp: Language) -> None:
        ner: Any = nlp.get_pipe("ner")
        tok2vec, _, reduce = ner.model.get_ref("tok2vec").layers
        self._pieces = _Pieces(nlp, tok2vec.get_ref("embed"))
        self._convolutions = [_Layer(layer) for layer in tok2vec.get_ref("encode").layers[0].layers]
        self._reduce, self._reduced = reduce.get_param("W").T, reduce.get_param("b")
        self._moves = _Moves(ner)

    def __call__(self, texts: Iterable[str]) -> Iterator[list[Found]]:
        """Yield the names of each text, in order; no text may be empty."""
        some: list[str] = []
        for text in texts:
            some.append(text)
            if sum(map(len, some)) >= _AT_ONCE:
                yield from self._named(some)
                some = []
        if some:
            yield from self._named(some)

    def _named(self, texts: Sequence[str]) -> list[list[Found]]:
        tokens = self._pieces(texts)
        last = np.zeros(len(tokens.vectors), bool)
        last[tokens.ends - 1] = True
        names: list[list[Found]] = [[] for _ in texts]
        for first, end, label in self._moves(self._encoded(tokens.vectors, tokens.ends), last, tokens.blank):
            of_text = names[np.searchsorted(tokens.ends, first, side="right")]
            of_text.append(Found(int(tokens.starts[first]), int(tokens.stops[end]), label))
        return names

    def _encoded(self, words: Floats, ends: Whole) -> Floats:
        """Return a vector for each word in its company; texts are set apart by as many blanks as a word looks."""
        apart = len(self._convolutions)
        count, width = words.shape
        at = np.arange(count) + apart * (1 + np.searchsorted(ends, np.arange(count), side="right"))
        vectors = np.zeros((count + apart * (1 + len(ends)), width), np.float32)
        vectors[at] = words
        around = np.zeros((len(vectors), 3 * width), np.float32)
        for convolution in self._convolutions:
            around[1:, :width] = vectors[:-1]
            around[:, width : 2 * width] = vectors
            around[:-1, 2 * width :] = vectors[1:]
            vectors += convolution(around)
        reduced: Floats = vectors[at] @ self._reduce
        reduced += self._reduced
        return reduced


class _Moves:
    """The moves that begin, go on with and end names.

    A move is scored by the word it stands at and, inside a name, by the name's first word and the one before.
    """

    def __init__(self, ner: Any) -> None:  # noqa: ANN401 - spaCy's EntityRecognizer has no types
        lower, upper = ner.model.get_ref("lower"), ner.model.get_ref("upper")
        self._width = upper.get_dim("nI")
        # Pieces one behind the other, the larger of which counts.
        parts = (np.ascontiguousarray(w.transpose(2, 1, 0).reshape(w.shape[2], -1)) for w in lower.get_param("W"))
        self._here, self._first, self._before = parts
        padding = lower.get_param("pad")[0]
        self._inside = lower.get_param("b").T.reshape(-1)
        self._outside = self._inside + (padding[1] + padding[2]).T.reshape(-1)
        weights, bias = upper.get_param("W"), upper.get_param("b")
        numbers = {ner.moves.get_class_name(number): number for number in range(ner.moves.n_moves)}
        opening = sorted(
            (n, move) for move, n in numbers.items() if move == "O" or (move[:2] in {"B-", "U-"} and move[2:])
        )
        self._labels = [move[2:] for _, move in opening]
        self._is_out, self._is_begin = (np.array([move[0] == kind for _, move in opening]) for kind in "OB")
        self._opens, self._opens_bias = weights[[n for n, _ in opening]].T, bias[[n for n, _ in opening]]
        on, end = ([numbers.get(f"{kind}-{label}", 0) for label in self._labels] for kind in "IL")
        self._goes_on, self._goes_on_bias = weights[on] - weights[end], bias[on] - bias[end]

    def __call__(
        self, vectors: Floats, last: NDArray[np.bool_], blank: NDArray[np.bool_]
    ) -> Iterator[tuple[int, int, str]]:
        """Yield (first word, last word, label) of the names; ``last`` marks where texts end, ``blank`` white space."""
        here = vectors @ self._here
        scores = self._larger(here + self._outside) @ self._opens
        scores += self._opens_bias
        scores[np.ix_(last, self._is_begin)] = -np.inf
        scores[np.ix_(blank, ~self._is_out)] = -np.inf
        moves = scores.argmax(axis=1)
        firsts = np.flatnonzero(~self._is_out[moves])
        moves = moves[firsts]
        ends = np.where(self._is_begin[moves], -1, firsts)
        names, at = np.flatnonzero(ends < 0), firsts[ends < 0] + 1
        here += self._inside
        for _ in range(_TOGETHER):
            on = self._on(vectors, here, firsts[names], at, moves[names]) & ~last[at]
            ends[names[~on]] = at[~on]
            names, at = names[on], at[on] + 1
        free = 0
        for number, first in enumerate(firsts.tolist()):
            if first >= free:
                end = int(ends[number])
                if end < 0:
                    end = first + _TOGETHER + 1
                    one = slice(number, number + 1)
                    while not last[end] and self._on(vectors, here, firsts[one], np.array([end]), moves[one])[0]:
                        end += 1
                yield first, end, self._labels[moves[number]]
                free = end + 1

    def _on(self, vectors: Floats, here: Floats, firsts: Whole, at: Whole, moves: Whole) -> NDArray[np.bool_]:
        """Tell of words inside names whether the name goes on behind them."""
        hidden = self._larger(here[at] + vectors[firsts] @ self._first + vectors[at - 1] @ self._before)
        gain: Floats = np.einsum("ij,ij->i", hidden, self._goes_on[moves]) + self._goes_on_bias[moves]
        return gain >= 0

    def _larger(self, pieces: Floats) -> Floats:
        return np.maximum(pieces[:, : self._width], pieces[:, self._width :])
