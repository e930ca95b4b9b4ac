"""Imports, for their owner's card and for the job that carries them out."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actor import SYSTEM, Actor
from domain.customers.fields import CUSTOMER
from domain.errors import NotFound
from domain.fields import Field
from domain.imports.checking import Staff
from domain.imports.kinds import SheetKind, SheetName, sheet_kinds
from domain.imports.run import WORKED_ON, ImportRun, ImportState
from domain.imports.views import ImportView
from domain.people.person import Person
from domain.scope import SEE_ALL, UNSEEN, within
from storage import dictionary
from storage.finders.people import PeopleFinder


class ImportQueries:
    """One's own imports."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def card(self, import_id: int, viewer: Actor) -> ImportView:
        """Return an import, for whoever sent it; NotFound for anybody else."""
        run = self._session.get(ImportRun, import_id)
        if run is None or run.person_id is None or run.person_id != viewer.person_id:
            raise NotFound(UNSEEN)
        found, kind = run.found, run.kind
        fields = () if kind is None else self.kinds()[kind].fields
        return ImportView(
            id=run.id,
            version=run.version,
            name=run.name,
            state=run.state,
            kind="" if kind is None else kind.value,
            label="" if kind is None else kind.label,
            sheet=found.get("sheet", ""),
            columns=tuple((heading, label) for heading, label in found.get("columns", ())),
            unknown=tuple(found.get("unknown", ())),
            headings=tuple(found.get("headings", ())),
            fields=tuple((field.name, field.label) for field in fields),
            samples=tuple(found.get("samples", ())),
            problems=tuple(found.get("problems", ())),
            good=found.get("good", 0),
            bad=found.get("bad", 0),
            known=run.known or found.get("known", 0),
            reason=run.reason,
            added=run.added,
            refused=run.refused,
            taken_back=run.taken_back,
            kept=run.kept,
            may_revert=run.state is ImportState.DONE and run.added > 0,
        )

    def waiting(self) -> ImportRun | None:
        """Return the oldest import that the program has to do something about."""
        query = select(ImportRun).where(ImportRun.state.in_(WORKED_ON), ImportRun.person_id.is_not(None))
        return self._session.scalars(query.order_by(ImportRun.id).limit(1)).first()

    def run(self, import_id: int) -> ImportRun:
        """Return an import; NotFound when there is none."""
        run = self._session.get(ImportRun, import_id)
        if run is None:
            raise NotFound(UNSEEN)
        return run

    def kinds(self) -> Mapping[SheetName, SheetKind]:
        """Return every kind of table, with the fields the company has added."""
        return sheet_kinds(dictionary.record_type(self._session, CUSTOMER.name))

    def custom_fields(self) -> tuple[Field, ...]:
        """Return the fields the company has added to customers."""
        return tuple(field for field in self.kinds()[SheetName.CUSTOMER].fields if field.custom)

    def importer(self, person_id: int | None) -> Actor | None:
        """Return whoever sent it as the one who acts, None when he has left."""
        if person_id is None:
            return SYSTEM
        person = self._session.get(Person, person_id)
        return None if person is None or not person.active else person.actor("")

    def staff(self, importer: Actor) -> Mapping[str, Staff | None]:
        """Return everybody a row may name, by name and nickname; None for a name that several have."""
        leader_of = PeopleFinder(self._session).leader_of
        named: dict[str, Staff | None] = {}
        for person in self._session.scalars(select(Person).order_by(Person.active.desc(), Person.id)):
            sees = importer.has(*SEE_ALL) or within(importer, person.id, leader_of)
            for name in {person.name, *(person.nicknames if person.active else ())}:
                staff = Staff(id=person.id, active=person.active, within=sees)
                if name in named and not person.active:
                    continue
                named[name] = None if name in named else staff
        return named
