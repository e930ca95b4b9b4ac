"""The forms of the files that ``gendan load`` reads; an unknown key is an error with its line."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from domain.actor import Role
from domain.catalog.design import Design
from domain.catalog.enrol_part import EnrolPart
from domain.catalog.enrol_product import EnrolProduct
from domain.catalog.price_book import EnrolPriceBook
from domain.catalog.product import STANDARD_TAX_PPM
from domain.catalog.product_design import EnrolDesign
from domain.channels.channel import CampaignKind
from domain.channels.commands import EnrolCampaign, EnrolChannel
from domain.customers.commands import ContactEntry, EnrolCustomer
from domain.dictionary.defining import EnrolField, limit_of
from domain.equipment.commands import EnrolEquipment
from domain.errors import Refusal
from domain.fields import FieldClass, FieldType, Required
from domain.people.commands import EnrolPerson
from domain.units import parse_money, parse_percent

Money = Annotated[int, BeforeValidator(lambda raw: parse_money(str(raw)))]
Percent = Annotated[int, BeforeValidator(lambda raw: parse_percent(str(raw)))]
Words = tuple[str, ...]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonRow(_Row):
    """A member of staff; ``leader`` is the name of somebody above in the file or loaded before."""

    name: str = Field(min_length=1)
    roles: tuple[Role, ...] = ()
    team: str = ""
    regions: Words = ()
    leader: str = ""
    wecom: str = ""
    dingtalk: str = ""
    phone: str = ""
    title: str = ""
    skills: Words = ()
    nicknames: Words = ()
    seniority: int | None = Field(default=None, ge=0)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)

    def command(self) -> EnrolPerson:
        """Return what enrols this row."""
        return EnrolPerson(**self.model_dump(exclude={"title"}))


class ProductRow(_Row):
    """A product of the price list; prices include tax: ``price: 16.8万``, ``cost: 118000``."""

    code: str = Field(min_length=1)
    name: str = ""
    category: str = ""
    unit: str = "台"
    price: Money = 0
    cost: Money = 0
    tax: Percent = STANDARD_TAX_PPM
    aliases: Words = ()
    kind: str = ""
    design: str = ""
    values: dict[str, str] = Field(default_factory=dict)
    accessories: Words = ()

    def command(self) -> EnrolProduct:
        """Return what enrols this row."""
        return EnrolProduct(
            code=self.code,
            name=self.name or self.kind or self.code,
            category=self.category or self.kind,
            unit=self.unit,
            price_fen=self.price,
            cost_fen=self.cost,
            tax_ppm=self.tax,
            aliases=self.aliases,
            design=self.design,
            values=self.values,
            accessories=self.accessories,
        )


class DesignRow(Design):
    """A kind of configurable product; its formulas are checked and its examples tried before anything is loaded."""

    def command(self) -> EnrolDesign:
        """Return what enrols this row."""
        return EnrolDesign(body=self.body())


class PriceBookRow(_Row):
    """Prices from a day to a day: ``prices: {X200: 15.2万, PK108: {基价: 720}}``; ``when`` is on the customer."""

    name: str = Field(min_length=1, max_length=64)
    begins: date
    ends: date
    when: dict[str, Any] = Field(default_factory=dict)
    prices: dict[str, str | dict[str, str]] = Field(default_factory=dict)
    rank: int = Field(default=0, ge=0)

    def command(self) -> EnrolPriceBook:
        """Return what enrols this row."""
        return EnrolPriceBook(**self.model_dump())


class PartRow(_Row):
    """A spare part; ``stock`` lies in the main store, ``vans`` in engineers' cars by their names.

    ``price`` is a piece's for customers out of warranty; below ``least`` in the main store the warehouse is warned.
    """

    code: str = ""
    name: str = Field(min_length=1)
    aliases: Words = ()
    unit: str = "个"
    price: Money = 0
    least: int = Field(default=0, ge=0)
    substitutes: Words = ()
    stock: int = Field(default=0, ge=0)
    vans: dict[str, int] = Field(default_factory=dict)

    def command(self) -> EnrolPart:
        """Return what enrols this row."""
        row = self.model_dump(exclude={"price"})
        return EnrolPart(**{**row, "code": self.code or self.name, "price_fen": self.price})


class ContactRow(_Row):
    """Somebody at a customer's."""

    name: str
    title: str = ""
    phone: str = ""
    temperament: str = ""


class CustomerRow(_Row):
    """A customer; ``owner`` is the name of the member of staff who looks after it."""

    name: str = Field(min_length=1)
    aliases: Words = ()
    region: str = ""
    level: str = ""
    owner: str = ""
    contacts: tuple[ContactRow, ...] = ()
    legal_name: str = ""
    credit_code: str = ""
    industry: str = ""

    def command(self) -> EnrolCustomer:
        """Return what enrols this row."""
        return EnrolCustomer(
            **self.model_dump(exclude={"contacts"}),
            contacts=tuple(ContactEntry(**contact.model_dump()) for contact in self.contacts),
        )


class EquipmentRow(_Row):
    """A machine at a customer's; ``slug`` is the word in its QR code, made when left out.

    ``engineer`` is the name of the one who looks after it.
    """

    serial: str = Field(min_length=1)
    model: str
    customer: str
    slug: str = ""
    site: str = ""
    region: str = ""
    installed_on: date | None = None
    warranty_until: date | None = None
    retired: bool = False
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    engineer: str = ""

    def command(self) -> EnrolEquipment:
        """Return what enrols this row."""
        return EnrolEquipment(**self.model_dump())


class ChannelRow(_Row):
    """A channel inquiries come by; a synonym means one channel only."""

    code: str = Field(pattern=r"[a-z0-9-]{1,32}")
    name: str = Field(min_length=1, max_length=32)
    synonyms: Words = ()

    def command(self) -> EnrolChannel:
        """Return what enrols this row."""
        return EnrolChannel(**self.model_dump())


class CampaignRow(_Row):
    """A campaign on a channel: ``kind`` is expo, ad or referral; ``cost: 18万``."""

    name: str = Field(min_length=1, max_length=64)
    kind: CampaignKind
    channel: str
    begins: date
    ends: date
    cost: Money = 0

    def command(self) -> EnrolCampaign:
        """Return what enrols this row."""
        return EnrolCampaign(**self.model_dump(exclude={"cost"}), cost_fen=self.cost)


class FieldRow(_Row):
    """A field of the company's own; ``options`` may carry synonyms: ``食品=食品厂``. Ranges in the field's own unit."""

    record: str
    label: str = Field(min_length=1)
    name: str = ""
    type: FieldType = FieldType.TEXT
    synonyms: Words = ()
    options: Words = ()
    unit: str = ""
    required: Required = Required.NO
    shown_when: dict[str, Any] | None = None
    audience: FieldClass = FieldClass.PUBLIC
    question: str = ""
    pattern: str = ""
    longest: int = 200
    check: str = ""
    refers_to: str = ""
    least: str = ""
    most: str = ""

    @model_validator(mode="after")
    def _limited(self) -> FieldRow:
        try:
            self.command()
        except Refusal as refusal:
            raise ValueError(refusal.message) from None
        return self

    def command(self) -> EnrolField:
        """Return what enrols this row."""
        limits = {name: limit_of(self.type, getattr(self, name), self.unit) for name in ("least", "most")}
        return EnrolField(**self.model_dump() | limits)


class LoadFile(_Row):
    """One file; every key may be left out."""

    people: tuple[PersonRow, ...] = ()
    fields: tuple[FieldRow, ...] = ()
    designs: tuple[DesignRow, ...] = ()
    products: tuple[ProductRow, ...] = ()
    price_books: tuple[PriceBookRow, ...] = ()
    parts: tuple[PartRow, ...] = ()
    channels: tuple[ChannelRow, ...] = ()
    campaigns: tuple[CampaignRow, ...] = ()
    customers: tuple[CustomerRow, ...] = ()
    equipment: tuple[EquipmentRow, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_world(cls, tree: Any) -> Any:
        """Take a file in the form of ``understanding/world.json`` too: ``staff`` with one role each, parts by name."""
        if not isinstance(tree, dict) or "staff" not in tree:
            return tree
        people = [
            {"name": each["name"], "nicknames": each.get("nicknames", ()), "roles": [each["role"]]}
            for each in tree["staff"]
        ]
        parts = [{"name": each} if isinstance(each, str) else each for each in tree.get("parts", ())]
        known = {key: tree[key] for key in ("products", "customers", "equipment") if key in tree}
        return {**known, "parts": parts, "people": [*tree.get("people", ()), *people]}
