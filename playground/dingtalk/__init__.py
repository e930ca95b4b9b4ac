"""DingTalk as a server: its Stream and HTTP callbacks, both API generations, and its people's phones."""

from playground.dingtalk.server import DingTalk

__all__ = ["DingTalk"]
