"""What kind of service somebody needs, and what each kind asks for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ServiceType(StrEnum):
    """The kinds of tickets and of their jobs. The first four bring an engineer to a machine, the last two an answer."""

    INSTALL = "install"
    REPAIR = "repair"
    MAINTENANCE = "maintenance"
    INSPECTION = "inspection"
    COMPLAINT = "complaint"
    CONSULT = "consult"

    @property
    def label(self) -> str:
        """The kind as people say it."""
        return _LABELS[self]

    @property
    def is_desk(self) -> bool:
        """Whether it is answered from the office: no machine is visited."""
        return self in (ServiceType.COMPLAINT, ServiceType.CONSULT)


_LABELS: Mapping[ServiceType, str] = {
    ServiceType.INSTALL: "安装",
    ServiceType.REPAIR: "报修",
    ServiceType.MAINTENANCE: "保养",
    ServiceType.INSPECTION: "巡检",
    ServiceType.COMPLAINT: "投诉",
    ServiceType.CONSULT: "咨询",
}
TYPES: Mapping[str, ServiceType] = {
    "安装": ServiceType.INSTALL,
    "调试": ServiceType.INSTALL,
    "报修": ServiceType.REPAIR,
    "维修": ServiceType.REPAIR,
    "保养": ServiceType.MAINTENANCE,
    "维保": ServiceType.MAINTENANCE,
    "巡检": ServiceType.INSPECTION,
    "点检": ServiceType.INSPECTION,
    "投诉": ServiceType.COMPLAINT,
    "咨询": ServiceType.CONSULT,
}
"""Words of a sentence or of a file for a kind."""
