"""What production installs and what tests install: the same versions, and nothing of the tests in production."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(_PIN.findall((ROOT / name).read_text(encoding="utf-8")))


def wanted(group: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["dependencies"] if group == "run" else project["optional-dependencies"][group]
    return {re.match(r"[A-Za-z0-9._-]+", line)[0].lower() for line in lines}


def test_production_installs_what_runs_and_none_of_what_tests():
    run, every = pins("requirements.lock"), pins("requirements-dev.lock")
    assert wanted("run") <= set(run)
    assert wanted("dev") <= set(every)
    assert wanted("dev") & set(run) == set()
    assert run.items() < every.items()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_holds_hashes_and_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()))


def test_running_asks_for_production_only():
    asks = {name: "--dev" in (ROOT / "script" / name).read_text(encoding="utf-8") for name in ("demo", "test", "check")}
    assert asks == {"demo": False, "test": True, "check": True}
