"""What every part of the played DingTalk shares: settings, clock, company, apps, templates and the seeded chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from random import Random

from playground.clock import Clock
from playground.dingtalk.knobs import Knobs
from playground.journal import Journal
from playground.settings import DingTalkSettings
from playground.world import Person, World

_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An internal app; its robot's code is the ClientID in practice, and stands apart all the same."""

    client_id: str
    client_secret: str
    robot_code: str
    agent_id: int = 3000000001


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A card template: the variables it declares, which of them are private, which hold markdown."""

    variables: frozenset[str]
    private: frozenset[str] = frozenset()
    markdown: frozenset[str] = frozenset()


GENERIC = Template(
    variables=frozenset(
        ["title", "subtitle", "status", "tone", "content", "outcome", "btns", "btns2", "form", "toast"]
    ),
    private=frozenset(["status", "outcome", "btns", "btns2", "form", "toast"]),
    markdown=frozenset(["content"]),
)
"""The one template that serves every card; what differs from person to person is private."""


@dataclass(slots=True, kw_only=True)
class Scene:
    """``app`` is the bot's own; ``apps`` holds every app of the company by ClientID."""

    settings: DingTalkSettings
    knobs: Knobs
    clock: Clock
    journal: Journal
    world: World
    app: App
    random: Random
    apps: dict[str, App] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    """What the bot did against the protocol, in words; a test asserts that this is empty."""
    origin: str = "http://playground.invalid"
    """How the bot last called us."""

    def now_ms(self) -> int:
        """Return the played time in milliseconds."""
        return int(self.clock.now() * 1000)

    def day(self) -> str:
        """Return the played day in China, ``2026-11-22``; its first seven letters are the quota's month."""
        return datetime.fromtimestamp(self.clock.now(), UTC).astimezone(_CHINA).date().isoformat()

    def url(self, path: str) -> str:
        """Return an address of ours that the bot can call."""
        return (self.knobs.public_url or self.origin) + path

    def violation(self, words: str) -> None:
        """Keep a breach of the protocol."""
        self.violations.append(words)
        self.journal.write("dingtalk", "note", violation=words)

    def person(self, user: str) -> Person:
        """Return who has this userId; KeyError when nobody."""
        person = self.world.by_dingtalk(user)
        if person is None:
            raise KeyError(user)
        return person

    def token(self, length: int = 32) -> str:
        """Return random hex from the seeded chance."""
        return f"{self.random.getrandbits(4 * length):0{length}x}"
