"""The card of a table that was sent: what it is taken for, what comes in, what does not, and the way back."""

from __future__ import annotations

from functools import partial

from cards.action import Action
from cards.card import Button, Card, Choice, Field, Option, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.imports.kinds import SheetName
from domain.imports.run import ImportState
from domain.imports.views import ImportView

_say = partial(phrase, "imports/run")
_TONES = {
    ImportState.READY: Tone.WARN,
    ImportState.REFUSED: Tone.BAD,
    ImportState.DONE: Tone.GOOD,
    ImportState.CANCELLED: Tone.MUTED,
    ImportState.REVERTED: Tone.MUTED,
}
_SHOWN = 3
"""Sample rows and problems on the card of a chat; ``/m/imports/…`` is this card as a page."""
_OPTIONS = 10
"""WeCom's select lists hold ten (WeCom reference 5.4); what is left out can be said in words."""
NOTHING = "-"
"""The field of a column that is not brought in."""


def run(view: ImportView, glance: Glance) -> Card:
    """Draw an import as it stands."""
    return Card(
        kind="imports.run",
        subject=view.subject,
        version=view.version,
        title=_say("title", view),
        subtitle=view.name,
        status=_say("status", view),
        tone=_TONES.get(view.state, Tone.INFO),
        fields=_fields(view),
        notes=_notes(view),
        buttons=_buttons(view),
        url=glance.page(f"/m/imports/{view.id}"),
    )


def mapping(view: ImportView, glance: Glance) -> Card:
    """Draw what can be chosen when the guess was wrong: the kind of table, and one column's field."""
    del glance
    kinds = tuple(Option(id=kind.value, text=kind.label) for kind in SheetName)
    headings = (*view.unknown, *(heading for heading, _ in view.columns))
    columns = tuple(Option(id=heading[:40], text=heading[:20]) for heading in headings[:_OPTIONS])
    fields = (*(Option(id=name, text=label) for name, label in view.fields), Option(id=NOTHING, text="不导入"))
    live = view.state in (ImportState.READY, ImportState.REFUSED)
    choices: tuple[Choice, ...] = (
        Choice(key="kind", title="这是什么表", options=kinds, selected=(view.kind,) if view.kind else ()),
    )
    if columns and view.fields:
        choices += (
            Choice(key="column", title="哪一列", options=columns),
            Choice(key="field", title="是什么", options=fields[-_OPTIONS:]),
        )
    change = Action(verb="remap_table", subject=view.subject, version=view.version)
    return Card(
        kind="imports.mapping",
        subject=view.subject,
        version=view.version,
        title="换一种读法",
        subtitle=view.name,
        fields=(Field(label="现在的对应", value=_say("matched", view)),) if view.columns else (),
        notes=("改完会重新检查一遍，再给您看结果。",),
        choices=choices if live else (),
        submit=Button(text="就这样读", action=change, style=Style.PRIMARY) if live else None,
        outcome="" if live else _say("status", view),
    )


def _fields(view: ImportView) -> tuple[Field, ...]:
    match view.state:
        case ImportState.READY:
            return _preview(view)
        case ImportState.REFUSED:
            return (Field(label="原因", value=view.reason, tone=Tone.BAD),)
        case ImportState.DONE | ImportState.REVERTED:
            return (Field(label="结果", value=_say("outcome" if view.state is ImportState.DONE else "reverted", view)),)
    return ()


def _preview(view: ImportView) -> tuple[Field, ...]:
    rows = (
        Field(label="能导入", value=f"{view.good} 行"),
        Field(label="有问题", value=f"{view.bad} 行" if view.bad else "", tone=Tone.WARN),
        Field(label="已有", value=f"{view.known} 行" if view.known else ""),
        Field(label="列对应", value=_say("matched", view)),
        Field(label="不导入的列", value=_say("unknown", view)),
        Field(label="工作表", value=view.sheet),
    )
    return tuple(row for row in rows if row.value)


def _notes(view: ImportView) -> tuple[str, ...]:
    if view.state is ImportState.READY:
        samples = [f"例：{sample}" for sample in view.samples[:_SHOWN]]
        return (*samples, *view.problems[:_SHOWN], _say("ready", view))
    return (_say("done", view),) if view.state is ImportState.DONE and view.may_revert else ()


def _buttons(view: ImportView) -> tuple[Button, ...]:
    def button(text: str, verb: str, style: Style = Style.PLAIN) -> Button:
        return Button(text=text, action=Action(verb=verb, subject=view.subject, version=view.version), style=style)

    if view.state is ImportState.READY:
        go = (button("导入", "start_import", Style.PRIMARY),) if view.good else ()
        return (*go, button("换映射", "show_mapping"), button("取消", "cancel_import"))
    if view.state is ImportState.REFUSED:
        return (button("换映射", "show_mapping"),)
    return (button("撤销导入", "revert_import", Style.DANGER),) if view.may_revert else ()
