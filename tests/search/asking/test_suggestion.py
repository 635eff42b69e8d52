"""A question that finds nothing is answered with questions near it that find something."""

from search.asking.suggestion import suggest

FREQUENCIES = {"激光": 5, "切割": 9, "钢板": 2}


def suggested(text: str, keywords: tuple[str, ...] = (), *, finding: tuple[str, ...]) -> tuple[str, ...]:
    return suggest(text, keywords, lambda word: FREQUENCIES.get(word, 0), finding.__contains__)


def test_the_unknown_words_are_left_out_first() -> None:
    assert suggested("激光切割 玄学钢板", finding=("激光切割 钢板", "激光切割"))[0] == "激光切割 钢板"


def test_then_the_rarest_word_then_the_words_one_by_one() -> None:
    assert suggested("激光切割钢板", finding=("激光切割", "钢板", "激光", "切割")) == ("激光切割", "钢板", "激光")


def test_keywords_of_near_records_come_last() -> None:
    assert suggested("激光 玄学", ("夹具", "轴承"), finding=("激光", "夹具")) == ("激光", "夹具")


def test_nothing_is_suggested_that_finds_nothing() -> None:
    assert suggested("激光", ("夹具",), finding=()) == ()


def test_few_questions_are_tried_however_long_the_question() -> None:
    tried: list[str] = []
    suggest("激光 " * 500, (f"词{n}" for n in range(500)), lambda _word: 1, lambda text: bool(tried.append(text)))
    assert len(tried) <= 12
