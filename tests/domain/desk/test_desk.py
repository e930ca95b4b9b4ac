"""One card with all that waits for somebody, whatever his role (S-055)."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.approvals.deciding import ApproveStep
from domain.errors import NotFound
from domain.quotes.submitting import SubmitQuote
from tests.support.company import open_company


def test_the_desk_of_each_role(tmp_path: Path) -> None:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:

        def rows(name: str) -> list[tuple[str, str]]:
            card = company.card("desk.home", f"desk:{company.actor(name).person_id}", name)
            return [(row.label, row.value) for row in card.fields]

        company.log(company="锦腾", contact="", phone="")
        company.act(SubmitQuote(quote_id=company.quote()), "陈静")
        assert rows("陈静") == [
            ("待报价", "1：XJ-2611-0001 无锡锦腾模具有限公司"),
            ("我的报价", "1：Q-2611-0001 无锡锦腾模具有限公司"),
            ("我的待办", "1"),
            ("我的客户", "1"),
        ]
        assert rows("周敏") == [("等我审批", "1：SP-2611-0001 无锡锦腾模具有限公司")]
        card = company.card("desk.home", f"desk:{company.actor('周敏').person_id}", "周敏")
        assert [button.text for button in card.buttons] == ["等我审批"]
        company.act(ApproveStep(approval_id=1), "周敏")
        assert rows("周敏") == []
        with pytest.raises(NotFound):
            company.card("desk.home", f"desk:{company.actor('陈静').person_id}", "周敏")
