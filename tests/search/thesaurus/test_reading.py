"""A file of concepts is taken whole or refused with its line and what is wrong there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from search.errors import BadThesaurus
from search.thesaurus import SHIPPED, read

SOUND = {"id": "x1", "kind": "problem", "pref": "淬火软点", "alt": ["淬不硬"], "en": [], "solved_by": ["强制搅拌"]}


def write(folder: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "trade.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    (concept,) = read(write(tmp_path, SOUND, "")).concepts.values()
    assert concept.names == ("淬火软点", "淬不硬")
    assert concept.solved_by == ("强制搅拌",)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "不是一条完整的叙词"),
        ("[]", "不是一条完整的叙词"),
        ({**SOUND, "kind": "trouble"}, "trouble"),
        ({**SOUND, "pref": " "}, "pref 应为文字"),
        ({**SOUND, "alt": "淬不硬"}, "alt 应为文字的列表"),
        ({**SOUND, "en": [1]}, "en 应为文字的列表"),
        ({**SOUND, "kind": "process"}, "只有问题（problem）才能写 solved_by"),
        ({**SOUND, "broader": "淬火软点"}, "broader：“淬火软点”不能是它自己"),
        ({**SOUND, "related": ["淬不硬"]}, "related：“淬不硬”不能是它自己"),
        ({**SOUND, "alt": ["淬不硬", "淬火软点"]}, "alt：“淬火软点”写了两次"),
        ({**SOUND, "hidden": ["淬不硬"]}, "hidden：“淬不硬”写了两次"),
    ],
)
def test_an_unsound_line_is_refused_by_its_place(tmp_path: Path, row: object, said: str) -> None:
    other = {**SOUND, "id": "x0", "pref": "另一个"}
    with pytest.raises(BadThesaurus, match=r"trade\.jsonl 第 2 行") as refused:
        read(write(tmp_path, other, row))
    assert said in str(refused.value)


@pytest.mark.parametrize("same", [{"id": "x1"}, {"pref": "淬火软点"}])
def test_an_id_or_a_preferred_name_stands_once(tmp_path: Path, same: dict[str, str]) -> None:
    with pytest.raises(BadThesaurus, match=r"第 2 行.*已在 trade\.jsonl 第 1 行"):
        read(write(tmp_path, SOUND, {**SOUND, "id": "x2", "pref": "另一个", **same}))


def test_a_way_up_that_goes_round_is_refused(tmp_path: Path) -> None:
    upper = {**SOUND, "id": "x0", "pref": "另一个", "alt": [], "broader": "淬不硬"}
    with pytest.raises(BadThesaurus, match=r"第 1 行：broader：从上位词“淬不硬”往上又回到它自己"):
        read(write(tmp_path, upper, {**SOUND, "broader": "另一个"}))


def test_a_folder_without_concepts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadThesaurus, match="没有叙词"):
        read(tmp_path)


def test_what_comes_with_the_product_is_sound() -> None:
    assert len(read(SHIPPED)) > 2000
