"""Logs: one JSON line an event, and no canary gets through, at DEBUG and in tracebacks (R-85, R-88)."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from bot import logs

SECRET = "s3cr3t-canary-value"


@pytest.fixture
def written():
    """Configure at DEBUG onto a buffer; return a function that reads what was written so far."""
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    logs.configure("DEBUG", [SECRET, "abc"], stream)

    def read() -> list[dict]:
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    read.text = stream.getvalue
    yield read
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def only_ours() -> None:
    """Take pytest's handlers away, which raise at what they cannot format or pass on to another process."""
    root = logging.getLogger()
    root.handlers[:] = [each for each in root.handlers if type(each).__module__ == "bot.logs"]


def test_an_event_is_one_json_line_with_its_context(written):
    structlog.contextvars.bind_contextvars(request_id="r1")
    structlog.get_logger("gendan").info("quote.created", no="Q-2025-0001", customer="华鑫门窗", count=3)
    (line,) = written()
    assert line.pop("time").endswith("Z")
    assert line == {
        "event": "quote.created",
        "no": "Q-2025-0001",
        "customer": "华鑫门窗",
        "count": 3,
        "request_id": "r1",
        "level": "info",
        "logger": "gendan",
    }
    assert "华鑫门窗" in written.text()


def test_libraries_take_the_same_road(written):
    logging.getLogger("aiohttp.access").info("%s %s", "GET", "/m/quotes?code=cAnArYcode&state=1")
    logging.getLogger("somebody").warning("token=%s", "cAnArY-token")
    assert [line["event"] for line in written()] == ["GET /m/quotes?code=***&state=1", "token=***"]


def test_loggers_that_tell_secrets_are_silent(written):
    logging.getLogger("dingtalk.client.base").error("app secret %s", "x")
    logging.getLogger("wechatpy.client").error("secret %s", "x")
    logging.getLogger("sqlalchemy.engine").info("INSERT … %r", ("x",))
    logging.getLogger("apscheduler.scheduler").debug("tick")
    assert written() == []


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "access_token",
        "accessToken",
        "wecom_token",
        "secret",
        "corpsecret",
        "client_secret",
        "aes_key",
        "encoding_aes_key",
        "code",
        "auth_code",
        "ticket",
        "jsapi_ticket",
        "password",
        "Authorization",
        "session",
        "session_id_token",
        "phone",
        "customer_phone",
        "mobile",
        "cookie",
        "Set-Cookie",
        "api_key",
        "signature",
    ],
)
def test_telling_names_are_masked(written, name):
    """R-88."""
    structlog.get_logger().debug("x", **{name: "cAnArY"}, nested={"list": [{name: "cAnArY"}]})
    (line,) = written()
    assert line[name] == "***"
    assert line["nested"] == {"list": [{name: "***"}]}


def test_harmless_neighbours_stay_readable(written):
    structlog.get_logger().info(
        "x", status_code=200, error_code="40014", ticket_no="T-1", barcode="6205", key="a:1", empty={"token": ""}
    )
    (line,) = written()
    assert (line["status_code"], line["error_code"], line["ticket_no"]) == (200, "40014", "T-1")
    assert (line["barcode"], line["key"], line["empty"]) == ("6205", "a:1", {"token": ""})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call 13812348000 now", "call 138****8000 now"),
        ("+86 13812348000", "+86 138****8000"),
        ("8613812348000", "86138****8000"),
        ("138-1234-8000", "138****8000"),
        ("138 1234 8000", "138****8000"),
        ("order 1700000000000", "order 1700000000000"),
        ("id 113812348000", "id 113812348000"),
        ("https://h/cgi-bin/gettoken?corpid=a&corpsecret=cAnArY", "https://h/cgi-bin/gettoken?corpid=a&corpsecret=***"),
        ("?access_token=cAnArY&x=1", "?access_token=***&x=1"),
        ('{"access_token": "cAnArY", "errcode": 0}', '{"access_token": "***", "errcode": 0}'),
        ("{'client_secret': 'cAnArY'}", "{'client_secret': '***'}"),
        ("Authorization: Bearer cAnArY.abc-def", "Authorization: Bearer ***"),
        ("postgresql://u:cAnArY@h/d", "postgresql://u:***@h/d"),
        ("GET /t/cAnArY012345 HTTP/1.1", "GET /t/*** HTTP/1.1"),
        ("GET /q/cAnArY012345/pdf", "GET /q/***/pdf"),
        ("webhook/send?key=cAnArY", "webhook/send?key=***"),
        (f"somewhere {SECRET} inside", "somewhere *** inside"),
        ("abc is too short to be hidden", "abc is too short to be hidden"),
    ],
)
def test_values_are_masked_inside_texts(written, text, shown):
    """R-88: credentials in addresses, phones as 138****8000, known secrets anywhere."""
    structlog.get_logger().info(text, value=text, parts=[text], map={"a": text})
    (line,) = written()
    assert line["event"] == line["value"] == line["parts"][0] == line["map"]["a"] == shown


def test_objects_numbers_bytes_and_keys_are_masked_too(written):
    class Leaky:
        def __repr__(self) -> str:
            return f"<Leaky {SECRET} 13812348000>"

    structlog.get_logger().info("x", thing=Leaky(), number=13812348000, raw=SECRET.encode(), map={SECRET: {1, 2}})
    (line,) = written()
    assert line["thing"] == "<Leaky *** 138****8000>"
    assert line["number"] == "138****8000"
    assert line["raw"] == "19 bytes"
    assert line["map"] == {"***": [1, 2]}


def test_tracebacks_are_masked(written):
    """R-88: the failure itself is where contents slip out."""
    try:
        raise ValueError(f"refused {SECRET} of 13812348000 with token=cAnArY")
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("aiohttp.server").exception("failed %s", SECRET)
    ours, theirs = written()
    assert "ValueError: refused *** of 138****8000 with token=***" in ours["exception"]
    assert theirs["event"] == "failed ***"
    assert SECRET not in written.text()
    assert "cAnArY" not in written.text()


@pytest.mark.parametrize(
    "text",
    [
        'a\r\n{"event": "forged"}',
        "a\nb",
        "\x1b[2J\x1b[31mred",
        "\x9b31m",
        "a\u2028b\u2029c\x85d",
        "\u202eexe.pdf",
        "\x00",
        "\ud800",
    ],
)
def test_nobody_forges_a_line(written, text):
    """R-85: CRLF, ANSI, C1, bidi and lone surrogates stay inside one line of JSON."""
    only_ours()
    structlog.get_logger().info("x", name=text)
    logging.getLogger("lib").info(text)
    raw = written.text()
    assert raw.count("\n") == 2
    assert len(raw.splitlines()) == 2
    assert [ord(each) for each in raw if ord(each) < 32 or 0x7F <= ord(each) < 0xA0] == [10, 10]
    raw.encode("utf-8")
    assert [line["level"] for line in written()] == ["info", "info"]


def test_a_record_that_cannot_be_drawn_tells_nothing(written, capsys):
    """R-88: the standard library would print the arguments with a traceback."""
    only_ours()
    logging.getLogger("lib").info("%d", SECRET)
    assert written() == [{"event": "log.unprintable", "logger": "lib", "error": "TypeError", "level": "error"}]
    assert capsys.readouterr().err == ""


def test_the_level_holds_for_all(written):
    stream = io.StringIO()
    logs.configure("WARNING", [], stream)
    structlog.get_logger().info("x")
    logging.getLogger("aiohttp.access").info("x")
    structlog.get_logger().warning("y")
    assert json.loads(stream.getvalue())["event"] == "y"
    assert written() == []
