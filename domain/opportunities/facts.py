"""What conditions of a pipeline may ask about a deal."""

from __future__ import annotations

from collections.abc import Sequence

from domain.catalog.product import Product
from domain.condition import Facts
from domain.customers.customer import Customer
from domain.inquiries.lines import Found
from domain.opportunities.opportunity import Opportunity, OpportunityLine
from domain.work import Work


def facts(opportunity: Opportunity, work: Work) -> Facts:
    """Return the values of ``domain.pipelines.OPPORTUNITY_FACTS``."""
    customer = work.get(Customer, opportunity.customer_id)
    find = work.find.opportunities
    return {
        "amount": opportunity.amount_fen,
        "approved_quotes": find.approved_quotes(opportunity),
        "contract_no": opportunity.contract_no,
        "order_photos": find.pictures(opportunity.subject),
        "contact": opportunity.contact,
        "expected_close": opportunity.expected_close,
        "products": tuple(word for words in product_words(find.lines(opportunity.id), work) for word in words),
        "customer_level": customer.level,
        "region": opportunity.region or customer.region,
    }


def product_words(lines: Sequence[Found | OpportunityLine], work: Work) -> list[tuple[str, ...]]:
    """Return for every line its code (or the word as said) and, where it is in the catalogue, its category."""
    return [
        (line.said,) if line.product_id is None else (line.said, work.get(Product, line.product_id).category)
        for line in lines
    ]
