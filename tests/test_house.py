"""Rules of the house that no other tool keeps."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "handlers", "cards", "domain", "storage", "jobs", "playground")

_LATER = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
_PLACES = re.compile(r"(?<![\w.:/*])/(?:home|Users|root|work|opt|mnt)/[\w.-]+")
_SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bsk-[A-Za-z0-9]{32,}\b"
)
_BINARY = {".ttf", ".woff2", ".png", ".jpg", ".webp", ".ico", ".pdf", ".xlsx", ".amr"}


def files() -> list[Path]:
    """Every file that belongs to the project: what git keeps, or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("no git here: only a checkout knows which files are the project's")
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return [path for name in names if (path := ROOT / name).is_file() and path.suffix not in _BINARY]


def lines_matching(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in files()
        if path.name not in ("requirements.lock", "requirements-dev.lock", Path(__file__).name)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_nothing_is_left_for_later():
    assert lines_matching(_LATER) == []


def test_no_file_knows_a_machine():
    """The guides for administrators say where to put things on the company's own server."""
    assert [line for line in lines_matching(_PLACES) if not line.startswith("docs/operations")] == []


def test_no_file_holds_a_secret():
    """R-89."""
    assert lines_matching(_SECRETS) == []


def test_every_skip_says_why():
    """A skipped test is a hole; it carries its reason where the hole is."""
    bare = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _skips_without_reason(node)
    ]
    assert bare == []


def _skips_without_reason(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    reason = any(keyword.arg == "reason" for keyword in call.keywords)
    if name in ("pytest.skip", "pytest.xfail"):
        return not (call.args or reason)
    return name in ("pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail") and not reason


def test_a_skip_without_a_reason_is_seen():
    seen = [
        _skips_without_reason(ast.parse(text, mode="eval").body)
        for text in (
            "pytest.skip()",
            "pytest.mark.skipif(True)",
            "pytest.skip('why')",
            "pytest.mark.skip(reason='why')",
        )
    ]
    assert seen == [True, True, False, False]


def test_a_broad_except_says_why():
    """One catch at each true edge, with its reason on the line."""
    broad = re.compile(r"\s*except(?:\s*|\b.*\b(?:Base)?Exception\b[^:]*):")
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if broad.match(line) and len(line.partition("#")[2].replace("noqa: BLE001", "").strip(" -—")) < 10
    ]
    assert bare == []


def test_statements_and_sessions_are_made_in_storage():
    """Others may be handed a session; only storage says what the database is asked."""
    made = {"select", "insert", "update", "delete", "create_engine", "sessionmaker", "scoped_session"}
    elsewhere = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {alias.name}"
        for path in sources()
        if path.relative_to(ROOT).parts[0] != "storage"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sqlalchemy"
        for alias in node.names
        if alias.name in made
    ]
    assert elsewhere == []


def sources() -> list[Path]:
    return [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]


@pytest.mark.parametrize("name", ["bootstrap", "check", "test", "demo", "bench"])
def test_a_script_explains_itself(name):
    told = subprocess.run(
        [ROOT / "script" / name, "--help"], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    assert told.stdout.startswith(f"script/{name}")
    assert "#" not in told.stdout
