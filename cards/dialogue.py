"""The card that waits for a yes, and the answer to 为什么."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from cards.action import Action
from cards.card import Button, Card, Field, Style, Tone
from cards.slots import slot_label, slot_rows, slot_value
from cards.wording import phrase
from domain.dialogue.draft import DraftState
from domain.dialogue.wish import Wish, WishState

if TYPE_CHECKING:
    from cards.glance import Glance
    from domain.dialogue.views import ActView, DraftView
    from domain.dialogue.wish import Reason

_say = partial(phrase, "dialogue/draft")
_BUTTON_MAX = 10
"""Characters of a button on WeCom, which has the narrower ones."""
_WHY: Mapping[str, str] = {
    "company": "客户名单里的叫法",
    "contact": "姓氏加称呼，或客户的联系人",
    "phone": "号码格式",
    "product": "产品库",
    "part": "备件目录",
    "staff": "人员名单",
    "money": "金额写法",
    "quantity": "数字加量词",
    "discount": "折扣写法",
    "time": "日期写法",
    "source": "来源叫法",
    "region": "区域名",
    "stage": "阶段叫法",
    "document": "单号格式",
    "context": "您手上正在办的",
}
"""The first part of the reader's rule → in words, where the rule has no convention to tell."""


def draft(view: DraftView, glance: Glance) -> Card:
    """Draw what would be written, for the one person who may say yes."""
    answerable = view.answerable(glance.now) and bool(view.open)
    single = len(view.wishes) == 1
    return Card(
        kind="dialogue.draft",
        subject=view.subject,
        version=view.version,
        title=_title(view, answerable=answerable),
        status=_say("status", view.state if answerable or view.state is not DraftState.OPEN else "expired", view.open),
        tone=Tone.WARN if answerable else Tone.MUTED,
        headline=view.wishes[0].question if single and answerable else "",
        fields=_single(view.wishes[0], glance) if single else _listed(view, glance),
        quote=view.wishes[-1].words,
        notes=_notes(view, glance) if answerable else (),
        buttons=_buttons(view) if answerable else _undo_buttons(view),
        outcome="" if answerable or _undo_buttons(view) else _outcome(view),
        url=glance.page(f"/m/drafts/{view.id}"),
    )


def explain_act(act: ActView, glance: Glance) -> list[str]:
    """Return the lines that say which words were read as what, and by which rule or convention."""
    lines = [_say("understood", act, glance.clock(act.at))]
    told = set()
    for reason in act.reasons:
        label = slot_label(reason.slot)
        if label and reason.slot in act.slots and label not in told:
            told.add(label)
            alone = {name: act.slots[name] for name in (reason.slot, "amount_approx") if name in act.slots}
            value = slot_value(reason.slot, alone, glance)
            lines.append(_say("reason", label, value, reason.quote, _why(reason)))
    lines += [
        _say("assumed", note) for note in act.notes if not any(note.endswith(r.note) for r in act.reasons if r.note)
    ]
    return lines


def row(wish: Wish, glance: Glance) -> str:
    """Return one wish on one line."""
    return _say("item", wish, [value for _, value in slot_rows(wish.slots, glance)])


def _title(view: DraftView, *, answerable: bool) -> str:
    if not answerable:
        return _say("over", view)
    return _say("asking" if len(view.wishes) == 1 and view.wishes[0].asks else "title", view)


def _single(wish: Wish, glance: Glance) -> tuple[Field, ...]:
    rows = [Field(label=slot_label(slot), value=value) for slot, value in slot_rows(wish.slots, glance)]
    numbered = [] if _short(wish) else wish.answers
    choices = [Field(label=_say("choice", place), value=answer) for place, answer in enumerate(numbered, 1)]
    return (*rows, *choices)


def _short(wish: Wish) -> bool:
    """Tell whether the answers fit on buttons; longer ones are numbered above them."""
    return all(len(answer) <= _BUTTON_MAX for answer in wish.answers)


def _listed(view: DraftView, glance: Glance) -> tuple[Field, ...]:
    rows = []
    for place, wish in enumerate(view.wishes, 1):
        said = f"{_say('standing', wish)} {row(wish, glance)}"
        tone = Tone.PLAIN if wish.state is WishState.OPEN else Tone.MUTED
        rows.append(Field(label=_say("number", place), value=said.strip(), tone=tone))
    return tuple(rows)


def _notes(view: DraftView, glance: Glance) -> tuple[str, ...]:
    assumed = dict.fromkeys(note for index in view.open for note in view.wishes[index].notes)
    files = [_say("files", view.files)] if view.files else []
    single = view.wishes[0] if len(view.wishes) == 1 else None
    how = "how_many" if single is None else "how_answer" if single.asks else "how"
    return (
        *(_say("assumed", note) for note in assumed),
        *files,
        _say("until", glance.clock(view.expires_at)),
        _say(how),
    )


def _buttons(view: DraftView) -> tuple[Button, ...]:
    if len(view.wishes) == 1:
        wish = view.wishes[0]
        answers = tuple(
            _button(
                view,
                answer if _short(wish) else _say("choice", place),
                "answer_wish",
                answer if _short(wish) else str(place),
                i="0",
                a=str(place - 1),
            )
            for place, answer in enumerate(wish.answers, 1)
        )
        yes = () if wish.asks else (_button(view, "确认", "confirm_wish", "确认", Style.PRIMARY, i="0"),)
        return (
            *answers,
            *yes,
            *(() if answers else (_button(view, "修改", "revise_draft", "数量改成3台"),)),
            _button(view, "取消", "drop_wish", "算了", Style.DANGER),
        )
    every = (
        _button(view, "全部确认", "confirm_wish", "全部确认", Style.PRIMARY),
        _button(view, "全部取消", "drop_wish", "全部取消", Style.DANGER),
    )
    return (*_each(view, room=6 - len(every)), *every)


def _each(view: DraftView, *, room: int) -> tuple[Button, ...]:
    """Return every wish's own 确认 and, where there is room, its 取消; of a confirmed one its 撤销."""
    yes = [_button(view, f"确认{index + 1}", "confirm_wish", f"确认 {index + 1}", i=str(index)) for index in view.open]
    no = [_button(view, f"取消{index + 1}", "drop_wish", f"取消 {index + 1}", i=str(index)) for index in view.open]
    both = [each for pair in zip(yes, no, strict=True) for each in pair]
    undo = list(_undo_buttons(view))
    for buttons in (both + undo, yes + undo):
        if len(buttons) <= room:
            return tuple(buttons)
    return ()


def _undo_buttons(view: DraftView) -> tuple[Button, ...]:
    """Of several wishes each is taken back here; a single one has a card of its own for that."""
    if len(view.wishes) == 1:
        return ()
    done = [index for index, wish in enumerate(view.wishes) if wish.state is WishState.DONE and wish.subjects]
    return tuple(_button(view, f"撤销{index + 1}", "undo_wish", f"撤销 {index + 1}", i=str(index)) for index in done)


def _button(view: DraftView, text: str, verb: str, typed: str, style: Style = Style.PLAIN, **args: str) -> Button:
    action = Action(verb=verb, subject=view.subject, version=view.version, args=args)
    return Button(text=text, action=action, style=style, typed=typed)


def _outcome(view: DraftView) -> str:
    return _say("closed", view) if view.state is DraftState.CLOSED else _say("expired")


def _why(reason: Reason) -> str:
    return reason.note or _WHY.get(reason.rule.partition(".")[0], "")
