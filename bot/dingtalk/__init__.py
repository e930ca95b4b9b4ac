"""DingTalk: stream and callbacks in, cards and messages out, people and logins."""
