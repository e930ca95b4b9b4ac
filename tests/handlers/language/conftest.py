import json
from datetime import datetime
from pathlib import Path

import pytest

from handlers.language.gazetteer import Gazetteer
from handlers.language.understand import Reader

CORPUS = Path(__file__).parent / "corpus"
NOW = datetime.fromisoformat("2026-03-11T10:30:00+08:00")


def world(name):
    return json.loads((CORPUS / f"{name}.world.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def compressors():
    return Reader(Gazetteer.from_world(world("compressors")))


@pytest.fixture
def say(compressors):
    """Return what a person in a role means at the usual moment."""

    def ask(text, role="sales", context=None, now=NOW):
        return compressors.understand(text, role=role, now=now, context=context)

    return ask
