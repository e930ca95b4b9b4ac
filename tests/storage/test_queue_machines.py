"""The inbox and the outbox against a model of a few lines, in whatever order Hypothesis thinks of."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.clock import ManualClock
from storage import invariants
from storage import outbox as queue
from storage.tables import inbox, outbox
from tests.jobs.road import MONDAY, build_road
from tests.support.prepared import lay_out

_SETTINGS = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


class Crash(BaseException):
    """The process is gone."""


class InboxMachine(RuleBasedStateMachine):
    """Keep, deliver again, take, fail, crash before the commit, lose what the process remembered."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = lay_out(f"sqlite:///{self.folder.name}/test.db")
        self.clock = ManualClock(MONDAY)
        self.model: dict[str, list[str]] = {}
        """account → texts kept and not yet carried out, in order"""
        self.done: list[str] = []
        self.keys: dict[str, str] = {}
        self.failing: set[str] = set()
        self.restart()

    def teardown(self):
        self.database.close()
        self.folder.cleanup()

    @rule()
    def restart(self):
        """A new process: everything but the database is new."""
        self.road = build_road(self.database, clock=self.clock, batch=4)
        self.road.words.verbs["x"] = self._effect

    def _effect(self, work, envelope, rest):
        if rest in self.failing:
            raise RuntimeError(rest)
        return self.road.words._note(work, envelope, rest)

    @rule(account=st.sampled_from("abc"), fails=st.booleans())
    def keep(self, account, fails):
        text = f"{account}{len(self.keys)}"
        asyncio.run(self.road.keep(f"x {text}", key=f"k{len(self.keys)}", account=account))
        self.keys[f"k{len(self.keys)}"] = text
        self.model.setdefault(account, []).append(text)
        if fails:
            self.failing.add(text)

    @precondition(lambda self: self.keys)
    @rule(data=st.data())
    def deliver_again(self, data):
        key = data.draw(st.sampled_from(sorted(self.keys)))
        asyncio.run(self.road.keep(f"x {self.keys[key]}", key=key, account=self.keys[key][0]))

    @rule()
    def crash(self):
        """Everything is carried out; the process dies before the commit."""

        def die(session):
            self.road.intake.take(session)
            raise Crash

        with contextlib.suppress(Crash):
            self.database.transact(die)

    @rule()
    def take_all(self):
        while self.database.transact(self.road.intake.take).rows:
            pass
        for texts in self.model.values():
            while texts and texts[0] not in self.failing:
                self.done.append(texts.pop(0))

    @rule()
    def mend(self):
        """Whatever failed goes well from now on, and its time has come."""
        self.failing.clear()
        self.clock.move(timedelta(minutes=1))

    @precondition(lambda self: self.model)
    @rule()
    def give_up(self):
        """Five failures park a row; those behind it go on."""
        for _ in range(5):
            while self.database.transact(self.road.intake.take).rows:
                pass
            self.clock.move(timedelta(minutes=1))
        # A row behind a failing one may need its own five rounds: go on until nothing waits.
        while "ready" in self.road.states():
            while self.database.transact(self.road.intake.take).rows:
                pass
            self.clock.move(timedelta(minutes=1))
        for texts in self.model.values():
            self.done += [text for text in texts if text not in self.failing]
            texts.clear()

    @invariant()
    def each_effect_once_and_in_order(self):
        noted = self.road.noted()
        assert sorted(noted) == sorted(self.done)
        for account in "abc":
            mine = [int(text[1:]) for text in noted if text[0] == account]
            assert mine == sorted(mine)

    @invariant()
    def every_key_is_one_row(self):
        assert self.road.rows(inbox, "key") == list(self.keys)
        violations = self.database.look(lambda session: list(invariants.violations(session, lambda file_id: True)))
        assert violations == []


class OutboxMachine(RuleBasedStateMachine):
    """Put, claim, mark as sent, give back, let leases expire; a claim that is never answered is a crash."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = lay_out(f"sqlite:///{self.folder.name}/test.db")
        self.now = MONDAY
        self.rows: dict[int, dict] = {}
        self.leases: list[tuple[int, str]] = []
        """Everything anybody was ever handed, also long after it was lost."""

    def teardown(self):
        self.database.close()
        self.folder.cleanup()

    @rule(person=st.sampled_from([1, 2]), subject=st.sampled_from(["", "quote:1", "quote:2"]))
    def put(self, person, subject):
        number = len(self.rows) + 1
        row = {
            "key": f"k#{number}",
            "person_id": person,
            "platform": "",
            "account": "",
            "kind": "quotes.draft" if subject else "text",
            "subject": subject,
            "body": {},
            "priority": 1,
            "state": "ready",
            "tries": 0,
            "due": self.now,
            "created_at": self.now,
        }
        self.database.transact(lambda session: queue.put(session, [row]))
        self.rows[number] = {
            "line": (person, subject) if subject else number,
            "state": "ready",
            "due": self.now,
            "until": None,
            "lease": "",
        }

    @rule(limit=st.integers(1, 4))
    def claim(self, limit):
        lease = f"lease{len(self.leases)}"
        claimed = self.database.transact(lambda session: queue.claim(session, self.now, lease, limit))
        free = self._free()
        assert {row["id"] for row in claimed} <= set(free)
        assert len(claimed) == min(limit, len(free))
        for row in claimed:
            self.rows[row["id"]] |= {"state": "leased", "lease": lease, "until": self.now + queue.LEASE}
            self.leases.append((row["id"], lease))

    def _free(self):
        """What may be claimed: due or with its lease run out, and the first of its line."""
        free, lines = [], set()
        for number, row in self.rows.items():
            if row["state"] == "sent":
                continue
            first = row["line"] not in lines
            lines.add(row["line"])
            due = row["state"] == "ready" and row["due"] <= self.now
            lost = row["state"] == "leased" and row["until"] < self.now
            if first and (due or lost):
                free.append(number)
        return free

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def sent(self, data):
        number, lease = data.draw(st.sampled_from(self.leases))
        holds = self.rows[number]["state"] == "leased" and self.rows[number]["lease"] == lease
        assert self.database.transact(lambda session: queue.sent(session, number, lease, self.now)) == holds
        if holds:
            self.rows[number] |= {"state": "sent"}

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), seconds=st.integers(0, 90), counts=st.booleans())
    def later(self, data, seconds, counts):
        number, lease = data.draw(st.sampled_from(self.leases))
        due = self.now + timedelta(seconds=seconds)
        holds = self.rows[number]["state"] == "leased" and self.rows[number]["lease"] == lease
        give_back = queue.later if counts else queue.unclaim

        def write(session):
            # Far from parking: how often one may fail is another test's business.
            extra = {"most": 1000} if counts else {}
            give_back(session, number, lease, due, "busy", **extra)

        self.database.transact(write)
        if holds:
            self.rows[number] |= {"state": "ready", "due": due}

    @rule(seconds=st.sampled_from([1, 30, 61, 3600]))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule()
    def a_new_process_frees_everything(self):
        self.database.transact(queue.free)
        for row in self.rows.values():
            if row["state"] == "leased":
                # It was due when it was taken, so it is due now.
                row |= {"state": "ready"}

    @invariant()
    def states_agree(self):
        query = outbox.select().with_only_columns(outbox.c.id, outbox.c.state).order_by(outbox.c.id)
        found = self.database.look(lambda session: [tuple(row) for row in session.execute(query)])
        assert found == [(number, row["state"]) for number, row in self.rows.items()]


TestInboxMachine = InboxMachine.TestCase
TestInboxMachine.settings = _SETTINGS
TestOutboxMachine = OutboxMachine.TestCase
TestOutboxMachine.settings = _SETTINGS
