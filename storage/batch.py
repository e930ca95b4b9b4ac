"""Several effects in one transaction: one commit, one writing of what they gathered, one sealing of the timeline.

    with batch.effect(key, actor) as work: …     as often as wanted, each undone alone when it raises
    batch.finish()

What finished effects added waits in memory until somebody asks the database, or until the end: a burst
of inquiries is then one INSERT per table.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from domain.actor import Actor
from domain.clock import WorkCalendar
from domain.execute import Executor
from domain.policy import Policies
from domain.record import Entity
from storage import inbox, newly, outbox, search, timeline, timers, touches
from storage.agenda import Agenda
from storage.counting import Counters
from storage.finders import Finders
from storage.foci import Foci
from storage.identities import Identities
from storage.queries import Queries
from storage.uow import UnitOfWork

E = TypeVar("E", bound=Entity)
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
"""As most people type it; other spellings are looked up when they are read."""


@dataclass(slots=True, kw_only=True)
class Batch:
    """What several effects of one transaction have gathered; ``finish`` writes it.

    ``is_broken`` says that the transaction can only be rolled back as a whole, whoever was at fault.
    """

    session: Session
    executor: Executor
    calendar: WorkCalendar
    policies: Policies
    now: datetime
    find: Finders = field(init=False)
    queries: Queries = field(init=False)
    identities: Identities = field(init=False)
    counters: Counters = field(init=False)
    foci: Foci = field(init=False)
    records: list[Entity] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    outbox: list[dict[str, Any]] = field(default_factory=list)
    timers: Agenda = field(default_factory=Agenda)
    touched: list[dict[str, Any]] = field(default_factory=list)
    unindexed: set[int] = field(default_factory=set)
    """Customers whose names or numbers have changed: what they are found by is written once for all."""
    private: list[str] = field(default_factory=list)
    """Keys of arrivals whose words are not kept."""
    is_broken: bool = False
    _held: list[object] = field(default_factory=list)
    """What was read: the session itself holds weakly, and many effects of a batch ask for the same."""
    _running: UnitOfWork | None = None

    def __post_init__(self) -> None:
        self.identities = Identities(self.session)
        self.counters = Counters(self.session)
        self.foci = Foci(self.session)
        self._look_afresh()
        event.listen(self.session, "loaded_as_persistent", self._loaded)
        event.listen(self.session, "do_orm_execute", self._asked)
        event.listen(self.session, "before_flush", self._flushing)

    def expect(self, accounts: Collection[tuple[str, str]], texts: Sequence[str] = ()) -> None:
        """Read at once who writes (platform and account), what they are about, and whose numbers they name."""
        self.identities.ahead = max(len(texts), 1)
        self.foci.expect(self.queries.people.expect(accounts))
        self.find.customers.expect([phone for text in texts for phone in _MOBILE.findall(text)])

    def expect_records(self, commands: Iterable[dict[str, Any]]) -> None:
        """Read at once the records that commands, as they are written down, will ask for."""
        asked: dict[type[Entity], set[int]] = defaultdict(set)
        many = 0
        for many, body in enumerate(commands, 1):  # noqa: B007 - how many there were
            for kind, id_ in self.executor.records(body):
                asked[kind].add(id_)
        self.identities.ahead = max(many, 1)
        for kind, ids in asked.items():
            self.session.scalars(select(kind).where(kind.id.in_(sorted(ids)))).all()

    @contextmanager
    def effect(self, key: str, actor: Actor) -> Iterator[UnitOfWork]:
        """Run one effect; what its body raises undoes it alone."""
        work = self._running = UnitOfWork(batch=self, key=key, actor=actor)
        try:
            yield work
            work.close()
        except BaseException as error:  # whatever it was, it must leave nothing behind
            self._undo(work, error)
            raise
        finally:
            self._running = None
        self.foci.keep()

    def add(self, record: Entity) -> None:
        """Keep a new record for the effect that runs."""
        assert self._running is not None, "records are added by effects"
        self._running.add(record)

    def touch(self, contact: dict[str, Any]) -> None:
        """Note for the effect that runs when a customer was in contact."""
        assert self._running is not None, "contacts are noted by effects"
        self._running.touch(contact)

    def index(self, customer_id: int) -> None:
        """Note that what a customer is found by has changed."""
        self.unindexed.add(customer_id)

    def waiting(self, kind: type[E]) -> Iterator[E]:
        """Yield the new records of a kind that are not in the database yet."""
        added = () if self._running is None else self._running.added
        return (record for record in chain(added, self.records) if isinstance(record, kind))

    def settle(self) -> None:
        """Write the records and counters of finished effects now."""
        try:
            if self.records:
                records, self.records = self.records, []
                newly.write(self.session, records)
                newly.adopt(self.session, records)
            touched, self.touched = self.touched, []
            touches.write(self.session, touched)
            self.counters.write()
        except BaseException:  # whoever was at fault, the whole transaction is
            self.is_broken = True
            raise

    def finish(self) -> None:
        """Write what was gathered, then seal the timeline: the last thing before the commit."""
        records, self.records = self.records, []
        newly.write(self.session, records)
        touched, self.touched = self.touched, []
        touches.write(self.session, touched)
        if self.unindexed:
            search.index(self.session, self.unindexed)
        self.counters.write()
        self.foci.write()
        outbox.put(self.session, self.outbox)
        timers.put(self.session, self.timers, self.now)
        inbox.scrub(self.session, self.private)
        timeline.seal(self.session, self.events)

    def _undo(self, work: UnitOfWork, error: BaseException) -> None:
        self.foci.drop()
        # A failed flush has rolled everything back; after a failed statement PostgreSQL takes no other.
        self.is_broken |= not self.session.is_active or (isinstance(error, DBAPIError) and not work.is_guarded)
        if not self.is_broken and work.undo():
            self.settle()
            self.session.expunge_all()
            self._held.clear()
            self._look_afresh()

    def _look_afresh(self) -> None:
        self.find = Finders(self.session, self)
        self.queries = Queries(self.session)

    def _loaded(self, session: Session, record: object) -> None:
        del session
        self._held.append(record)

    def _asked(self, state: ORMExecuteState) -> None:
        """Before any statement of the session: what it may look for must be there."""
        kinds = state.execution_options.get(newly.ASKS)
        if kinds is not None and not self._awaits(kinds):
            return
        searches = bool(self.unindexed) and search.SEARCHES in state.execution_options
        if not searches and not state.is_orm_statement and (state.is_select or self._running is None):
            return  # the queues' own tables: no records there, and outside an effect nothing to undo
        self.settle()
        if self._running is not None:
            self._running.surface(writes=not state.is_select)
        if searches:
            self._index_now()

    def _index_now(self) -> None:
        """Index before somebody searches; once more in the end, since an effect that fails takes this back."""
        if self._running is not None:
            self._running.guard()
        waiting, self.unindexed = self.unindexed, set()  # what indexing asks is no search
        search.index(self.session, waiting)
        self.unindexed = waiting

    def _awaits(self, kinds: tuple[type[Entity], ...]) -> bool:
        """Return whether new records of these kinds wait to be written."""
        return any(True for kind in kinds for _ in self.waiting(kind))

    def _flushing(self, session: Session, context: UOWTransaction, instances: object) -> None:
        """Before the session writes records: they get their numbers, the effect its savepoint."""
        del context, instances
        for record in session.new:
            if isinstance(record, Entity) and record.id is None:
                self.identities.give(record)
        if self._running is not None:
            self._running.guard()
