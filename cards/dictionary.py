"""Cards of the data dictionary: a field, the question for one, and the list of any record."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from cards.action import Action
from cards.card import Button, Card, Choice, Field, Option, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.condition_words import said_value
from domain.dictionary.reading import example_of
from domain.dictionary.views import DefinitionView, ListedRow, ListingView
from domain.fields import TYPE_LABELS, FieldType, Required
from domain.filled import FilledView, QuestionView

_field = partial(phrase, "dictionary/field")
_ask = partial(phrase, "dictionary/question")
_list = partial(phrase, "dictionary/listing")
_TONES = {"proposed": Tone.WARN, "live": Tone.GOOD, "retired": Tone.MUTED}
REQUIRED_SAID = {Required.NO: "选填", Required.WARN: "要问", Required.BLOCK: "必填"}
_CHOICE_MAX = 10
"""Answers that WeCom draws as one selection beside buttons."""


def field(view: DefinitionView, glance: Glance) -> Card:
    """Draw a field as it was described, to confirm it or to take it out of use."""
    described = view.field
    proposed, live = view.state == "proposed", view.state == "live"
    low, high = ("" if end is None else said_value(end, described.fact) for end in (described.least, described.most))
    rows = (
        Field(label="类型", value=TYPE_LABELS[described.type] + (f"（{described.unit}）" if described.unit else "")),
        Field(label="选项", value="、".join(option.name for option in described.options)),
        Field(label="范围", value=_field("range", low, high) if low or high else ""),
        Field(label="也叫", value="、".join(described.synonyms)),
        Field(label="填写", value=_field("required", described.required.value)),
        Field(label="何时显示", value=view.shown),
        Field(
            label="谁能看",
            value="" if described.audience.value == "public" else _field("audience", described.audience.value),
        ),
    )
    notes = (_field("next_proposed", view),) if proposed else ()
    if live and described.type is not FieldType.ATTACHMENT:
        notes = (_field("next_live", view, example_of(described)),)
    return Card(
        kind="dictionary.field",
        subject=view.subject,
        version=view.version,
        title=_field("title", view),
        status=_field("status", view),
        tone=_TONES[view.state],
        fields=tuple(row for row in rows if row.value),
        notes=notes,
        buttons=_field_buttons(view),
        outcome="" if proposed or live else _field("kept"),
        url=glance.page(f"/m/fields/{view.id}"),
    )


def filled_fields(filled: FilledView) -> tuple[Field, ...]:
    """Return the rows of a record's kept fields."""
    return tuple(Field(label=label, value=value) for label, value in filled.rows)


def question_note(question: QuestionView | None) -> tuple[str, ...]:
    """Return the line that asks for what is missing."""
    if question is None:
        return ()
    asked = _ask("pick" if question.options else "say", question)
    return (asked + (_ask("skip") if question.may_skip else ""),)


def question_choice(question: QuestionView | None) -> tuple[Choice, ...]:
    """Return the prepared answers, when there are some and few enough to be drawn."""
    if question is None or not 0 < len(question.options) <= _CHOICE_MAX:
        return ()
    options = tuple(Option(id=str(index), text=name) for index, name in enumerate(question.options))
    return (Choice(key="field", title=_ask("choose", question), options=options),)


def question_submit(question: QuestionView | None, subject: str, version: int) -> Button | None:
    """Return the button that sends the chosen answer."""
    if question is None or not question_choice(question):
        return None
    action = Action(verb="fill_field", subject=subject, version=version, args={"f": question.name})
    return Button(text="填上", action=action, typed=f"{question.label} {question.example}")


def question_skip(question: QuestionView | None, subject: str, version: int) -> tuple[Button, ...]:
    """Return the button that leaves a choice open, where that is allowed; beside free words it is typed as they are."""
    if question is None or not question.may_skip or not question_choice(question):
        return ()
    action = Action(verb="leave_empty", subject=subject, version=version, args={"f": question.name})
    return (Button(text="先空着", action=action, typed="先空着"),)


def listing(view: ListingView, glance: Glance) -> Card:
    """Draw one page of a list; each row with when and by whom it was last worked on."""
    last = view.first + len(view.rows) - 1
    return Card(
        kind="dictionary.listing",
        subject=view.subject,
        version=view.version,
        title=_list("title", view) if view.count else _list("nothing", view),
        subtitle="" if view.said == "任何情况" else view.said,
        fields=tuple(_row(number, row, view, glance) for number, row in enumerate(view.rows, 1)),
        notes=(_list("page", view, last) if view.rows else _list("loosen", view),),
        buttons=(*_next_page(view), *_export(view)),
        url=glance.page(f"/m/listings/{view.id}"),
    )


def row_said(row: ListedRow, glance: Glance) -> str:
    """Return a record's line without its number."""
    return " ".join(cell_said(value, glance) for _, value in row.cells)


def cell_said(value: str | datetime, glance: Glance) -> str:
    """Return what stands in one field of a line."""
    return glance.clock(value) if isinstance(value, datetime) else value


def _row(number: int, row: ListedRow, view: ListingView, glance: Glance) -> Field:
    """Return one record; the number is what an ordinal means."""
    said = row_said(row, glance)
    if row.touched_at is not None:
        days = (glance.now.astimezone(glance.zone).date() - row.touched_at.astimezone(glance.zone).date()).days
        said = _list("row", said, _list("touched", max(days, 0), row.touched_by))
    id_ = row.subject.partition(":")[2]
    url = glance.page(f"/m/{view.kind.page}/{id_}") if view.kind.page else ""
    return Field(label=str(number), value=said, url=url)


def _next_page(view: ListingView) -> tuple[Button, ...]:
    if not view.next_after:
        return ()
    args = {"after": str(view.next_after["id"])}
    action = Action(verb="next_page", subject=view.subject, version=view.version, args=args)
    return (Button(text="下一页", action=action, style=Style.PRIMARY, typed="下一页"),)


def _export(view: ListingView) -> tuple[Button, ...]:
    return (Button(text="导出", action=Action(verb="export_listing", subject=view.subject)),) if view.count else ()


def _field_buttons(view: DefinitionView) -> tuple[Button, ...]:
    def action(verb: str) -> Action:
        return Action(verb=verb, subject=view.subject, version=view.version)

    if view.state == "proposed":
        return (
            Button(text="启用", action=action("confirm_field"), style=Style.PRIMARY, typed="启用"),
            Button(text="取消", action=action("retire_field"), typed="取消"),
        )
    if view.state == "live":
        return (Button(text="停用", action=action("retire_field"), style=Style.DANGER, typed="停用"),)
    return ()
