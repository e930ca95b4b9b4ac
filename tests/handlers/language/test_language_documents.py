import pytest

from handlers.language.documents import bare_numbers, find_documents
from handlers.language.spans import best_cover

KNOWN = {
    "order_no": bare_numbers(("SO2026-0087",)),
    "quote_no": bare_numbers(("Q20260305-012",)),
    "ticket_no": bare_numbers(("WO-2603-017", "WO-2603-019")),
    "approval_no": bare_numbers(("SP-0233",)),
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("WO-2603-017我接了", ("ticket_no", "WO-2603-017")),
        ("wo2603017我接了", ("ticket_no", "WO-2603-017")),
        ("SP0233不批", ("approval_no", "SP-0233")),
        ("工单017修好了", ("ticket_no", "WO-2603-017")),
        ("SO2026-0099发货了吗", ("order_no", "SO2026-0099")),
        ("0233那个审批", ("approval_no", "SP-0233")),
    ],
)
def test_reads_numbers_of_documents(text, found):
    assert [span.value for span in best_cover(find_documents(text, KNOWN)) if span.kind == "document"] == [found]


def test_keeps_serials_labels_and_codes_from_being_numbers():
    kinds = [
        (span.kind, span.value) for span in best_cover(find_documents("序列号X2-2024-0117 三号车间 E07报警", KNOWN))
    ]
    assert kinds == [("serial", "X2-2024-0117"), ("label", "三号车间"), ("code", "E07")]
