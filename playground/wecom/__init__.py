"""WeCom (企业微信) played as a server, faithful to the project's WeCom reference, section 11."""

from playground.wecom.knobs import Knobs
from playground.wecom.server import WeCom

__all__ = ["Knobs", "WeCom"]
