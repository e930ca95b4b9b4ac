"""Media: what people send the robot, what the bot uploads, and temporary addresses (reference 3.1, 4.8)."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from playground.dingtalk.errors import NewError, OldError
from playground.dingtalk.gate import Call, Gate
from playground.dingtalk.scene import Scene

_PATH = "/dingtalk/files/"
_MB = 1024 * 1024
_LIMITS: dict[str, tuple[int, set[str]]] = {
    "image": (20 * _MB, {"jpg", "jpeg", "gif", "png", "bmp"}),
    "voice": (2 * _MB, {"amr", "mp3", "wav"}),
    "video": (20 * _MB, {"mp4"}),
    "file": (20 * _MB, {"doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "pdf", "rar"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """Bytes with a name."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    blob: Blob
    robot_code: str
    expires: float


class Files:
    """``GET /dingtalk/files/<id>`` serves temporary addresses and, to the playground's page, media by id."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._media: dict[str, Blob] = {}
        self._codes: dict[str, _Code] = {}
        self._temporary: dict[str, tuple[Blob, float]] = {}

    def routes(self, gate: Gate) -> list[web.RouteDef]:
        """Return upload, download code and the address behind it."""
        return [
            web.post("/media/upload", gate.old(self.upload)),
            web.post("/v1.0/robot/messageFiles/download", gate.new(self.download, scope="qyapi_robot_sendmsg")),
            web.get(_PATH + "{id}", self.serve),
        ]

    def keep(self, name: str, data: bytes) -> str:
        """Keep bytes and return their media id."""
        media_id = f"@play{self._scene.token(16)}"
        self._media[media_id] = Blob(name=name, data=data)
        return media_id

    def media(self, media_id: str) -> Blob:
        """Return uploaded or sent bytes; KeyError for an unknown id."""
        return self._media[media_id]

    def code_for(self, media_id: str) -> str:
        """Return a download code for the robot, good for a while."""
        code = self._scene.token(24)
        expires = self._scene.clock.now() + self._scene.knobs.download_lifetime
        blob = self._media[media_id]
        self._codes[code] = _Code(blob=blob, robot_code=self._scene.app.robot_code, expires=expires)
        return code

    async def upload(self, call: Call) -> Mapping[str, Any]:
        """Keep a multipart upload within the limits of its type; which code refuses is not documented."""
        form = await call.request.post()
        kind, part = str(form.get("type", call.query.get("type", ""))), form.get("media")
        if kind not in _LIMITS:
            raise OldError(40035, "不合法的媒体文件类型")
        if not isinstance(part, web.FileField):
            raise OldError(40035, "缺少多媒体文件数据")
        largest, endings = _LIMITS[kind]
        data = part.file.read()
        if not data:
            raise OldError(40035, "多媒体文件为空")
        if len(data) > largest:
            raise OldError(40035, "多媒体文件大小超过限制")
        if part.filename.rpartition(".")[2].lower() not in endings:
            raise OldError(40035, "不合法的文件类型")
        media_id = self.keep(part.filename, data)
        return {"errcode": 0, "errmsg": "ok", "media_id": media_id, "created_at": self._scene.now_ms(), "type": kind}

    async def download(self, call: Call) -> Mapping[str, Any]:
        """Trade a download code for a temporary address."""
        robot_code = call.body.get("robotCode")
        if not robot_code:
            raise NewError("invalidParameter.robotCode.empty", "robotCode不能为空")
        code = self._codes.get(str(call.body.get("downloadCode", "")))
        if code is None or code.expires < self._scene.clock.now():
            raise NewError("invalidParameter.robotCode.downloadCode", "下载码有误或者已经过期")
        if code.robot_code != robot_code:
            raise NewError("invalidParameter.robotCode.auth", "robotCode无权限")
        name = self._scene.token()
        expires = self._scene.clock.now() + self._scene.knobs.download_lifetime
        self._temporary[name] = (code.blob, expires)
        return {"downloadUrl": self._scene.url(f"{_PATH}{name}.file?Signature={name[:8]}&Expires={int(expires)}")}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve bytes; 403 once the address has expired."""
        name = request.match_info["id"]
        blob, expires = self._temporary.get(name.removesuffix(".file"), (None, 0.0))
        if blob is not None and expires < self._scene.clock.now():
            return web.Response(status=403, text="AccessDenied: Request has expired.")
        blob = blob or self._media.get(name)
        if blob is None:
            return web.Response(status=404)
        kind = mimetypes.guess_type(blob.name)[0] if name.startswith("@") else None
        return web.Response(body=blob.data, content_type=kind or "application/octet-stream")
