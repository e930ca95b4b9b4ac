"""What a table may hold, and what its columns may be called: the field registry's labels, and what ledgers say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.activities.activity import ActivityKind
from domain.actor import Role
from domain.condition import Option
from domain.customers.fields import CONTACT, CUSTOMER
from domain.equipment.fields import EQUIPMENT
from domain.fields import Field, FieldType, RecordType

_SELLS = frozenset({Role.SALES, Role.MANAGER, Role.MANAGEMENT, Role.ADMIN})


class SheetName(StrEnum):
    """The kinds of table there are."""

    CUSTOMER = "customer"
    ACTIVITY = "activity"
    EQUIPMENT = "equipment"
    PRODUCT = "product"

    @property
    def label(self) -> str:
        """Return the word people use."""
        return _LABELS[self]


_LABELS = {
    SheetName.CUSTOMER: "客户",
    SheetName.ACTIVITY: "跟进记录",
    SheetName.EQUIPMENT: "设备",
    SheetName.PRODUCT: "产品",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetKind:
    """A kind of table: its fields, those a row cannot do without, and who may bring it in."""

    name: SheetName
    fields: tuple[Field, ...]
    needs: tuple[str, ...]
    roles: frozenset[Role]

    def field(self, name: str) -> Field:
        """Return the field of this name; KeyError when there is none."""
        return next(each for each in self.fields if each.name == name)


def sheet_kinds(customer: RecordType = CUSTOMER) -> Mapping[SheetName, SheetKind]:
    """Return every kind; ``customer`` is the record with the fields the company has added to it."""
    kinds = (
        SheetKind(
            name=SheetName.CUSTOMER, fields=(*_CUSTOMER, *_added(customer)), needs=("name",), roles=_SELLS,
        ),
        SheetKind(name=SheetName.ACTIVITY, fields=_ACTIVITY, needs=("customer", "at", "text"), roles=_SELLS),
        SheetKind(
            name=SheetName.EQUIPMENT,
            fields=_EQUIPMENT,
            needs=("serial", "model", "customer"),
            roles=frozenset({Role.DISPATCHER, Role.SERVICE, Role.MANAGER, Role.MANAGEMENT, Role.ADMIN}),
        ),
        SheetKind(
            name=SheetName.PRODUCT,
            fields=_PRODUCT,
            needs=("code", "price"),
            roles=frozenset({Role.MANAGEMENT, Role.ADMIN}),
        ),
    )  # fmt: skip
    return {kind.name: kind for kind in kinds}


def _called(kind: RecordType, name: str, *more: str, as_: str = "", label: str = "") -> Field:
    """Return a field of the registry under the names a column may have, without its place in the database."""
    field = kind.field(name)
    assert field is not None, name
    words = (*((field.label,) if label else ()), *field.synonyms, *more)
    return replace(
        field, name=as_ or name, label=label or field.label, synonyms=words, shown_when=None, column=None, via=None
    )


def _added(customer: RecordType) -> tuple[Field, ...]:
    return tuple(each for each in customer.fields if each.custom and each.type is not FieldType.ATTACHMENT)


_COMPANY = ("客户", "客户名", "公司", "公司名称", "企业名称", "单位", "单位名称", "客户公司", "客户单位")
_CUSTOMER = (
    _called(CUSTOMER, "name", *_COMPANY, label="客户名称"),
    _called(CUSTOMER, "legal_name", "工商名称", "公司全称", "发票抬头"),
    _called(CUSTOMER, "credit_code", "社会信用代码", "统一信用代码"),
    _called(CUSTOMER, "region", "所在区域", "所属区域", "销售区域"),
    _called(CUSTOMER, "level", "客户等级", "客户分级"),
    _called(CUSTOMER, "industry", "客户行业", "行业类型"),
    _called(CUSTOMER, "owner", "业务员", "负责销售", "客户经理", "跟进人", "归属人"),
    _called(CONTACT, "name", "联系人姓名", "客户联系人", "主要联系人", as_="contact", label="联系人"),
    _called(CONTACT, "title", "岗位", "联系人职务"),
    _called(CONTACT, "phone", "手机", "手机号", "手机号码", "联系电话", "联系方式", "电话号码", "联系人电话", "座机"),
    _called(CONTACT, "temperament", "联系人性格"),
)
_MANNERS = {
    ActivityKind.CALL: ("电话沟通", "打电话", "去电", "来电", "电联"),
    ActivityKind.VISIT: ("上门", "上门拜访", "登门", "走访", "实地拜访", "面谈"),
    ActivityKind.CHAT: ("微信沟通", "钉钉", "企业微信", "QQ", "短信", "邮件", "聊天"),
    ActivityKind.EXCHANGE: ("交流", "技术沟通"),
    ActivityKind.DEMO: ("试机", "样机演示"),
    ActivityKind.QUOTE: ("发报价", "送报价"),
    ActivityKind.BID: ("招投标",),
    ActivityKind.OTHER: ("其它",),
}
_ACTIVITY = (
    Field(name="customer", label="客户", synonyms=("客户名称", *_COMPANY[1:]), longest=128),
    Field(
        name="at",
        label="日期",
        type=FieldType.MOMENT,
        synonyms=("时间", "跟进日期", "跟进时间", "拜访日期", "拜访时间", "联系日期", "联系时间", "沟通日期"),
    ),
    Field(
        name="kind",
        label="方式",
        type=FieldType.CHOICE,
        synonyms=("跟进方式", "联系方式", "沟通方式", "类型", "跟进类型", "拜访方式"),
        options=tuple(Option(kind.label, synonyms=words) for kind, words in _MANNERS.items()),
    ),
    Field(
        name="text",
        label="内容",
        synonyms=("跟进内容", "跟进记录", "跟进情况", "沟通内容", "沟通情况", "拜访内容", "洽谈内容", "记录", "情况",
                  "事项", "备注", "详情"),
        longest=2000,
    ),
    Field(name="contact", label="联系人", synonyms=("对接人", "客户联系人", "姓名"), longest=64),
    Field(
        name="author",
        label="跟进人",
        type=FieldType.PERSON,
        synonyms=("负责人", "业务员", "销售", "记录人", "拜访人", "作者", "客户经理"),
    ),
    Field(name="next_step", label="下一步", synonyms=("下步计划", "后续计划", "下一步计划", "计划"), longest=200),
    Field(
        name="next_at",
        label="下次时间",
        type=FieldType.MOMENT,
        synonyms=("下次跟进", "下次跟进时间", "下次联系", "下次联系时间", "下次拜访", "下次日期"),
    ),
)  # fmt: skip
_EQUIPMENT = (
    _called(EQUIPMENT, "serial", "设备编号", "机号", "机器编号", "出厂编号", "SN", "机身号"),
    _called(EQUIPMENT, "model", "设备型号", "机型", "规格型号"),
    _called(EQUIPMENT, "customer", *_COMPANY[1:], "客户名称", "使用单位"),
    _called(EQUIPMENT, "site", "安装地址", "地址", "使用地点"),
    _called(EQUIPMENT, "region", "所在区域"),
    _called(EQUIPMENT, "installed_on", "安装时间", "交付日期", "验收日期"),
    _called(EQUIPMENT, "warranty_until", "质保截止", "保修期至", "质保到期", "保修到期"),
)
_PRODUCT = (
    Field(name="code", label="型号", synonyms=("产品型号", "产品编码", "产品编号", "货号", "规格型号"), longest=64),
    Field(name="name", label="品名", synonyms=("产品名称", "产品", "名称", "货品名称"), longest=128),
    Field(
        name="price", label="售价", type=FieldType.MONEY, synonyms=("价格", "单价", "报价", "含税价", "标价", "销售价")
    ),
    Field(name="cost", label="成本", type=FieldType.MONEY, synonyms=("成本价", "进价", "采购价")),
    Field(name="category", label="类别", synonyms=("分类", "产品类别", "品类"), longest=64),
    Field(name="unit", label="单位", synonyms=("计量单位",), longest=16),
    Field(name="tax", label="税率", type=FieldType.PERCENT, synonyms=("增值税率",)),
)
