"""What a job asks for and who is there to do it: read once for a decision, then ranked by ``candidates``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.service.candidates import Candidate, Wanted, explain, rank
from domain.service.distance import place
from domain.service.tell import KEEPERS
from domain.service.ticket import Ticket

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from domain.people.person import Person
    from domain.service.distance import Place
    from domain.service.work_order import WorkOrder
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Who may be asked for a job now (nobody who is on leave), how busy and where each of them is."""

    wanted: Wanted
    people: Sequence[Person]
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


def roster(job: WorkOrder, work: Work) -> Roster:
    """Read what a decision about ``job`` needs: five queries, however many engineers and jobs there are."""
    on_duty = work.find.assignment.on_duty(work.now)
    if job.type.is_desk:
        people = next((holders for role in KEEPERS[1:] if (holders := _with(on_duty, role))), [])
        return Roster(wanted=Wanted(kind=job.type.label), people=people, loads=work.find.service.loads(), places={})
    ticket = work.get(Ticket, job.ticket_id)
    machine = None if ticket.equipment_id is None else work.get(Equipment, ticket.equipment_id)
    return Roster(
        wanted=_wanted(job, ticket, machine, work),
        people=_with(on_duty, Role.ENGINEER),
        loads=work.find.service.loads(),
        places=work.find.service.places(),
    )


def _with(people: Sequence[Person], role: Role) -> list[Person]:
    return [person for person in people if person.has(role)]


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
