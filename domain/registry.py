"""The table of contents of the business: every command with who may give it, every reaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.actor import Role
from domain.execute import Deed, Reaction, deed
from domain.messages import Command, Event
from domain.people import commands as people


HANDLERS: Mapping[type[Command], Deed] = {
    people.EnrolPerson: deed(people.enrol_person, Role.ADMIN),
    people.PersonLeave: deed(people.leave, Role.ADMIN),
    people.ReportStranger: deed(people.report_stranger),
}

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {}
