"""R-29: every documented code is in its class, and none is missing."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from bot.wecom.errors import DeadMedia, DeadToken, failure
from cards.channel import CannotUpdate, Misconfigured, Refused, Retry

CLASSES = {
    Retry: [-1, 6000, 45009, 45033, 45035, 45036, 41063, 41096, 301022, 2010003],
    DeadToken: [40014, 42001],
    DeadMedia: [40007, 40145],
    Misconfigured: [
        *(40001, 40013, 43012, 48002, 48006, 48009, 48010, 48011, 50001, 50002, 50003, 60020, 60021, 60031),
        *(81012, 93000, 93004, 93008, 301002, 701008),
    ],
    Refused: [
        *(40003, 40008, 40029, 40031, 40032, 40033, 40035, 40056, 40058, 40063, 40068, 40096, 41001, 41016, 44001),
        *(
            44004,
            45001,
            45002,
            45007,
            45008,
            60003,
            60011,
            60111,
            81013,
            82001,
            82002,
            82003,
            84014,
            84015,
            84061,
            830002,
        ),
        *(42014, 42017, 42018, 42019, 42020, 42027, 42028, 42029, 42030, 42031, 42033, 42035, 42036, 42037, 42038),
        *(42039, 42040, 42041, 42042, 42043, 42044, 42045, 42046, 42047, 42049, 42050, 42051, 42052),
    ],
    CannotUpdate: [42015, 42016, 42022, 60140],
}


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, codes in CLASSES.items() for code in codes])
def test_documented_codes(kind, code):
    with capture_logs() as logs:
        error = failure("message/send", code, "whatever the text says, ok")
    assert (type(error), error.code, logs) == (kind, str(code), [])


def test_an_undocumented_code_is_passing_and_reported():
    with capture_logs() as logs:
        error = failure("user/get", 12345678, "new, hint: [1576065934_28_e0fae], from ip: 9.30.0.138, more info at x")
    assert type(error) is Retry
    assert [(each["log_level"], each["code"], each["hint"]) for each in logs] == [
        ("error", 12345678, "1576065934_28_e0fae")
    ]


def test_the_administrator_reads_what_to_do():
    error = failure("message/send", 60020, "not allow, hint: [1_2_3], from ip: 1.2.3.4")
    assert str(error) == ("message/send: 请把本服务器的出口 IP 加入应用的“企业可信IP”（约一分钟后生效） (hint 1_2_3)")
