"""Where inquiries come from: words for channels, campaigns, regions, what is none, and what comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from domain.assignment.receiving import Received, ReceiveInquiry
from domain.channels.channel import CampaignKind
from domain.channels.commands import EnrolCampaign, EnrolChannel, TeachChannelWord
from domain.customers.customer import Customer
from domain.customers.regions import province_of, region_by_phone, region_of
from domain.errors import Invalid, NotFound, Stale
from domain.inquiries.commands import LogInquiry
from domain.inquiries.inquiry import Inquiry
from domain.inquiries.invalid import MarkInvalid, RestoreInquiry
from domain.tasks.task import Task
from tests.support.company import Company, open_company


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as company:
        company.act(EnrolChannel(code="douyin", name="抖音", synonyms=("dy", "短视频")))
        company.act(EnrolChannel(code="expo", name="展会"))
        yield company


def outside(company: Company, **fields: str) -> Received:
    door = {name: fields.pop(name) for name in ("channel", "key") if name in fields}
    said = LogInquiry(**{"requirement": "要一台", "phone": "13800138000", **fields})
    done = company.act(ReceiveInquiry(said=said, **door))
    assert isinstance(done, Received)
    return done


def test_free_words_mean_one_channel(company: Company) -> None:
    assert company.get(Inquiry, company.log(source="ＤＹ")).source == "抖音"
    with pytest.raises(Invalid, match="已经是渠道“抖音”的叫法"):
        company.act(EnrolChannel(code="expo", name="展会", synonyms=("短视频",)))
    assert company.get(Inquiry, outside(company, channel="expo").inquiry_id).source == "展会"
    with pytest.raises(Invalid, match="没有渠道 nowhere"):
        outside(company, channel="nowhere")


def test_an_unknown_word_is_asked_about_once_and_taught(company: Company) -> None:
    first = company.get(Inquiry, company.log(source="视频号"))
    assert first.source == "视频号"
    assert first.notes[0] == "不认识渠道“视频号”，已按原话记下。它算哪个渠道？例如：视频号算抖音（现有 抖音、展会）"
    second = company.get(Inquiry, company.log(source="视频号"))
    assert not any("不认识渠道" in note for note in second.notes)
    with pytest.raises(NotFound, match="没有“小红书”这个渠道，现有：抖音、展会"):
        company.act(TeachChannelWord(word="视频号", channel="小红书"), "陈静")
    assert company.act(TeachChannelWord(word="视频号", channel="dy"), "陈静") == "抖音"
    for inquiry in company.all(Inquiry):
        assert inquiry.source == "抖音"
        assert not any("不认识渠道" in note for note in inquiry.notes)
    assert company.get(Inquiry, company.log(source="视频号")).source == "抖音"


def test_a_campaign_under_way_is_carried(company: Company) -> None:
    days = {"begins": date(2026, 11, 20), "ends": date(2026, 11, 23)}
    for name in ("上海工博会", "深圳机床展"):
        company.act(EnrolCampaign(name=name, kind=CampaignKind.EXPO, channel="展会", cost_fen=1, **days))
    named = company.log(requirement="上海工博会上认识的", source="展会")
    assert company.look(lambda queries: queries.inquiries.card(named, company.actor("陈静"))).campaign == "上海工博会"
    assert company.get(Inquiry, company.log(source="展会")).campaign_id is None
    company.clock.move(timedelta(days=1))
    assert company.get(Inquiry, company.log(requirement="上海工博会", source="展会")).campaign_id is None


@pytest.mark.parametrize(
    ("place", "province", "region"),
    [("苏州工业园区", "江苏", "华东"), ("内蒙包头", "内蒙古", "华北"), ("广东省", "广东", "华南"), ("火星", "", "")],
)
def test_places_lie_somewhere(place: str, province: str, region: str) -> None:
    assert (province_of(place), region_of(place)) == (province, region)


@pytest.mark.parametrize(
    ("phone", "region"),
    [
        ("051265551234", "华东"),
        ("02085551234", "华南"),
        ("0482123456", "华北"),
        ("13812345678", ""),
        ("4008217788", ""),
    ],
)
def test_an_area_code_says_the_region(phone: str, region: str) -> None:
    assert region_by_phone(phone) == region


def test_the_region_is_filled_from_the_landline(company: Company) -> None:
    inquiry = company.get(Inquiry, company.log(company="新来的机械厂", phone="0755-26551234"))
    assert inquiry.region == "华南"


def test_what_is_none_is_marked_and_restored(company: Company) -> None:
    inquiry = company.get(Inquiry, company.log())
    with pytest.raises(Invalid, match="空号、广告、测试"):
        company.act(MarkInvalid(inquiry_id=inquiry.id, reason="不喜欢"), "陈静")
    with pytest.raises(NotFound):
        company.act(MarkInvalid(inquiry_id=inquiry.id, reason="空号"), "何雨")
    company.act(MarkInvalid(inquiry_id=inquiry.id, reason="空号"), "陈静")
    card = company.card("inquiries.logged", inquiry.subject, "陈静")
    assert (card.status, card.outcome, [button.text for button in card.buttons]) == (
        "无效",
        "已标为无效：空号",
        ["恢复"],
    )
    assert not [name for name in company.pending() if name.startswith("task:")]
    assert inquiry.customer_id is not None
    assert not company.get(Customer, inquiry.customer_id).active
    company.act(RestoreInquiry(inquiry_id=inquiry.id), "陈静")
    assert company.get(Customer, inquiry.customer_id).active
    assert [task.state.value for task in company.all(Task)] == ["cancelled", "open"]
    with pytest.raises(Stale):
        company.act(RestoreInquiry(inquiry_id=inquiry.id), "陈静")


def test_the_same_number_within_days_is_joined(company: Company) -> None:
    first = outside(company)
    again = outside(company, requirement="再要一台")
    assert (again.inquiry_id, again.joined) == (first.inquiry_id, True)
    assert "同一号码又来询：再要一台" in company.get(Inquiry, first.inquiry_id).notes
    assert company.told(first.owner)[-1] == f"{first.no} 的客户又来询了：再要一台。已并入原来那条，请一起跟。"
    company.clock.move(timedelta(days=8))
    assert not outside(company).joined


def test_the_same_key_eight_times_at_once_is_one(company: Company) -> None:
    said = LogInquiry(requirement="要一台")
    assert company.race(*((ReceiveInquiry(said=said, key="lead-7"), "") for _ in range(8))) == [None] * 8
    assert len(company.all(Inquiry)) == 1
