"""What the assembler puts out: pieces of JSON that are one message."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from contracts.annotation import Annotation
from contracts.article import AssembledArticle, RawArticle
from services.assembler.join import Finished
from services.assembler.service import assembled
from services.runtime.pool import Task, annotate
from tests.support import echo


@pytest.mark.parametrize(
    "value", [b'{"text": "Shells hit Sumy."}', b'{"title": "\\ud83d", "text": "\\u0000 \xc2\xab"}']
)
def test_the_pieces_are_the_message_that_the_contract_describes(value):
    record = SimpleNamespace(topic="raw", headers=(), value=value, timestamp=1000, partition=2, offset=5)
    annotation = Annotation.from_json(annotate(echo.SERVICE, None, Task(value, 1000, 2, 5)).annotation)
    kinds = [annotation.model_copy(update={"kind": kind}) for kind in ("weapons", "casualties")]
    output = assembled(Finished(5, record, {one.kind: one.to_json() for one in kinds}))
    expected = AssembledArticle(
        article=RawArticle.read(value, 1000), raw=annotation.raw, annotations=tuple(kinds[::-1])
    )
    assert AssembledArticle.from_json(output.value) == expected
