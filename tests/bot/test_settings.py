"""Settings: what is read, and that every mistake is one line that points at itself and keeps secrets (R-09, R-88)."""

from __future__ import annotations

import stat
import traceback
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from bot.settings import Settings, SettingsError, load_settings
from bot.signing import signing_key

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "config.example.yaml"
CANARY = "cAnArY0123456789cAnArY0123456789cAnArY01234"

WECOM = """
wecom:
  corp_id: ww123
  agent_id: 1000002
  secret: wecom-secret-value
  token: wecom-token-value
  encoding_aes_key: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG
"""


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Load settings from a text, as the file ``config.yaml`` of the working directory."""
    monkeypatch.chdir(tmp_path)

    def load(text: str = "", mode: int = 0o600, **environ: str) -> Settings:
        Path("config.yaml").write_text(text, encoding="utf-8")
        Path("config.yaml").chmod(mode)
        return load_settings(Path("config.yaml"), environ)

    return load


def test_the_example_shows_every_key_with_its_default():
    def keys(model: type[BaseModel]) -> dict:
        return {
            name: keys(info.annotation)
            if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel)
            else None
            for name, info in model.model_fields.items()
        }

    def shown(tree: dict) -> dict:
        return {name: shown(value) if isinstance(value, dict) else None for name, value in tree.items()}

    assert shown(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))) == keys(Settings)
    assert load_settings(EXAMPLE, {}) == Settings()
    assert list(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))) == list(Settings.model_fields)


def test_a_section_switches_its_platform_on(load):
    settings = load(WECOM)
    assert settings.wecom.enabled
    assert settings.wecom.agent_id == 1_000_002
    assert settings.wecom.token.get_secret_value() == "wecom-token-value"
    assert not settings.dingtalk.enabled
    assert not load(WECOM + "  enabled: false\n").wecom.enabled


def test_values_are_text_until_their_type_is_known(load):
    settings = load(
        """
        company: {name: 2024}
        jobs: {tick: 1.5h, batch: 16}
        server: {trusted_proxies: [10.0.0.0/8, "::1"], port: 0}
        wecom: {enabled: no, corp_id: 1001}
        """
    )
    assert settings.company.name == "2024"
    assert settings.wecom.corp_id == "1001"
    assert settings.jobs.tick == timedelta(minutes=90)
    assert settings.server.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1"))
    assert settings.server.port == 0


def test_variables_win_and_are_taken_as_they_stand(load):
    settings = load(
        WECOM,
        GENDAN__WECOM__SECRET="[a]: #*&",
        GENDAN__SERVER__PORT="9000",
        GENDAN__SERVER__TRUSTED_PROXIES="[127.0.0.1, 10.0.0.0/8]",
        GENDAN__POLICIES="rules",
        GENDAN__WECOM__TOKEN="",
        GENDANX="ignored",
    )
    assert settings.wecom.secret.get_secret_value() == "[a]: #*&"
    assert settings.wecom.token.get_secret_value() == "wecom-token-value"
    assert settings.server.port == 9000
    assert settings.server.trusted_proxies == (ip_network("127.0.0.1"), ip_network("10.0.0.0/8"))
    assert settings.policies == Path("rules")


def test_variables_alone_are_enough():
    settings = load_settings(None, {"GENDAN__LLM__ENABLED": "true", "GENDAN__LLM__MODEL": "small"})
    assert (settings.llm.enabled, settings.llm.model) == (True, "small")


def test_settings_cannot_be_changed(load):
    with pytest.raises(ValueError, match="frozen"):
        load().server.port = 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("server:\n  prot: 1\n", "config.yaml:2 server.prot: 没有这个键，是不是 server.port？"),
        ("sever: {}\n", "config.yaml:1 sever: 没有这个键，是不是 server？"),
        ("server: {prot:}\n", "config.yaml:1 server.prot: 没有这个键，是不是 server.port？"),
        ("database:\n  zzz: 1\n", "config.yaml:2 database.zzz: 没有这个键，这里可以写 url"),
        ("server:\n\n  port: x\n", "config.yaml:3 server.port: 请写整数，例如 30"),
        ("server: {port: 1_0}\n", "config.yaml:1 server.port: 请写整数，例如 30"),
        ("server: {port: １２}\n", "config.yaml:1 server.port: 请写整数，例如 30"),
        ("server: {port: 70000}\n", "config.yaml:1 server.port: 不能大于 65535"),
        ("server: {profile: prod}\n", "config.yaml:1 server.profile: 只能写 development 或 production"),
        ("server: {public_url: example.com}\n", "config.yaml:1 server.public_url: 请写成以 https:// 开头的地址"),
        (
            "server:\n  trusted_proxies:\n  - 10.0.0.0/8\n  - x\n",
            "config.yaml:4 server.trusted_proxies.1: 请写成 10.0.0.0/8 这样的网段",
        ),
        ("server: {trusted_proxies: x}\n", "config.yaml:1 server.trusted_proxies: 请写成列表 [a, b]"),
        (
            "server: {test_clock: 2025-11-20T14:30:00}\n",
            "config.yaml:1 server.test_clock: 请写上时区，例如 2025-11-20T14:30:00+08:00",
        ),
        ("jobs: {tick: 5分}\n", "config.yaml:1 jobs.tick: “5分”不是时长，请写成 2s、15m、1.5h 或 3d（秒、分、时、天）"),
        ("jobs: {tick: 0s}\n", "config.yaml:1 jobs.tick: 要大于 0"),
        ("company: {timezone: Mars/Base}\n", "config.yaml:1 company.timezone: 没有这个时区，请写成 Asia/Shanghai"),
        ("company: {name: [a]}\n", "config.yaml:1 company.name: 请写一行文字"),
        ("llm: {enabled: maybe}\n", "config.yaml:1 llm.enabled: 请写 true 或 false"),
        ("server: 5\n", "config.yaml:1 server: 要写成“键: 值”"),
        ("- a\n", "config.yaml:1: 要写成“键: 值”，例如 company: {name: …}"),
        ("server: {port: 1}\nserver: {port: 2}\n", "config.yaml:2 server: 写了两次，前一次在第 1 行"),
        ("llm: {enabled: true}\n", "config.yaml:1 llm: 缺少 model（不用大模型就写 enabled: false）"),
        (
            "\nwecom: {corp_id: a}\n",
            "config.yaml:2 wecom: 缺少 agent_id、secret、token、encoding_aes_key（不用这个平台就写 enabled: false）",
        ),
        (
            "dingtalk: {client_id: a}\n",
            "config.yaml:1 dingtalk: 缺少 client_secret、robot_code（不用这个平台就写 enabled: false）",
        ),
        (
            "dingtalk: {transport: http, client_id: a, client_secret: b, robot_code: c}\n",
            "config.yaml:1 dingtalk: 缺少 token、aes_key（不用这个平台就写 enabled: false）",
        ),
        ("server: {port: x}\njobs: {tick: x, batch: 0}\n", "config.yaml:1 server.port: 请写整数，例如 30（另有 2 处）"),
        ("a: [\n", "config.yaml:2: 不是正确的 YAML；看缩进和冒号后的空格，带 : # @ * & ! % 的值要加引号"),
        ("a: {b: {c: {d: {e: 1}}}}\n", "config.yaml:1: 嵌套太深"),
        ("a: &a [*a]\n", "config.yaml:1: 嵌套太深"),
        ("? [a]\n: b\n", "config.yaml:1: 键要写成一个词"),
    ],
)
def test_a_mistake_is_one_line_that_says_where_and_what(load, text, line):
    with pytest.raises(SettingsError) as refused:
        load(text)
    assert str(refused.value) == line


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("GENDAN__WECOM__TOKNE", CANARY, "环境变量 GENDAN__WECOM__TOKNE: 没有这个键，是不是 wecom.token？"),
        ("GENDAN__SERVER__TRUSTED_PROXIES", "10.0.0.1", "环境变量 GENDAN__SERVER__TRUSTED_PROXIES: 列表请写成 [a, b]"),
        ("GENDAN__SERVER__PORT", "x", "环境变量 GENDAN__SERVER__PORT: 请写整数，例如 30"),
        ("GENDAN__SERVER", CANARY, "环境变量 GENDAN__SERVER: 要写成“键: 值”"),
        ("GENDAN__SERVR__PORT", "1", "环境变量 GENDAN__SERVR__PORT: 没有这个键，是不是 server？"),
        (
            "GENDAN__DATABASE__URL",
            f"mysql://root:{CANARY}@db/gendan",
            "环境变量 GENDAN__DATABASE__URL: 只支持 sqlite:///文件 或 postgresql://用户:密码@主机/库名",
        ),
        ("GENDAN__SERVER__PORT__X", CANARY, "环境变量 GENDAN__SERVER__PORT__X: 没有这个键"),
    ],
)
def test_a_mistake_in_a_variable_names_the_variable(load, name, value, line):
    with pytest.raises(SettingsError) as refused:
        load("server: {port: 1}", **{name: value})
    assert str(refused.value) == line


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere\.yaml: 读不了这个文件"):
        load_settings(tmp_path / "nowhere.yaml", {})
    (tmp_path / "gbk.yaml").write_bytes("company: {name: 华鑫}".encode("gbk"))
    with pytest.raises(SettingsError, match=r"gbk\.yaml: 不是 UTF-8 文本"):
        load_settings(tmp_path / "gbk.yaml", {})


LEAKS = [
    f"wecom: {{corp_id: a, secret: {CANARY}, token: {CANARY}, agnt_id: 1}}",
    f"wecom: {{secret: [{CANARY}]}}",
    f"wecom: {{secret: {{a: {CANARY}}}}}",
    f"wecom: {{token:{CANARY}}}",
    f"wecom: {{{CANARY}: 1}}",
    f"wecom: {CANARY}",
    f"wecom:\n  token:{CANARY}\n",
    f"wecom:\n  token: *{CANARY}\n",
    f"wecom:\n  token: @{CANARY}\n",
    f"wecom:\n  token: !{CANARY} x\n",
    f'wecom:\n  token: "{CANARY}\n',
    f"wecom:\n  token: a: {CANARY}\n",
    f"wecom:\n  token: {CANARY}\n - {CANARY}\n",
    f"wecom: {{encoding_aes_key: {CANARY}x}}",
    f"server: {{secret: {CANARY[:31]}}}",
    f"llm: {{enabled: true, api_key: {CANARY}}}",
    f"database: {{url: 'postgresql://u:{CANARY}@h/d', zz: x}}",
    f"dingtalk: {{client_secret: {CANARY}, aes_key: {CANARY}0}}",
    CANARY,
]


@pytest.mark.parametrize("text", LEAKS)
def test_no_mistake_tells_a_secret(load, text):
    """R-88: neither the message nor anything that hangs on the exception holds the canary."""
    with pytest.raises(SettingsError) as refused:
        load(text)
    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value) + str(refused.value)
    told = "\n".join(line for line in told.splitlines() if "test_settings.py" not in line)
    assert CANARY[:31] not in told
    assert refused.value.__context__ is None or CANARY[:31] not in str(refused.value.__context__)
    assert "\n" not in str(refused.value)


def test_no_repr_tells_a_secret(load):
    """R-88: settings can be printed."""
    settings = load(
        f"""
        server: {{secret: {CANARY}}}
        database: {{url: "postgresql://u:{CANARY}@h/d"}}
        wecom: {{corp_id: a, agent_id: 1, secret: {CANARY}, token: {CANARY}, encoding_aes_key: {CANARY}}}
        """
    )
    assert CANARY not in f"{settings!r}{settings}{settings.model_dump()}{settings.model_dump_json()}"
    assert settings.secrets() == [CANARY] * 5
    assert Settings().secrets() == []


PRODUCTION = f"""
server: {{profile: production, public_url: "https://gendan.example.cn", secret: {CANARY}}}
{WECOM}
"""


def test_a_sound_production_profile_starts(load):
    assert load(PRODUCTION).server.profile == "production"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SERVER__PUBLIC_URL": "http://gendan.example.cn"}, "GENDAN__SERVER__PUBLIC_URL"),
        ({"WECOM__API_BASE": "http://127.0.0.1:9"}, "GENDAN__WECOM__API_BASE"),
        ({"WECOM__OAUTH_BASE": "http://127.0.0.1:9"}, "GENDAN__WECOM__OAUTH_BASE"),
        ({"SERVER__TEST_CLOCK": "2025-11-20T14:30:00+08:00"}, "GENDAN__SERVER__TEST_CLOCK"),
        ({"WECOM__TOKEN": "changeme"}, "GENDAN__WECOM__TOKEN"),
        ({"WECOM__SECRET": "xxxxxxxx"}, "GENDAN__WECOM__SECRET"),
        ({"WECOM__ENCODING_AES_KEY": "a" * 43}, "GENDAN__WECOM__ENCODING_AES_KEY"),
        ({"SERVER__SECRET": "0" * 64}, "GENDAN__SERVER__SECRET"),
    ],
)
def test_production_refuses_what_is_unsafe_by_name(load, changes, named):
    """R-09."""
    with pytest.raises(SettingsError) as refused:
        load(PRODUCTION, **{f"GENDAN__{key}": value for key, value in changes.items()})
    assert str(refused.value).startswith(f"环境变量 {named}: ")
    assert not any(value in str(refused.value) for value in changes.values())


def test_production_names_everything_at_once(load):
    """R-09, R-89: a readable file counts too."""
    with pytest.raises(SettingsError) as refused:
        load(
            "server: {profile: production}\nllm: {enabled: true, model: m, base_url: 'http://x', api_key: demo}\n",
            mode=0o644,
        )
    assert str(refused.value) == (
        "config.yaml:1 server.public_url: 生产环境必须是 https:// 地址；"
        "config.yaml:2 llm.base_url: 生产环境必须是 https:// 地址；"
        "config.yaml:1 server.secret: 生产环境必须设置，可用 openssl rand -hex 32 生成；"
        "config.yaml:2 llm.api_key: 还是占位的默认值，请换成真的密钥；"
        "config.yaml: 同机的其他用户能读这个文件，请先执行 chmod 600"
    )


def test_development_makes_its_own_key_and_keeps_it(load, tmp_path):
    settings = load(f"database: {{url: 'sqlite:///{tmp_path}/var/gendan.db'}}")
    key = signing_key(settings)
    assert len(key) == 64
    assert signing_key(settings) == key
    assert [each.name for each in (tmp_path / "var").iterdir()] == ["gendan.secret"]
    assert stat.S_IMODE((tmp_path / "var/gendan.secret").stat().st_mode) == 0o600


def test_a_given_key_is_used_as_it_is(load):
    assert signing_key(load(f"server: {{secret: {CANARY}}}")) == CANARY.encode()


def test_a_database_in_memory_gets_a_key_for_its_lifetime(load):
    settings = load("database: {url: 'sqlite://'}")
    assert signing_key(settings) != signing_key(settings)


def test_postgresql_needs_a_key_that_replicas_share(load):
    with pytest.raises(SettingsError, match=r"server\.secret"):
        signing_key(load("database: {url: 'postgresql://u:p@h/d'}"))
