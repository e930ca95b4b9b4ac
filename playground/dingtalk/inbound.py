"""Bodies of robot messages, as people's clients make them (reference 2.2, 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.dingtalk.chats import Chats, Group
from playground.dingtalk.scene import Scene
from playground.dingtalk.sessions import Sessions

_UNSUPPORTED = "用户发送了一条消息，机器人暂不支持接收。"


class Inbound:
    """Builds the seven kinds. ``at`` in a group strips the mention and leaves a space, as clients do."""

    def __init__(self, scene: Scene, sessions: Sessions) -> None:
        self._scene = scene
        self._sessions = sessions

    def text(
        self, user: str, text: str, group: Group | None = None, replied: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return a text; ``replied`` is the message it quotes (``repliedMsg``)."""
        content: dict[str, Any] = {"content": f" {text}" if group else text}
        if replied:
            content |= {"isReplyMsg": True, "repliedMsg": dict(replied)}
        return {**self.envelope(user, group), "msgtype": "text", "text": content}

    def picture(self, user: str, code: str, group: Group | None = None) -> dict[str, Any]:
        """Return a picture by its download code."""
        return self._content(user, "picture", {"pictureDownloadCode": code, "downloadCode": code}, group)

    def audio(self, user: str, code: str, recognition: str, milliseconds: int = 4000) -> dict[str, Any]:
        """Return a voice message with the platform's transcript."""
        return self._content(
            user, "audio", {"duration": milliseconds, "downloadCode": code, "recognition": recognition}
        )

    def video(self, user: str, code: str) -> dict[str, Any]:
        """Return a video; its duration is a string in the samples."""
        return self._content(user, "video", {"duration": "5", "videoType": "mp4", "downloadCode": code})

    def file(self, user: str, code: str, name: str) -> dict[str, Any]:
        """Return a file by its download code."""
        file_id = str(self._scene.random.randrange(10**10, 10**11))
        return self._content(
            user, "file", {"spaceId": "2230000573", "fileName": name, "downloadCode": code, "fileId": file_id}
        )

    def rich_text(self, user: str, parts: list[dict[str, Any]], group: Group | None = None) -> dict[str, Any]:
        """Return mixed text and pictures, ``{"text"}`` or ``{"downloadCode","pictureDownloadCode","type"}`` each."""
        return self._content(user, "richText", {"richText": parts}, group)

    def unsupported(self, user: str, group: Group | None = None) -> dict[str, Any]:
        """Return what a robot gets for a kind it cannot receive."""
        return self._content(user, "unknownMsgType", {"unknownMsgType": _UNSUPPORTED}, group)

    def envelope(self, user: str, group: Group | None = None) -> dict[str, Any]:
        """Return the members that every message has."""
        person, corp, knobs = self._scene.person(user), self._scene.settings.corp_id, self._scene.knobs
        created = self._scene.now_ms()
        conversation = group.id if group else Chats.private(user)
        webhook, expires = self._sessions.open(conversation, created)
        robot_id = f"$:LWCP_v1:${self._scene.app.robot_code.encode().hex()[:20]}"
        body: dict[str, Any] = {
            "senderPlatform": "Android",
            "conversationId": conversation,
            "chatbotCorpId": corp,
            "chatbotUserId": robot_id,
            "msgId": f"msg{self._scene.token(20)}==",
            "senderNick": person.name,
            "sessionWebhookExpiredTime": expires,
            "createAt": str(created) if knobs.created_as_string else created,
            "senderCorpId": corp,
            "conversationType": "2" if group else "1",
            "senderId": f"$:LWCP_v1:${user.encode().hex()}",
            "sessionWebhook": webhook,
            "robotCode": self._scene.app.robot_code,
        }
        if knobs.robot_published:
            staff_id = "" if user in knobs.external else user
            body |= {"senderStaffId": staff_id, "isAdmin": "admin" in person.roles}
        if group:
            body |= {
                "conversationTitle": group.title,
                "isInAtList": True,
                "atUsers": [{"dingtalkId": robot_id}],
            }
        return body

    def _content(self, user: str, kind: str, content: dict[str, Any], group: Group | None = None) -> dict[str, Any]:
        return {**self.envelope(user, group), "msgtype": kind, "content": content}
