"""The other side of the wire: WeCom and DingTalk as servers, with a page to chat in.

A program of its own. It imports nothing of the bot, so that what the two agree on is the
platforms' protocols and nothing else.
"""
