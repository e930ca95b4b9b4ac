"""What several effects of one transaction gather: visible to whoever asks, written late, undone alone."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from domain.customers.customer import Contact, Customer
from domain.errors import Invalid
from domain.inquiries.commands import LogInquiry
from domain.inquiries.inquiry import Inquiry
from domain.tasks.task import Task
from storage import newly
from tests.support.company import open_company

_ASKED = LogInquiry(requirement="两台X200", company="苏州恒力机械", contact="王总", phone="13812345678")


@pytest.fixture
def company(database_url):
    with open_company(database_url) as opened:
        yield opened


def in_one_batch(company, *effects):
    """Run effects as 陈静 in one transaction; return what each returned, or the refusal it raised."""

    def transaction(session):
        batch = company.business.batch(session)
        outcomes = []
        for number, effect in enumerate(effects):
            try:
                key = f"batch:{next(company.keys)}:{number}"
                outcomes.append(company.business.attempt(batch, key, company.actor("陈静"), effect))
            except Invalid as refusal:
                outcomes.append(refusal)
        batch.finish()
        return outcomes

    return company.database.transact(transaction)


def statements_of(company, *effects):
    said = []

    def note(connection, cursor, statement, parameters, context, many):
        said.append(statement)

    event.listen(company.database.engine, "before_cursor_execute", note)
    try:
        in_one_batch(company, *effects)
    finally:
        event.remove(company.database.engine, "before_cursor_execute", note)
    return said


def log(work):
    return work.act(_ASKED)


def test_a_later_effect_of_the_batch_finds_what_an_earlier_one_added(company):
    """By its id, by a query, by name and number: nothing of it is in the database before somebody asks."""

    def look(work):
        inquiry = work.get(Inquiry, ids[0])
        tasks = work.find.tasks.open_about(inquiry.subject)
        return inquiry.no, [task.title for task in tasks]

    ids = in_one_batch(company, log, log)
    assert [contact.phone for contact in company.all(Contact)].count("13812345678") == 1
    _, seen = in_one_batch(company, log, lambda work: len(work.find.tasks.open_about(f"inquiry:{ids[0]}")))
    assert seen == 1
    assert in_one_batch(company, look)[0][1] == [f"给苏州恒力机械报价（{company.get(Inquiry, ids[0]).no}）"]


def test_a_query_in_the_same_effect_finds_what_it_added(company):
    def log_and_look(work):
        inquiry_id = log(work)
        return [task.about for task in work.find.tasks.open_about(f"inquiry:{inquiry_id}")]

    (found,) = in_one_batch(company, log_and_look)
    assert found == [f"inquiry:{company.all(Inquiry)[0].id}"]


def test_what_is_added_and_then_changed_is_written_as_changed(company):
    def log_then_quote(work):
        work.get(Inquiry, log(work)).quoted()

    in_one_batch(company, log_then_quote, lambda work: work.get(Inquiry, 1).check_not_undone())
    (inquiry,) = company.all(Inquiry)
    assert inquiry.state.value == "quoted"


@pytest.mark.parametrize("written", [False, True])
def test_a_refusal_takes_back_what_its_effect_added_and_nothing_else(company, written):
    """Whether it was still in memory or had been written behind the savepoint."""

    def refuse(work):
        work.act(LogInquiry(requirement="x", company="无锡新来机械", contact="李总", phone="13900000001"))
        work.find.people.focus(work.actor.person_id, work.now).turn(work.now, subject="inquiry:99")
        if written:
            work.flush()
        raise Invalid("不行")

    before = len(company.all(Customer))
    first, refusal, last = in_one_batch(company, log, refuse, log)
    assert isinstance(refusal, Invalid)
    assert [inquiry.requirement for inquiry in company.all(Inquiry)] == ["两台X200"] * 2
    assert len({first, last}) == 2
    assert len(company.all(Customer)) == before + 1
    assert len(company.all(Task)) == 2
    seen = company.run(lambda work: work.find.people.focus(work.actor.person_id, work.now).subject, "陈静")
    assert seen == ""


def test_an_effect_that_only_adds_needs_no_savepoint(company):
    in_one_batch(company, log)
    said = statements_of(company, log, log, log)
    assert [each for each in said if "SAVEPOINT" in each] == []
    assert len([each for each in said if each.startswith("INSERT INTO inquiries")]) == 1


def test_an_effect_that_changes_a_record_sets_one(company):
    (id_,) = in_one_batch(company, log)

    def change(work):
        work.lock(Inquiry, id_).quoted()

    said = statements_of(company, change)
    assert [each for each in said if "SAVEPOINT" in each] == ["SAVEPOINT effect", "RELEASE SAVEPOINT effect"]


def test_a_look_up_by_name_and_number_needs_no_writing_first(company):
    """The burst of inquiries: what waits stays in memory while the next one is decided."""
    said = statements_of(company, log, log)
    for table in ("customers", "contacts", "inquiries"):
        assert len([each for each in said if each.startswith(f"INSERT INTO {table} ")]) == 1


def test_somebody_elses_focus_is_not_overwritten(company):
    """Two processes answer one person at once: the second transaction is run again on what the first left."""
    person = company.actor("陈静").person_id
    company.run(lambda work: work.find.people.focus(person, work.now).turn(work.now, subject="inquiry:1"), "陈静")
    tried = []

    def late(work):
        focus = work.find.people.focus(person, work.now)
        tried.append(focus.subject)
        if len(tried) == 1:
            table = newly.table_of(type(focus))
            moved = {"subject": "quote:7", "version": table.c.version + 1}
            work.session.connection().execute(table.update().where(table.c.person_id == person).values(moved))
        focus.listed = ["quote:8"]

    company.run(late, "陈静")
    assert tried == ["inquiry:1", "inquiry:1"]
    kept = company.run(lambda work: work.find.people.focus(person, work.now).listed, "陈静")
    assert kept == ["quote:8"]


def test_numbers_drawn_by_a_refused_effect_are_never_given_twice(company):
    def refuse(work):
        work.number("XJ")
        raise Invalid("不行")

    in_one_batch(company, log, refuse, log, log)
    numbers = [inquiry.no for inquiry in company.all(Inquiry)]
    assert len(set(numbers)) == 3
    assert numbers == sorted(numbers)


def test_records_are_numbered_however_they_are_added(company):
    """Some of them past ``work.add``: the session numbers them by the same count."""

    def both(work):
        work.session.add(Customer(name="甲", key="甲"))
        added = work.add(Customer(name="乙", key="乙"))
        work.session.flush()
        return added.id

    before = {customer.id for customer in company.all(Customer)}
    (named,) = in_one_batch(company, both)
    made = {customer.key: customer.id for customer in company.all(Customer) if customer.id not in before}
    assert made.keys() == {"甲", "乙"}
    assert made["乙"] == named
