"""Numbers and addresses of persons are found before anything is public, and other numbers are left alone."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from marketplace import audit, chain
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Achievement, Attachment, Indicator, StoredFile
from marketplace.permissions import Actor, Grant
from marketplace.personal_data import find
from marketplace.services import publicity
from marketplace.services.disclosing.layers import set_layers
from marketplace.services.disclosing.personal_data import PersonalDataShown, clear, found, uncleared
from tests.factories import AchievementFactory

PROVINCE = Actor("account:900", (Grant("province_curator"),), account_id=900)
CITY = Actor("account:901", (Grant("city", "51/5106"),), account_id=901)
IDENTITY = "510104199001011230"
CARD = "6222021234567890128"


@pytest.mark.parametrize(
    ("text", "kind", "masked"),
    [
        ("联系王工13812345678。", "mobile", "138…78"),
        ("电话：+86 138-1234-5678", "mobile", "138…78"),
        ("手机１３８１２３４５６７８", "mobile", "138…78"),
        ("座机028-86123456转8001", "landline", "028…56"),
        ("（0816）2345678", "landline", "081…78"),
        (f"身份证{IDENTITY}", "identity_card", "510…30"),
        ("11010119900307109x", "identity_card", "110…9X"),
        (f"卡号{CARD}", "bank_card", "622…28"),
        ("卡号 6222 0212 3456 7890 128", "bank_card", "622…28"),
        ("zhang.san+x@163.com.cn", "email", "z…@163.com.cn"),
    ],
)
def test_a_number_or_address_of_a_person_is_found_however_it_is_written(text: str, kind: str, masked: str) -> None:
    assert [(it.kind, it.masked) for it in find(text)] == [(kind, masked)]


@pytest.mark.parametrize(
    "text",
    [
        "专利号ZL201810123456.7，申请号 202010123456.8，公开号CN113812345678A",
        "GB/T 0123-45678901，JB/T 13812345678-2020，DL/T 5161.1",
        "转速13800~15000r/min，压力0.012~0.018MPa，13800138000.5，0816.2345678",
        "510104199001011232",
        "6222021234567890127 4444444444444444",
        "统一社会信用代码91510100MA6CXXXX1K，合同编号2023138123456789",
        "服务热线400-820-8820，型号@M12x1.5，a@b",
        "1380013800，138001380001",
    ],
)
def test_numbers_of_other_kinds_are_none_of_a_person(text: str) -> None:
    assert not list(find(text))


def written(session: Session, **fields: object) -> Achievement:
    return AchievementFactory(
        **{"state": "final_review", "published_state": "unpublished", "published_at": None, "region": "5106", **fields}
    )


def test_a_record_is_searched_where_the_public_will_read_it(sqlite_session: Session) -> None:
    achievement = written(
        sqlite_session,
        summary="有意者电13812345678或028-86123456",
        indicators=[Indicator(name="圆度", value="0.01", test=f"检测人身份证{IDENTITY}")],
        principle="原理见13912345678",
        contact_phone="13712345678",
        supporters=["李四 13612345678"],
    )
    assert [(it.place, it.kind) for it in found(achievement)] == [
        ("summary", "mobile"), ("summary", "landline"), ("indicators.0.test", "identity_card"),
    ]  # fmt: skip
    achievement.disclosure = {"summary": 1, "principle": 0, "indicator_tests": 1}
    assert [it.place for it in found(achievement)] == ["principle"]


def test_nothing_is_announced_with_a_phone_in_it_until_it_is_mended(session: Session) -> None:
    achievement = written(session, summary="联系王工13812345678")
    with pytest.raises(PersonalDataShown, match="简介（手机号 138…78）") as refused:
        publicity.announce(session, PROVINCE, [achievement.id], "公示", "网站")
    assert "13812345678" not in str(refused.value)
    achievement.state, achievement.summary = "final_review", "联系单位工会"
    session.flush()
    assert publicity.announce(session, PROVINCE, [achievement.id], "公示", "网站")


def test_a_reviewer_lets_through_what_is_meant_for_the_public_and_the_audit_keeps_no_number(session: Session) -> None:
    achievement = written(session, summary="产品咨询电话028-86123456")
    clear(session, PROVINCE, achievement.id, "summary", "landline", "厂里的销售热线，本来就公开")
    assert publicity.announce(session, PROVINCE, [achievement.id], "公示", "网站")
    events = audit.history(session, "achievement", achievement.id)
    event = next(it for it in events if it.verb == "clear_personal_data")
    assert event.reason == "厂里的销售热线，本来就公开"
    assert event.payload_hash == chain.sha256(chain.canonical({"place": "summary", "kind": "landline"}))
    achievement.summary = "产品咨询电话028-86123456，找李四"
    assert [it.place for it in uncleared(session, achievement)] == ["summary"]


def test_clearing_needs_the_province_a_reason_without_numbers_and_something_to_clear(sqlite_session: Session) -> None:
    achievement = written(sqlite_session, summary="电话028-86123456")
    with pytest.raises(NotAllowed):
        clear(sqlite_session, CITY, achievement.id, "summary", "landline", "热线")
    for reason in (" ", "就是028-86123456这个热线"):
        with pytest.raises(Invalid):
            clear(sqlite_session, PROVINCE, achievement.id, "summary", "landline", reason)
    with pytest.raises(NotFound):
        clear(sqlite_session, PROVINCE, achievement.id, "summary", "mobile", "热线")


def holding_a_list(session: Session, achievement: Achievement, *, text: str = "read", layer: int = 0) -> None:
    """Give a record a file in whose text a phone number was found."""
    found = [{"at": ["page", "3"], "kind": "mobile", "masked": "138…78"}] if text == "read" else []
    session.add(
        StoredFile(sha256="a" * 64, size=9, media_type="application/pdf", scan="clean",
                   scanned_at=achievement.created_at, text=text, personal=found)
    )  # fmt: skip
    session.flush()
    held = {"file_name": "报告.pdf", "media_type": "application/pdf", "size": 9, "sha256": "a" * 64}
    achievement.attachments.append(Attachment(disclosure=layer, **held))
    session.flush()


def test_a_phone_in_a_public_file_stops_the_announcement_as_one_in_a_field_does(session: Session) -> None:
    achievement = written(session, protection="filed")
    holding_a_list(session, achievement)
    with pytest.raises(PersonalDataShown, match=r"附件“报告\.pdf”（手机号 第 3 页 138…78）"):
        publicity.announce(session, PROVINCE, [achievement.id], "公示", "网站")
    achievement.state = "final_review"
    session.flush()
    (where,) = uncleared(session, achievement)
    clear(session, PROVINCE, achievement.id, where.place, "mobile", "厂里的销售热线")
    assert publicity.announce(session, PROVINCE, [achievement.id], "公示", "网站")


def test_a_file_that_is_not_for_the_public_may_name_persons(session: Session) -> None:
    achievement = written(session)
    holding_a_list(session, achievement, layer=2)
    assert publicity.announce(session, PROVINCE, [achievement.id], "公示", "网站")


def test_a_file_opened_after_publication_is_looked_at_as_before_it(sqlite_session: Session) -> None:
    published = AchievementFactory(protection=None, summary="电话13812345678")
    holding_a_list(sqlite_session, published, layer=2)
    (file,) = published.attachments
    chosen = {"protection": None, "layers": {}, "files": {}, "deferred_until": None}
    set_layers(sqlite_session, PROVINCE, published.id, published.revision, chosen)
    with pytest.raises(PersonalDataShown, match="附件"):
        set_layers(sqlite_session, PROVINCE, published.id, published.revision, chosen | {"files": {file.id: 0}})


@pytest.mark.parametrize(("text", "why"), [("waiting", "还没有检查"), ("marked", "涉密标志")])
def test_no_public_file_is_announced_unread_or_with_a_mark_of_secrecy(
    sqlite_session: Session, text: str, why: str
) -> None:
    achievement = written(sqlite_session)
    holding_a_list(sqlite_session, achievement, text=text)
    with pytest.raises(Conflict, match=why):
        publicity.announce(sqlite_session, PROVINCE, [achievement.id], "公示", "网站")
