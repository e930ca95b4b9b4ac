"""Tables sent in the chat, and the buttons of their card."""

from __future__ import annotations

from collections.abc import Mapping

from cards.action import Action
from cards.imports import NOTHING
from domain.imports.commands import CancelImport, ReceiveTable, RemapTable, StartImport
from domain.imports.exporting import ExportListing
from domain.imports.reverting import RevertImport
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.envelope import Attachment

_SUFFIXES = (".xlsx", ".csv", ".xls", ".xlsm", ".et")
"""What people send as tables; what cannot be read is told so when it has been looked at."""


def is_table(attachment: Attachment) -> bool:
    """Return whether a file is a table by its name or type."""
    return attachment.name.lower().endswith(_SUFFIXES) or attachment.mime in (
        "text/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def receive(ask: Ask, attachment: Attachment) -> None:
    """Take a table in; its card follows when it has been read."""
    ask.act(ReceiveTable(file_id=attachment.file_id, name=attachment.name or "表格"))
    ask.say(f"收到 {attachment.name or '表格'}，正在看里面是什么，马上给您看结果；您点“导入”之前什么都不会写入。")


def how_to_import(ask: Ask, understood: Understood) -> None:
    """``导入客户表``: how it is done."""
    del understood
    ask.say(
        "把 Excel 或 CSV 文件直接发给我：客户名单、跟进台账、设备清单都行，第一行写列名，不用改成固定模板。"
        "我先给您看读成了什么，点“导入”才写入，之后可以整批撤回。"
    )


def _start(ask: Ask, action: Action) -> None:
    ask.act(StartImport(import_id=_id(action), version=action.version))


def _cancel(ask: Ask, action: Action) -> None:
    ask.act(CancelImport(import_id=_id(action), version=action.version))


def _revert(ask: Ask, action: Action) -> None:
    ask.act(RevertImport(import_id=_id(action), version=action.version))


def _show_mapping(ask: Ask, action: Action) -> None:
    ask.show("imports.mapping", action.subject)


def _remap(ask: Ask, action: Action) -> None:
    click = ask.envelope.click
    chosen = {} if click is None else {key: values[0] for key, values in click.selections.items() if values}
    column, field = chosen.get("column", ""), chosen.get("field", "")
    view = ask.queries.imports.card(_id(action), ask.actor)
    heading = next((each for each in view.headings if column and each[:40] == column), "")
    if heading and not field:
        ask.say(f"“{heading}”这一列是什么？请在卡片上一起选好，再点“就这样读”。")
        return
    kind = chosen.get("kind", "")
    if not heading and kind in ("", view.kind):
        ask.say("还没有改动。请选表的种类，或选一列和它的意思，再点“就这样读”。")
        return
    ask.act(
        RemapTable(
            import_id=view.id,
            version=action.version,
            kind=kind,
            column=heading,
            field="" if field == NOTHING else field,
        )
    )


def _export(ask: Ask, action: Action) -> None:
    count = ask.queries.listing.page(_id(action), ask.actor).count
    ask.act(ExportListing(listing_id=_id(action), count=count))
    ask.say(f"正在导出 {count} 条，做好就发给您。导出都有记录。")


def _id(action: Action) -> int:
    return int(action.subject.partition(":")[2])


INTENTS: Mapping[str, IntentHandler] = {"import_records": how_to_import}
BUTTONS: Mapping[str, ButtonHandler] = {
    "start_import": _start,
    "cancel_import": _cancel,
    "revert_import": _revert,
    "show_mapping": _show_mapping,
    "remap_table": _remap,
    "export_listing": _export,
}
