from __future__ import annotations

import json

from services.ingest.beside import described
from services.ingest.readers import read_file


def write(folder, **fields):
    (folder / "index.jsonl").write_text(json.dumps(fields) + "\nnot json\n[1]\n{}\n")


def test_a_line_beside_a_text_file_says_what_the_file_cant(tmp_path):
    (tmp_path / "a.txt").write_text("Title\nText\n")
    write(tmp_path, title="other", text="other", published_at="2024-07-09", attributes={"key": "a.txt"})
    (found,) = read_file(str(tmp_path / "a.txt"))
    assert (found.data["title"], found.data["text"].strip(), found.data["published_at"]) == (
        "Title",
        "Text",
        "2024-07-09",
    )


def test_other_files_are_left_alone(tmp_path):
    (tmp_path / "b.txt").write_text("Title\nText\n")
    write(tmp_path, published_at="2024-07-09", attributes={"key": "a.txt"})
    (found,) = read_file(str(tmp_path / "b.txt"))
    assert "published_at" not in found.data


def test_an_index_that_is_written_later_is_seen(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Title")
    assert described(path) == {}
    write(tmp_path, source="Wire", attributes={"file": "a.txt"})
    assert described(path)["source"] == "Wire"
