"""Where somebody comes from, in words that no channel has yet."""

from __future__ import annotations

import pytest

from handlers.channels import said_source


@pytest.mark.parametrize(
    ("typed", "source"),
    [
        ("视频号来的 苏州腾飞张工 要2台X200", "视频号"),
        ("小红书上来的客户 王总要一台X200", "小红书"),
        ("快手上加的 李总 要X200", "快手"),
        ("苏州腾飞张工 来源：小红书 要2台", "小红书"),
        ("上海来的 张工 要2台X200", ""),
        ("昨天来的李总要X200", ""),
        ("老客户介绍来的 李总 要X200", ""),
        ("张总加的微信", ""),
        ("要2台X200", ""),
    ],
)
def test_a_source_nobody_has_heard_of(typed: str, source: str) -> None:
    assert said_source(typed) == source
