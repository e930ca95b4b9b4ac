"""An engineer's day in the words he types: the hour with a doubt, a shut door, a wrong part, a signature for later."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from tests.stories.test_service_story import SLUG, active, reports
from tests.support.house import House, open_house


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_what_an_engineer_types_in_his_first_hour(mix: str, database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house, aiohttp.ClientSession() as browser:
        _, link = await reports(house, browser)
        await house.sees("何平", lambda shown: "接单" in active(shown))

        await house.says("何平", "接了 三点半到 堵的话四点")
        await house.sees("何平", lambda shown: shown.text.endswith("是您的了，预计 15:30 到，最晚 16:00。"))
        await house.sees("何平", lambda shown: "15:30 到，最晚 16:00" in shown.words)

        await house.says("何平", "出发了")
        await house.sees("何平", lambda shown: "已记出发" in shown.text)
        await house.says("何平", "到了 门卫不让进 客户电话打不通")
        await house.sees("何平", lambda shown: "已记到场被拦" in shown.text)
        await house.sees("何平", lambda shown: "进去了" in active(shown))
        for name in ("唐悦", "陈静"):
            await house.sees(name, lambda shown: "进不去" in shown.words and "打电话给客户" in active(shown))
        blocked = await house.sees("何平", lambda shown: "进去了" in active(shown))
        await house.presses("何平", blocked, "进去了")
        await house.sees("何平", lambda shown: "没换件，修好了" in active(shown))

        await house.says("何平", "要2个6206轴承 明早用 客户停产")
        await house.sees("何平", lambda shown: "备件申请已转给仓库" in shown.text)
        asked = await house.sees("孙库", lambda shown: "何平要 6206轴承 ×2" in shown.words)
        await house.presses("孙库", asked, "出库")
        await house.sees("何平", lambda shown: "6206轴承 ×2 已出库到您车上" in shown.text)

        await house.says("何平", "到了")
        await house.sees("何平", lambda shown: "已记上门" in shown.text)
        await house.says("何平", "换了2个6205轴承")
        await house.sees("何平", lambda shown: "用了 6205轴承 ×2，已扣库存" in shown.text)
        await house.says("何平", "刚写错了 是6206 数量没错")
        await house.sees("何平", lambda shown: "备件已改。用了 6206轴承 ×2，已扣库存" in shown.text)

        await house.says("何平", "旧驱动器 A1001 换成 B2002")
        await house.sees("何平", lambda shown: "A1001 换成 B2002，设备台账已更新" in shown.text)
        await house.says("何平", "干了三个半小时")
        await house.sees("何平", lambda shown: "工时记为 3 小时 30 分钟" in shown.text)

        await house.says("何平", "修好了修好了 客户手上都是油 签字回头再签行不")
        later = await house.sees("何平", lambda shown: "记为“待签收”，还没算完工" in shown.text)
        assert "11月21日 08:30 我再提醒您" in later.text
        signing = await house.sees("何平", lambda shown: "给客户签收" in active(shown))
        assert link in " ".join(button.url for button in signing.buttons)
        await house.says("何平", "原因是轴承缺油")
        await house.sees("何平", lambda shown: "原因记为“润滑不良”" in shown.text)
        await house.passes(timedelta(hours=18, minutes=10))
        await house.sees("何平", lambda shown: "客户还没签收" in shown.text)
        await balanced(house)


@pytest.mark.parametrize("mix", ["mixed"])
async def test_a_job_is_passed_on_and_the_desk_looks_after_the_rest(
    mix: str, database_url: str, tmp_path: Path
) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house, aiohttp.ClientSession() as browser:
        await reports(house, browser)
        card = await house.sees("何平", lambda shown: "接单" in active(shown))
        await house.presses("何平", card, "接单")
        await house.sees("何平", lambda shown: "到了" in active(shown))
        await house.says("何平", "这单转给林涛行不 我在外地")
        await house.sees("何平", lambda shown: "他点“接过来”之前" in shown.text)
        wish = await house.sees("林涛", lambda shown: "接过来" in active(shown))
        await house.presses("林涛", wish, "接过来")
        await house.sees("何平", lambda shown: "林涛接过去了，您不用去了" in shown.text)

        await house.says("唐悦", "派单看板")
        board = await house.sees("唐悦", lambda shown: shown.title == "派单看板")
        assert "苏州恒力 X200（报修）· 接单 · 林涛" in board.words

        await house.says("唐悦", "苏州恒力投诉 师傅三天没来")
        await house.sees("唐悦", lambda shown: "投诉已登记，单号 TS-" in shown.text)
        complaint = await house.sees("邵勇", lambda shown: "投诉" in shown.title and "接单" in active(shown))
        await house.presses("邵勇", complaint, "接单")
        await house.sees("邵勇", lambda shown: "联系上客户发“已联系客户”" in shown.words)
        await house.says("邵勇", "已联系客户 约了明天上门")
        await house.sees("邵勇", lambda shown: "已记首次回复" in shown.text)
        await house.says("邵勇", "答复 明天换林涛上门，客户同意")
        await house.sees("邵勇", lambda shown: "等客户在进度页上确认" in shown.text)

        await house.says("林涛", "先别派单")
        await house.sees("林涛", lambda shown: "前不给您派新单" in shown.text)
        assert SLUG
        await house.settle()


async def balanced(house: House) -> None:
    from storage.queries import Queries

    def look(session):
        return Queries(session).parts.unbalanced(), Queries(session).service.ownerless()

    assert await house.engine.database.read(look) == ([], [])
