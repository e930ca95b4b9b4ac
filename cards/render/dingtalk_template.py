"""Makes the one card template a company imports into DingTalk's card platform (DingTalk reference 5.10).

    python -m cards.render.dingtalk_template        writes presets/dingtalk-card-template.json

All text goes through markdown blocks, because bindings of BaseText are known to come out empty after an import.
``widgetInfo`` stays empty: the builder compiles it when the file is imported.

What an import on a real tenant must confirm, because nothing official says so:

* the header's title and the tag's text stay bound to ``title``, ``status`` after the import;
* the tag takes its colour from ``tone`` (gray, blue, green, orange, red), the buttons red besides blue and gray;
* an empty ``[]`` draws no button group, and the form hides while ``form.fields`` is empty;
* a hidden form field comes back with the answers, and the form's own button still names the action id ``form``;
* the summary in the conversation list shows ``title``;
* the failure toast of a request can show ``toast`` (set it in the builder: it lives in the compiled event chain).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cards.render.dingtalk import VARIABLES

PATH = Path(__file__).parents[2] / "presets" / "dingtalk-card-template.json"

_TYPES = {"content": "markdown", "subtitle": "markdown", "outcome": "markdown", "form": "form"}
_TYPES |= {"btns": "buttonGroup", "btns2": "buttonGroup"}
_PRIVATE = frozenset({"status", "outcome", "btns", "btns2", "form", "toast"})
"""May differ from viewer to viewer; without private data a client shows the public value (DingTalk reference 5.6)."""
_WORDS = {
    "title": "标题",
    "subtitle": "副标题",
    "status": "状态",
    "tone": "状态的颜色：gray blue green orange red",
    "content": "正文",
    "outcome": "处理结果，有了它就没有按钮",
    "btns": "按钮",
    "btns2": "按钮，第二组",
    "form": "选择题，随提交按钮回传",
    "toast": "点击后的提示",
}


def template() -> str:
    """Return the file: an envelope of JSON around ``editorData``, which is JSON inside a string."""
    envelope = {"editorData": _dumps(_editor_data()), "widgetInfo": "", "type": "im", "mode": "card"}
    return json.dumps(envelope, ensure_ascii=False, indent=2) + "\n"


def _editor_data() -> dict[str, Any]:
    parts = [
        _part(
            "CardHeaderV2", "header", "卡片头部", {"title": _string("${title}"), "icon": {"type": "image", "url": ""}}
        ),
        _part("Tag", "tag", "标签", _tag()),
        _part("MarkdownBlock", "subtitle", "副标题", _markdown("subtitle")),
        _part("MarkdownBlock", "content", "正文", _markdown("content")),
        _part("MarkdownBlock", "outcome", "处理结果", _markdown("outcome")),
        _part("ButtonGroup", "btns", "按钮组", _buttons("btns")),
        _part("ButtonGroup", "btns2", "按钮组", _buttons("btns2")),
        _part("Form", "form", "表单", _form()),
    ]
    root = {**_part("Card", "root", "", _root()), "fileName": "gendan", "children": parts}
    names = dict.fromkeys(["Card", *(part["componentName"] for part in parts)])
    return {
        "schemaVersion": "3.0.0",
        "schema": {
            "version": "1.0.0",
            "i18n": {},
            "componentsMap": [_component(name) for name in names],
            "componentsTree": [root],
        },
        "mockData": {"cardData": _sample(), "cardPrivateData": {}, "localData": {}, "richTextData": {}},
        "editVersion": 0,
        "customWidgetInfo": "",
        "useCustomWidgetInfo": False,
        "variableList": [_variable(name) for name in VARIABLES],
        "formList": [],
        "expList": [],
        "localList": [],
        "hsfList": [],
        "lwpList": [],
        "extension": {"extendType": "NORMAL", "fileTypeList": []},
    }


def _component(name: str) -> dict[str, Any]:
    return {
        "package": "@ali/dxComponent",
        "version": "1.0.0",
        "exportName": name,
        "main": "./src/index.tsx",
        "destructuring": False,
        "subName": "",
        "componentName": name,
    }


def _part(component: str, name: str, title: str, props: dict[str, Any]) -> dict[str, Any]:
    return {
        "componentName": component,
        "id": f"node_gendan_{name}",
        "props": props,
        "title": title,
        "hidden": False,
        "isLocked": False,
        "condition": True,
        "conditionGroup": "",
    }


def _root() -> dict[str, Any]:
    return {
        "summaryContent": _bound("title"),
        "disabledWhileForward": True,
        "cardSizeMode": "adaptive",
        "cardSizeHeightMode": "adaptive",
        "cardSizeWidthMode": "adaptive",
        "hasBackground": False,
        "innerOffset": 0,
    }


def _tag() -> dict[str, Any]:
    return {
        "text": _string("${status}"),
        "color": {
            "type": "dynamicSelect",
            "valueType": "variable",
            "value": "blue",
            "variable": "tone",
            "variableType": "global",
        },
        "tagStyle": "hollow",
        "visible": _visible("status"),
        **_margins(),
    }


def _markdown(variable: str) -> dict[str, Any]:
    return {
        "mdVer": 0,
        "icon": {"type": "icon", "icon": "", "iconType": "emoji"},
        "content": {**_bound(variable), "varType": "markdown"},  # without varType the block stays blank
        "isStreaming": False,
        "enableLinkStatPoint": False,
        "linkStatPoint": _string(""),
        "linkStatPointParams": [],
        "visible": _visible(variable),
        **_margins(),
    }


def _form() -> dict[str, Any]:
    return {
        "id": "form",
        "submitText": _string("提交"),
        "formSchema": _bound("form"),
        "params": [],
        "status": {
            "type": "dynamicSelect",
            "valueType": "fixed",
            "value": "normal",
            "variable": "",
            "variableType": "global",
        },
        "visible": _visible("form.fields"),
        "actionType": "request",
        **_margins(),
    }


def _buttons(variable: str) -> dict[str, Any]:
    return {
        "dynamicButtons": _bound(variable),
        "buttonsSource": "variable",
        "fixedButtonIds": [],
        "fixedButtons": [],
        "visible": _visible(variable),
        "responsiveLayoutWidth": 350,
        "enableResponsiveLayout": False,
        "matchContent": False,
        "buttonSpacing": 8,
        **_margins(),
    }


def _margins() -> dict[str, int]:
    return {"marginLeft": 12, "marginRight": 12, "marginTop": 6, "marginBottom": 6}


def _string(content: str) -> dict[str, Any]:
    return {"type": "dynamicString", "content": content, "i18n": False}


def _bound(variable: str) -> dict[str, Any]:
    return {"type": "variableValue", "variable": variable, "variableType": "global"}


def _visible(variable: str) -> dict[str, Any]:
    """Return: shown while ``variable`` is not empty."""
    condition = {
        "type": "variable",
        "variable": variable,
        "variableType": "global",
        "op": "isNotEmpty",
        "value": "",
        "valueType": "fixed",
        "valueVariableType": "global",
    }
    return {
        "type": "dynamicVisible",
        "value": True,
        "valueType": "condition",
        "condition": {"op": "and", "conditions": [condition]},
    }


def _variable(name: str) -> dict[str, Any]:
    kind = _TYPES.get(name, "string")
    variable = {
        **_member(name, name, kind),
        "description": _WORDS[name],
        "disabled": False,
        "private": name in _PRIVATE,
    }
    if kind == "buttonGroup":
        variable["schema"] = _button_schema(name)
    if kind == "form":
        variable["schema"] = _form_schema(name)
    return variable


def _member(path: str, name: str, kind: str, schema: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    member: dict[str, Any] = {
        "id": path,
        "name": name,
        "type": kind,
        "private": False,
        "editorVarType": "variables",
        "disabled": True,
    }
    return {**member, "schema": schema} if schema else member


def _button_schema(path: str) -> list[dict[str, Any]]:
    params = [
        _member(f"{path}.url", "url", "string"),
        _member(f"{path}.actionId", "actionId", "string"),
        _member(f"{path}.params", "params", "object"),
    ]
    event = [_member(f"{path}.type", "type", "string"), _member(f"{path}.params", "params", "object", params)]
    return [
        _member(f"{path}.text", "text", "string"),
        _member(f"{path}.color", "color", "string"),
        _member(f"{path}.status", "status", "string"),
        _member(f"{path}.event", "event", "dynamicEvent", event),
    ]


def _form_schema(path: str) -> list[dict[str, Any]]:
    field = f"{path}.fields[0]"
    texts = ["name", "label", "type", "requiredMsg", "placeholder", "defaultValue"]
    flags = ["hidden", "required", "readOnly"]
    option = [_member(f"{field}.options[0].{name}", name, "string") for name in ("value", "text")]
    members = [
        *(_member(f"{field}.{name}", name, "string") for name in texts),
        *(_member(f"{field}.{name}", name, "boolean") for name in flags),
        _member(f"{field}.options", "options", "loopArray", option),
    ]
    return [_member(f"{path}.fields", "fields", "loopArray", members)]


def _sample() -> dict[str, Any]:
    """Return what the builder's preview shows."""
    press = {"type": "sendCardRequest", "params": {"actionId": "approve", "params": {"a": "approve"}}}
    return {
        "title": "报价待审批",
        "subtitle": "华东精工 · Q-2026-0001",
        "status": "待审批",
        "tone": "blue",
        "content": "### ¥128,000.00\n\n**客户**：华东精工\n\n> 客户希望本周内定下来",
        "outcome": "",
        "btns": [{"text": "同意", "color": "blue", "status": "normal", "event": press}],
        "btns2": [],
        "form": {"fields": []},
        "toast": "",
    }


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    PATH.write_text(template(), encoding="utf-8")
