"""``gendan …`` and ``python -m bot …``: what an administrator types."""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.config_file import SettingsError
from bot.settings import Settings, load_settings

app = typer.Typer(
    name="gendan",
    help="跟单：企业微信和钉钉里的客户、报价、审批与现场服务。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
equipment_app = typer.Typer(help="设备和它们的报修二维码。", no_args_is_help=True)
inbox_app = typer.Typer(help="收到的消息：查看、重试、搁置。", no_args_is_help=True)
outbox_app = typer.Typer(help="要发的消息：查看、重试、搁置。", no_args_is_help=True)
timers_app = typer.Typer(help="到点要做的事：查看、重试、搁置。", no_args_is_help=True)
app.add_typer(equipment_app, name="equipment")
app.add_typer(inbox_app, name="inbox")
app.add_typer(outbox_app, name="outbox")
app.add_typer(timers_app, name="timers")

ConfigFile = Annotated[Path | None, typer.Option("--config", "-c", help="配置文件（YAML）；环境变量可以覆盖任何一项。")]


def main() -> None:
    """Run the command line; every mistake is one clear line and a non-zero exit."""
    try:
        app()
    except SettingsError as error:
        print(f"配置有误：{error}", file=sys.stderr)
        raise SystemExit(1) from None


def settings_of(config: Path | None) -> Settings:
    """Return the checked settings of ``--config`` (default: ``config.yaml`` where there is one) and the environment."""
    if config is None and Path("config.yaml").exists():
        config = Path("config.yaml")
    if config is not None and not config.exists():
        raise SettingsError(f"{config}: 没有这个文件")
    return load_settings(config, os.environ)


@app.command()
def serve(config: ConfigFile = None) -> None:
    """启动服务：回调、长连接、页面、定时任务；收到 SIGTERM 后平稳退出。"""
    settings = settings_of(config)
    # Nothing that is imported ever goes away again: looking for what does would be a tenth of the start.
    gc.disable()
    from bot.serve import serve as run

    run(settings)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="浏览器打开的端口。")] = 8000,
    preset: Annotated[str, typer.Option(help="示例公司：equipment。")] = "equipment",
    data: Annotated[Path | None, typer.Option(help="数据放在哪里；默认用完即弃的临时目录。")] = None,
) -> None:
    """用示例公司试用：机器人和两个平台的模拟器一起启动，在浏览器里聊天。"""
    from bot.demo import demo as run

    run(port=port, preset=preset, data=data)


@app.command()
def migrate(config: ConfigFile = None) -> None:
    """把数据库结构升级到最新。"""
    from bot.opening import open_database
    from storage import migrate as migrations

    with open_database(settings_of(config), create=True) as database:
        before, after = migrations.upgrade(database)
    print(f"数据库结构已是最新（{after}）。" if before == after else f"数据库结构：{before or '空'} → {after}。")


@app.command("check-config")
def check_config(config: ConfigFile = None) -> None:
    """检查配置和策略；把每条策略念成一句话，跑一遍其中的例子。"""
    from bot.policies import load_policies, sentences

    settings = settings_of(config)
    for line in sentences(load_policies(settings.policies)):
        print(line)
    print("配置没有问题。")


@app.command()
def load(
    files: Annotated[list[Path], typer.Argument(help="YAML 文件或目录，可以有多个。")], config: ConfigFile = None
) -> None:
    """装入人员、产品、备件、设备、客户；重复装入只会更新。"""
    from bot.load import load_files
    from bot.opening import open_business

    with open_business(settings_of(config)) as (database, business):
        for line in load_files(database, business, files):
            print(line)


@app.command()
def channels(config: ConfigFile = None) -> None:
    """列出各渠道的询价页面地址，和程序往里送询价用的令牌。"""
    from bot.opening import open_database
    from bot.signing import signing_key
    from bot.web.inquire import channel_token
    from storage.queries.channels import ChannelQueries

    settings = settings_of(config)
    with open_database(settings) as database:
        known = database.look(lambda session: ChannelQueries(session).all())
    for channel in known:
        print(f"{channel.name}：{settings.server.public_url}/i/{channel.code}")
        print(f"    令牌 {channel_token(signing_key(settings), channel.code)}")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="表格：.xlsx 或 .csv。")],
    kind: Annotated[str, typer.Option(help="customer、activity、equipment 或 product；不给就看列名。")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入。")] = False,
    config: ConfigFile = None,
) -> None:
    """导入一份表格：客户、跟进台账、设备或产品；有问题的行另存一份，改好再导。"""
    from bot.importing import Importing
    from bot.opening import open_business, open_files

    settings = settings_of(config)
    with open_business(settings) as (database, business):
        importing = Importing(database=database, business=business, files=open_files(settings))
        for line in importing.run(file, kind=kind, dry_run=dry_run):
            print(line)


@app.command()
def seed(
    size: Annotated[str, typer.Option(help="small、100k 或 1m（按跟进条数，只能造在空数据库里）。")] = "small",
    seed_: Annotated[int, typer.Option("--seed", help="随机种子，同一个种子造出同样的数据。")] = 1,
    config: ConfigFile = None,
) -> None:
    """造一家公司的历史数据，用来试用和压测。"""
    from bot.opening import open_business
    from bot.seed import seed_company
    from bot.seed_bulk import BULK, seed_bulk

    with open_business(settings_of(config)) as (database, business):
        bulk = size in BULK
        for line in (
            seed_bulk(database, size=size, seed=seed_)
            if bulk
            else seed_company(database, business, size=size, seed=seed_)
        ):
            print(line, flush=True)


@app.command()
def understand(
    world: Annotated[Path | None, typer.Option(help="词表文件（JSON）；不给就用配置的数据库。")] = None,
    config: ConfigFile = None,
) -> None:
    """逐行读 JSON（id、role、text、now），逐行写出理解的结果；不联网、不落库。"""
    from handlers.language.cli import understand_lines

    if world is not None:
        from bot.world import read_world

        gazetteer = read_world(world)
    else:
        from bot.opening import open_database
        from bot.reading import gazetteer_of_database

        with open_database(settings_of(config)) as database:
            gazetteer = database.look(gazetteer_of_database)
    try:
        for line in understand_lines(sys.stdin, gazetteer):
            print(line, flush=True)
    except ValueError as error:
        print(f"标准输入{error}", file=sys.stderr)
        raise SystemExit(1) from None


@app.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
    records: Annotated[bool, typer.Option("--records", help="附上每个回调产生了几次效果。")] = False,
    config: ConfigFile = None,
) -> None:
    """核对数据库：队列状态、库存、审批内容、附件、审计链；有问题就以 1 退出。"""
    from bot.opening import open_database, open_files
    from bot.verify import verify as run_checks

    settings = settings_of(config)
    with open_database(settings) as database:
        report = run_checks(database, open_files(settings), records=records)
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        for name, value in report["counts"].items():
            print(f"{name}：{value}")
        for problem in report["violations"]:
            print(f"问题：{problem['rule']}：{problem['detail']}")
        print("没有发现问题。" if not report["violations"] else f"发现 {len(report['violations'])} 个问题。")
    if report["violations"]:
        raise typer.Exit(1)


@equipment_app.command("list")
def equipment_list(
    customer: Annotated[str, typer.Option(help="只看名字里有这几个字的客户。")] = "", config: ConfigFile = None
) -> None:
    """列出在用设备：序列号、型号、客户、二维码要印的网址。"""
    from bot.opening import open_database
    from storage.queries import Queries

    settings = settings_of(config)
    with open_database(settings) as database:
        machines = database.look(lambda session: Queries(session).equipment.codes(customer))
    for machine in machines:
        print(f"{machine.serial}\t{machine.model}\t{machine.customer}\t{settings.server.public_url}/r/{machine.slug}")
    if not machines:
        print("没有在用设备。用 gendan load 装入设备文件。", file=sys.stderr)


@equipment_app.command("labels")
def equipment_labels(
    file: Annotated[Path, typer.Argument(help="写到哪个 PDF 文件。")],
    customer: Annotated[str, typer.Option(help="只要名字里有这几个字的客户。")] = "",
    serial: Annotated[list[str] | None, typer.Option(help="只要这些序列号，可以写多个；补贴一张时用。")] = None,
    config: ConfigFile = None,
) -> None:
    """生成报修二维码标签（A4，每张 24 个，70 × 37 毫米），打印后贴在机器上。"""
    import asyncio
    from datetime import UTC, datetime

    from bot.labels import label_sheets
    from bot.opening import open_database
    from bot.typesetting import Typesetter, TypesettingError
    from storage.queries import Queries

    settings = settings_of(config)
    with open_database(settings) as database:
        machines = database.look(lambda session: Queries(session).equipment.codes(customer))
    machines = [each for each in machines if not serial or each.serial in serial]
    if not machines:
        raise SettingsError("没有符合条件的在用设备，没有生成标签。用 gendan equipment list 看有哪些设备。")
    papers = Typesetter()
    try:
        file.write_bytes(
            asyncio.run(label_sheets(papers, machines, base=settings.server.public_url, at=datetime.now(UTC)))
        )
    except TypesettingError as error:
        raise SettingsError(str(error)) from None
    finally:
        papers.close()
    print(f"{file}：{len(machines)} 个标签。按 100% 打印，不要缩放。")


def _queue_commands(group: typer.Typer, queue: str) -> None:
    @group.command("list")
    def list_(
        state: Annotated[str, typer.Option(help="只看这个状态。")] = "",
        limit: Annotated[int, typer.Option(help="最多几行。")] = 50,
        config: ConfigFile = None,
    ) -> None:
        """列出队列里的行：编号、状态、尝试次数、时间、键、错误。"""
        from bot import queues
        from bot.opening import open_database

        with open_database(settings_of(config)) as database:
            for line in queues.listing(database, queue, state=state, limit=limit):
                print(line)

    @group.command("retry")
    def retry(ids: Annotated[list[int], typer.Argument(help="行的编号。")], config: ConfigFile = None) -> None:
        """把搁置的行放回队列，马上再试。"""
        from bot import queues
        from bot.opening import open_database

        with open_database(settings_of(config)) as database:
            _changed("已放回", *queues.retry(database, queue, ids))

    @group.command("park")
    def park(ids: Annotated[list[int], typer.Argument(help="行的编号。")], config: ConfigFile = None) -> None:
        """搁置等待中的行，不再自动处理。"""
        from bot import queues
        from bot.opening import open_database

        with open_database(settings_of(config)) as database:
            _changed("已搁置", *queues.park(database, queue, ids))


def _changed(deed: str, rows: int, reasons: list[str]) -> None:
    """Say how many rows it was, and why not the others; exit 1 when it was none."""
    print(f"{deed} {rows} 行。")
    for reason in reasons:
        print(reason, file=sys.stderr)
    if not rows:
        raise typer.Exit(1)


for _group, _queue in ((inbox_app, "inbox"), (outbox_app, "outbox"), (timers_app, "timers")):
    _queue_commands(_group, _queue)
