"""WeCom's robot (智能机器人) played as a server, in both of its connection modes (WeCom reference 8.2, 11.5)."""

from playground.wecom.aibot.robot import Robot

__all__ = ["Robot"]
