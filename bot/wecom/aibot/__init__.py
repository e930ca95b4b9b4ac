"""WeCom's robot (智能机器人): it hears what is said to it in groups, and answers there (WeCom reference 8.2)."""

VIA = "wecom.aibot"
"""The channel's name: accounts and people are those of ``wecom``, but the robot has its own mouth."""
