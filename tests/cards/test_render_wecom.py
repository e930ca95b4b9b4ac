"""Cards as WeCom gets them: golden files, and the platform's limits checked on every one."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from cards.card import Card, Choice, Field, Option
from cards.render.wecom import render, render_update
from tests.cards.sample_cards import CARDS, CODEC, EVIL, HOSTILE, MULTIPLE, PAGE, VOTE, deed

GOLDEN = Path(__file__).parent / "golden" / "wecom"


def golden(name, drawn):
    """Return the recorded drawing; ``GOLDEN=write`` records the present one (then read the diff)."""
    file = GOLDEN / f"{name}.json"
    if os.environ.get("GOLDEN") == "write":
        file.write_text(json.dumps(drawn, ensure_ascii=False, indent=2) + "\n")
    return json.loads(file.read_text())


@pytest.mark.parametrize("name", CARDS)
def test_sent(name):
    drawn = render(CARDS[name], CODEC, task_id="t-1")
    assert drawn == golden(name, drawn)


@pytest.mark.parametrize("name", CARDS)
def test_updated(name):
    drawn = render_update(CARDS[name], CODEC)
    assert drawn == golden(f"{name}_update", drawn)


def drawings():
    decided = {f"{name}, decided": replace(card, outcome="周敏 已同意 14:32") for name, card in CARDS.items()}
    for name, card in {**CARDS, **decided}.items():
        message = render(card, CODEC, task_id="t-1")
        if message["msgtype"] == "template_card":
            yield pytest.param(message["template_card"], False, id=f"{name}, sent")
        yield pytest.param(render_update(card, CODEC), True, id=f"{name}, updated")


@pytest.mark.parametrize(("card", "updating"), [*drawings()])
def test_the_platform_would_take_it(card, updating):
    """The rules of the platform, written down a second time (WeCom reference 3.3)."""
    kind = card["card_type"]
    allowed = {"card_type", "source", "main_title", "task_id"} | {
        "text_notice": {
            *(
                "emphasis_content",
                "sub_title_text",
                "horizontal_content_list",
                "jump_list",
                "quote_area",
                "card_action",
            ),
        },
        "news_notice": {
            *("card_image", "vertical_content_list", "horizontal_content_list", "jump_list", "quote_area"),
            "card_action",
        },
        "button_interaction": {
            *("sub_title_text", "horizontal_content_list", "quote_area", "card_action", "button_selection"),
            *("button_list", "replace_text"),
        },
        "vote_interaction": {"checkbox", "submit_button", "replace_text"},
        "multiple_interaction": {"select_list", "submit_button", "replace_text"},
    }[kind]
    assert set(card) <= allowed
    assert ("task_id" in card) is not updating
    vote = kind == "vote_interaction"
    assert 0 < len(card["main_title"]["title"]) <= (16 if vote else 36)
    assert len(card["main_title"].get("desc", "")) <= (
        160 if kind in {"vote_interaction", "multiple_interaction"} else 44
    )
    assert len(card.get("sub_title_text", "")) <= 160
    assert len(card.get("source", {}).get("desc", "")) <= 20
    assert len(card.get("emphasis_content", {}).get("title", "")) <= 14
    assert len(card.get("horizontal_content_list", [])) <= 6
    for row in card.get("horizontal_content_list", []):
        assert 0 < len(row["keyname"]) <= 5
        assert 0 < len(row["value"]) <= 30
        assert (row.get("type") == 1) is ("url" in row)
    assert len(card.get("jump_list", [])) <= 3
    assert len(card.get("vertical_content_list", [])) <= 4
    if kind.endswith("_notice"):
        assert card["card_action"]["url"].startswith("https://")
    if kind == "news_notice":
        assert card["card_image"]["url"]
    if kind == "button_interaction":
        assert 1 <= len(card["button_list"]) <= 6
        assert all(0 < len(button["text"]) <= 10 for button in card["button_list"])
        keys = [button["key"] for button in card["button_list"] if button.get("type") != 1]
        assert len(set(keys)) == len(keys)
    elif not kind.endswith("_notice"):
        assert ("submit_button" in card) or updating
    if vote:
        assert 1 <= len(card["checkbox"]["option_list"]) <= 20
    assert len(card.get("select_list", [])) <= 3
    assert None not in card.values()


MARKUP = re.compile(r"<a|</|<font|<@|@all|\$userName|<!", re.IGNORECASE)


@pytest.mark.parametrize("outcome", ["", HOSTILE])
@pytest.mark.parametrize("shape", ["button", "notice", "picture", "vote", "multiple"])
def test_user_text_stays_text(shape, outcome):
    """R-84."""
    option = Option(id="a", text=HOSTILE)
    many = Choice(key="q", title=HOSTILE, options=(option,), many=True)
    one = replace(many, many=False)
    card = {
        "button": EVIL,
        "notice": replace(EVIL, buttons=(), url=PAGE),
        "picture": replace(EVIL, buttons=(), url=PAGE, picture_url="https://crm.example.com/p.jpg"),
        "vote": replace(EVIL, choices=(many,)),
        "multiple": replace(EVIL, choices=(one, replace(one, key="r"))),
    }[shape]
    card = replace(card, outcome=outcome)
    for drawn in (render(card, CODEC, task_id="t"), render_update(card, CODEC)):
        if drawn.get("msgtype") != "markdown":
            assert MARKUP.findall(json.dumps(drawn, ensure_ascii=False)) == []


def test_user_text_in_markdown_is_no_markup():
    """R-84."""
    content = render(replace(EVIL, buttons=()), CODEC, task_id="t")["markdown"]["content"]
    ours = re.sub(r'<font color="(info|comment|warning)">|</font>', "", content)
    assert MARKUP.findall(ours) == []
    assert "](" not in ours
    assert [line for line in ours.split("\n") if line.startswith("#")] == []


def test_markdown_drops_whole_lines_from_the_end():
    fields = tuple(Field(label=f"行{n}", value="值" * 60) for n in range(40))
    card = Card(kind="t", subject="t:1", version=1, title="今日提醒", fields=fields, notes=("注",))
    content = render(card, CODEC, task_id="t")["markdown"]["content"]
    assert len(content.encode()) <= 2048
    lines = content.split("\n")
    assert lines[-1] == "…"
    assert lines[1:-1] == [f"行{n}：{'值' * 60}" for n in range(len(lines) - 2)]


def test_the_first_three_single_questions_are_asked_and_the_rest_is_named():
    drawn = render(MULTIPLE, CODEC, task_id="t")["template_card"]
    assert [select["question_key"] for select in drawn["select_list"]] == ["q1", "q2", "q3"]
    assert "还需填写：问题4" in drawn["main_title"]["desc"]


def test_one_question_of_many_options_becomes_a_vote_with_one_answer():
    options = tuple(Option(id=str(n), text=f"项{n}") for n in range(25))
    card = replace(VOTE, choices=(Choice(key="q", title="哪一项", options=options),))
    drawn = render(card, CODEC, task_id="t")["template_card"]
    assert (drawn["checkbox"]["mode"], len(drawn["checkbox"]["option_list"])) == (0, 20)
    assert "哪一项还可以是：项20、项21、项22、项23、项24" in drawn["main_title"]["desc"]


def test_deeds_without_a_button_can_be_typed():
    card = replace(EVIL, title="t", buttons=tuple(deed(f"按{n}", f"v{n}", typed=f"做{n}") for n in range(8)))
    drawn = render(card, CODEC, task_id="t")["template_card"]
    assert [button["text"] for button in drawn["button_list"]] == [f"按{n}" for n in range(6)]
    assert drawn["sub_title_text"].startswith("也可以输入：做6 / 做7\n")
