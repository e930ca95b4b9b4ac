"""The command line as an administrator meets it: real processes, one clear line on a mistake."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.support.zygote import run

PRESET = Path(__file__).parent.parent.parent / "presets" / "equipment"
ROOT = PRESET.parent.parent
SECRET = "canary-9f81-never-shown"


def gendan(*words: str, folder: Path, given: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    base = {name: value for name, value in os.environ.items() if not name.startswith("GENDAN__")}
    variables = {
        "GENDAN__DATABASE__URL": f"sqlite:///{folder}/gendan.db",
        "GENDAN__FILES__URL": f"file://{folder}/files",
        "GENDAN__POLICIES": str(PRESET / "policies"),
        **environ,
    }
    return run(words, cwd=ROOT, environ=base | variables, given=given)


def test_every_command_explains_itself(tmp_path: Path) -> None:
    for command in (
        "serve",
        "demo",
        "migrate",
        "check-config",
        "load",
        "seed",
        "understand",
        "verify",
        "equipment",
        "inbox",
        "outbox",
        "timers",
    ):
        shown = gendan(command, "--help", folder=tmp_path)
        assert shown.returncode == 0, shown.stderr
        assert shown.stdout.strip()


def test_a_company_is_migrated_loaded_twice_and_verified(tmp_path: Path) -> None:
    assert gendan("migrate", folder=tmp_path).returncode == 0
    again = gendan("migrate", folder=tmp_path)
    assert "已是最新" in again.stdout

    first = gendan("load", str(PRESET), folder=tmp_path)
    assert first.returncode == 0, first.stderr
    before = json.loads(gendan("verify", "--json", folder=tmp_path).stdout)
    second = gendan("load", str(PRESET), folder=tmp_path)
    assert second.returncode == 0, second.stderr
    after = json.loads(gendan("verify", "--json", "--records", folder=tmp_path).stdout)

    assert first.stdout == second.stdout
    assert before["violations"] == after["violations"] == []
    for table in ("people", "products", "parts", "customers", "contacts", "equipment"):
        assert before["counts"][table] == after["counts"][table] > 0
    assert after["records"] == {}


def test_serving_without_a_schema_says_what_to_do(tmp_path: Path) -> None:
    shown = gendan("serve", folder=tmp_path)
    assert shown.returncode == 1
    assert shown.stderr.strip().splitlines()[-1].startswith("无法启动：") and "gendan migrate" in shown.stderr


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("approvals.yaml", "rules:\n  - name: 甲\n    step: []\n", ("approvals.yaml:3", "step", "steps")),
        (
            "approvals.yaml",
            "rules:\n  - {name: 甲, when: {amonut: {over: 50万}}}\n  - {name: 乙}\n",
            ("approvals.yaml:2", "amonut", "amount"),
        ),
        (
            "approvals.yaml",
            "rules:\n  - {name: 甲, when: {amount: {over: 很多}}}\n  - {name: 乙}\n",
            ("approvals.yaml:2",),
        ),
        ("approvals.yaml", "rules:\n  - {name: 甲, when: {amount: {over: 50万}}}\n", ("approvals.yaml", "最后一条")),
        (
            "approvals.yaml",
            "rules:\n  - {name: 甲, when: {amount: {over: 50万}}}\n  - {name: 乙}\nexamples:\n  - {given: {amount: 50万}, rule: 甲}\n",
            ("approvals.yaml:5", "甲", "乙"),
        ),
        ("aprovals.yaml", "rules: []\n", ("aprovals.yaml", "approvals.yaml")),
    ],
)
def test_a_mistake_in_a_policy_names_file_line_and_key(
    tmp_path: Path, file: str, text: str, words: tuple[str, ...]
) -> None:
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / file).write_text(text, encoding="utf-8")
    shown = gendan("check-config", folder=tmp_path, GENDAN__POLICIES=str(policies))
    assert shown.returncode == 1
    line = shown.stderr.strip()
    assert len(line.splitlines()) == 1, line
    for word in words:
        assert word in line


def test_a_good_configuration_is_said_in_sentences(tmp_path: Path) -> None:
    shown = gendan("check-config", folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "报价审批" in shown.stdout and "配置没有问题" in shown.stdout


def test_a_mistake_in_a_load_file_names_its_line_and_nothing_is_written(tmp_path: Path) -> None:
    gendan("migrate", folder=tmp_path)
    file = tmp_path / "people.yaml"
    file.write_text("people:\n  - {name: 甲, roles: [sales]}\n  - {name: 乙, rolls: [sales]}\n", encoding="utf-8")
    shown = gendan("load", str(file), folder=tmp_path)
    assert shown.returncode == 1
    assert "people.yaml:3" in shown.stderr and "roles" in shown.stderr
    assert json.loads(gendan("verify", "--json", folder=tmp_path).stdout)["counts"]["people"] == 0


def test_a_secret_is_never_shown(tmp_path: Path) -> None:
    """R-88: a mistake beside a secret, and every listing, keep it to themselves."""
    config = tmp_path / "config.yaml"
    config.write_text(f"wecom: {{corp_id: ww1, agnt_id: 2, secret: {SECRET}}}\n", encoding="utf-8")
    shown = gendan("check-config", "--config", str(config), folder=tmp_path)
    assert shown.returncode == 1
    assert "config.yaml:1" in shown.stderr and "agent_id" in shown.stderr
    assert SECRET not in shown.stderr + shown.stdout


def test_understanding_reads_and_answers_line_by_line(tmp_path: Path) -> None:
    world = tmp_path / "world.json"
    world.write_text(json.dumps({"products": [{"code": "X200"}]}), encoding="utf-8")
    asked = [
        {"id": "a", "role": "sales", "text": "报价 X200 两台 九五折", "now": "2026-03-11T10:30:00+08:00"},
        {"id": "b", "role": "engineer", "text": "到了", "now": "2026-03-11T10:30:00+08:00"},
    ]
    shown = gendan(
        "understand", "--world", str(world), folder=tmp_path, given="\n".join(json.dumps(each) for each in asked)
    )
    answers = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [each["id"] for each in answers] == ["a", "b"]
    assert answers[0]["intent"] == "request_quote"
    assert answers[0]["slots"]["product"] == "X200" and answers[0]["slots"]["discount"] == 0.95
    assert answers[1]["intent"] == "arrive"
    assert set(answers[0]) == {"id", "intent", "slots", "also", "confidence", "confirm"}


def test_looking_into_nothing_leaves_nothing_behind(tmp_path: Path) -> None:
    for words in (("understand",), ("verify",), ("outbox", "list"), ("load", str(PRESET))):
        shown = gendan(*words, folder=tmp_path)
        assert shown.returncode == 1
        assert len(shown.stderr.strip().splitlines()) == 1, shown.stderr
        assert "还没有数据库" in shown.stderr and "gendan migrate" in shown.stderr
    assert not (tmp_path / "gendan.db").exists()


def test_a_database_that_does_not_answer_is_one_line_without_its_password(tmp_path: Path) -> None:
    shown = gendan("verify", folder=tmp_path, GENDAN__DATABASE__URL=f"postgresql://gendan:{SECRET}@127.0.0.1:9/gendan")
    assert shown.returncode == 1
    assert shown.stderr.strip() == (
        "配置有误：database.url: 连不上数据库，请检查地址、用户和密码，以及数据库是否在运行"
    )


def test_a_row_that_is_not_put_back_says_why(tmp_path: Path) -> None:
    gendan("migrate", folder=tmp_path)
    with sqlite3.connect(tmp_path / "gendan.db") as connection:
        connection.executemany(
            "INSERT INTO timers (id, name, due, command, state, tries, made_by, created_at) "
            "VALUES (?, ?, '2026-01-01 00:00:00', '{}', ?, 0, 'test', '2026-01-01 00:00:00')",
            [(1, "a", "fired"), (2, "b", "parked")],
        )
    connection.close()
    shown = gendan("timers", "retry", "1", "2", "7", folder=tmp_path)
    assert (shown.returncode, shown.stdout.strip()) == (0, "已放回 1 行。")
    assert shown.stderr.splitlines() == [
        "第 1 行：状态是 fired，只有 parked（搁置）和 refused（被拒）的能放回。",
        "第 7 行：没有这一行。",
    ]
    none = gendan("timers", "park", "1", folder=tmp_path)
    assert (none.returncode, none.stdout.strip()) == (1, "已搁置 0 行。")


def test_the_codes_on_the_machines_are_listed(tmp_path: Path) -> None:
    gendan("migrate", folder=tmp_path)
    gendan("load", str(PRESET), folder=tmp_path)
    shown = gendan(
        "equipment", "list", "--customer", "恒力", folder=tmp_path, GENDAN__SERVER__PUBLIC_URL="https://g.cn"
    )
    lines = [line.split("\t") for line in shown.stdout.splitlines()]
    assert {line[2] for line in lines} == {"苏州恒力机械有限公司"}
    assert "https://g.cn/r/ZkJ07blCX3UALIpFw1ZiNw" in {line[3] for line in lines}
    sheet = tmp_path / "labels.pdf"
    serial = lines[0][0]
    for more, count in (([], len(lines)), (["--serial", serial], 1)):
        made = gendan("equipment", "labels", str(sheet), "--customer", "恒力", *more, folder=tmp_path)
        assert f"{count} 个标签" in made.stdout
        assert sheet.read_bytes().startswith(b"%PDF-")
    nothing = gendan("equipment", "labels", str(sheet), "--customer", "没有这家", folder=tmp_path)
    assert (nothing.returncode, "没有符合条件的在用设备" in nothing.stderr) == (1, True)
