"""Marking customers, taking marks off, and sorting the marks into groups."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.customers.editing import open_customer
from domain.dictionary.values import Kept
from domain.errors import Invalid
from domain.messages import Command, Event
from domain.tags.tag import LONGEST, MOST
from domain.work import Work

FIELD = "tags"


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCustomer(Command):
    """Mark a customer with a word."""

    customer_id: int
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UntagCustomer(Command):
    """Take a mark off."""

    customer_id: int
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTag(Command):
    """Put a tag into a group; an empty group takes it out of its own."""

    tag: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTagged(Event):
    """A customer carries the mark."""

    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerUntagged(Event):
    """A customer does not carry the mark any more."""

    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TagGrouped(Event):
    """A tag stands in another group."""

    tag: str
    group: str


def tag_customer(command: TagCustomer, actor: Actor, work: Work) -> bool:
    """Return whether the mark is new on this customer."""
    customer = open_customer(command.customer_id, actor, work)
    tag = checked(command.tag)
    tags = [row.text for row in work.find.fields.kept("customer", customer.id, FIELD) if row.text]
    if tag in tags:
        return False
    if len(tags) >= MOST:
        raise Invalid(f"{customer.name} 已经有 {len(tags)} 个标签，最多 {MOST} 个，请先去掉一个再加。")
    work.find.tags.ensure(tag)
    work.find.fields.keep("customer", customer.id, FIELD, [Kept(text=each) for each in (*tags, tag)])
    work.flush()
    work.record(CustomerTagged(subject=customer.subject, tag=tag))
    work.redraw(customer.subject)
    return True


def untag_customer(command: UntagCustomer, actor: Actor, work: Work) -> None:
    """Invalid when the customer does not carry the mark; the sentence lists those it does carry."""
    customer = open_customer(command.customer_id, actor, work)
    tags = [row.text for row in work.find.fields.kept("customer", customer.id, FIELD) if row.text]
    if command.tag not in tags:
        known = f"，现有：{'、'.join(tags)}" if tags else ""
        raise Invalid(f"{customer.name} 没有“{command.tag[:LONGEST]}”这个标签{known}。")
    work.find.fields.keep("customer", customer.id, FIELD, [Kept(text=each) for each in tags if each != command.tag])
    work.flush()
    work.record(CustomerUntagged(subject=customer.subject, tag=command.tag))
    work.redraw(customer.subject)


def group_tag(command: GroupTag, actor: Actor, work: Work) -> None:
    """Sort a tag, which is made when nobody used it yet."""
    del actor
    tag = work.find.tags.ensure(checked(command.tag))
    tag.group = checked(command.group) if command.group else ""
    work.flush()
    work.record(TagGrouped(subject=tag.subject, tag=tag.name, group=tag.group))


def checked(tag: str) -> str:
    """Return a tag or the name of a group as it is kept; Invalid when it is empty, too long or not readable."""
    plain = tag.strip().strip("“”\"'。，,")
    if not plain or len(plain) > LONGEST:
        raise Invalid(f"标签要 1 到 {LONGEST} 个字，例如：给华鑫打个标签 价格敏感。")
    if any(not sign.isprintable() for sign in plain):
        raise Invalid("标签里有看不见的符号，请重新打一遍。")
    return plain
