from marketplace.errors import NOUNS, VERBS, Conflict, Invalid, NotAllowed, NotFound, StaleRevision, Unavailable
from marketplace.permissions import Permission

ENGLISH = {"没有找到编号为 %(identity)s 的%(noun)s。": "There is no %(noun)s %(identity)s.", "成果": "achievement"}


def test_an_error_reads_as_a_chinese_sentence():
    assert str(NotFound("achievement", 7)) == "没有找到编号为 7 的成果。"
    assert str(NotAllowed("import", "demand")) == "您没有导入需求的权限。"
    assert str(Invalid({"标题": ["必填。"], "预算": ["请填写整数。"]})) == "请改正以下各项：标题、预算。"
    assert "第 2 版，现在是第 3 版" in str(StaleRevision("demand", 1, given=2, current=3))
    assert str(Unavailable("索引还没有建立，请运行 flask index rebuild。")).endswith("flask index rebuild。")


def test_the_sentence_and_the_words_in_it_are_translated():
    assert NotFound("achievement", 7).text(lambda text: ENGLISH.get(text, text)) == "There is no achievement 7."


def test_what_people_typed_is_never_taken_for_a_placeholder_or_translated():
    assert str(Conflict("合格率 98% 已登记")) == "合格率 98% 已登记"
    assert NotFound("achievement", "成果").text(lambda text: ENGLISH.get(text, text)) == "There is no achievement 成果."


def test_an_error_keeps_what_a_caller_decides_by():
    error = StaleRevision("demand", 1, given=2, current=3)
    assert (error.noun, error.identity, error.given, error.current) == ("demand", 1, 2, 3)
    assert Invalid({"title": ("必填。",)}).fields == {"title": ["必填。"]}


def test_every_permission_can_be_refused_in_words():
    for permission in Permission:
        noun, verb = permission.value.split(":")
        assert noun in NOUNS
        assert verb in VERBS
