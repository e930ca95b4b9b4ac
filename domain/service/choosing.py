"""What a job asks for and who is there to do it: read once for a decision, then ranked by ``candidates``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.service.candidates import Candidate, Engineer, Wanted, explain, fits, rank
from domain.service.distance import place
from domain.service.tell import KEEPERS
from domain.service.ticket import Ticket

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from domain.service.distance import Place
    from domain.service.work_order import WorkOrder
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Who may be asked for a job now (nobody who is on leave), how busy and where each of them is."""

    wanted: Wanted
    people: Sequence[Engineer]
    loads: Mapping[int, int]
    places: Mapping[int, Place]

    def ranked(self, asked: AbstractSet[int]) -> list[Candidate]:
        """Return whom to ask, the best first."""
        return rank(self.people, self.loads, self.wanted, asked=asked, places=self.places)

    def why(self, person_id: int) -> str:
        """Return what speaks for somebody whom a person has chosen."""
        own = person_id == self.wanted.own
        found = rank([each for each in self.people if each.id == person_id], self.loads, self.wanted)
        return found[0].why if found else explain(self.wanted, self.loads.get(person_id, 0), own=own)


def roster(job: WorkOrder, work: Work, *, also: int | None = None) -> Roster:
    """Read what a decision about ``job`` needs, of those who fit (and ``also``, whom a person has chosen)."""
    if job.type.is_desk:
        found = (work.find.service.on_duty(role, work.now) for role in KEEPERS[1:])
        people = next((holders for holders in found if holders), [])
        wanted = Wanted(kind=job.type.label, desk=True)
        return Roster(wanted=wanted, people=people, loads=work.find.service.loads(), places={})
    ticket = work.get(Ticket, job.ticket_id)
    machine = None if ticket.equipment_id is None else work.get(Equipment, ticket.equipment_id)
    wanted = _wanted(job, ticket, machine, work)
    named = [each for each in (wanted.own, also) if each is not None]
    on_duty = work.find.service.on_duty(Role.ENGINEER, work.now, skill=wanted.skill, region=wanted.region, also=named)
    people = [each for each in on_duty if each.id in named or fits(each, wanted)]
    ids = [each.id for each in people]
    return Roster(
        wanted=wanted, people=people, loads=work.find.service.loads(ids), places=work.find.service.places(ids)
    )


def _wanted(job: WorkOrder, ticket: Ticket, machine: Equipment | None, work: Work) -> Wanted:
    if machine is None:
        return Wanted(kind=job.kind or job.type.label, skill=job.skill, region=job.region)
    strategic = work.get(Customer, ticket.customer_id).level in work.policies.service.strategic
    covered = machine.is_under_warranty(work.calendar.local(work.now).date())
    return Wanted(
        kind=job.kind or ("" if job.skill else job.type.label),
        skill=job.skill,
        region=job.region,
        own=machine.engineer_id if strategic else None,
        there=place(machine.latitude, machine.longitude),
        warranty="保内" if covered else "已过保" if machine.warranty_until is not None else "",
    )
