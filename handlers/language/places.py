"""Provinces, the region each belongs to, and the cities a company name may begin with."""

# ruff: noqa: E501, SIM905  (lists of names)
from __future__ import annotations

import re
from typing import Final

REGIONS: Final = {
    "华东": "上海 江苏 浙江 安徽 山东 江西 福建",
    "华南": "广东 广西 海南",
    "华北": "北京 天津 河北 山西 内蒙古 内蒙",
    "华中": "湖北 湖南 河南",
    "西南": "重庆 四川 贵州 云南 西藏",
    "西北": "陕西 甘肃 青海 宁夏 新疆",
    "东北": "辽宁 吉林 黑龙江",
}
"""Customary; a company that divides the country otherwise says so in its own region table."""

PROVINCES: Final = tuple(province for provinces in REGIONS.values() for province in provinces.split())

CITIES: Final = (
    *"""
石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁 呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯
沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛 长春 吉林市 四平 辽源 通化 白山 松原 白城 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化
上海 南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 昆山 常熟 太仓 张家港 江阴 宜兴 启东 如皋 海门 海安 丹阳 扬中 句容 靖江 泰兴 兴化 仪征 高邮 溧阳 东台 邳州 新沂 吴江 吴中 相城 武进 锡山 惠山
杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 余姚 慈溪 义乌 永康 东阳 海宁 桐乡 平湖 嘉善 德清 长兴 安吉 诸暨 上虞 嵊州 瑞安 乐清 温岭 玉环 黄岩 萧山 余杭 富阳 临安 象山 宁海 奉化 鄞州 镇海 北仑 柯桥 龙港 兰溪 武义
合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 宁国 桐城 天长 福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 晋江 石狮 南安 福清
南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 即墨 胶州 龙口 莱州 寿光 诸城 滕州 章丘
郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源 巩义 长葛 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江
长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 浏阳 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 顺德 南海 番禺 花都 增城 宝安 龙岗 三水 高明 惠阳
南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 海口 三亚 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 简阳 江津 永川 涪陵 万州 璧山 长寿
贵阳 六盘水 遵义 安顺 毕节 铜仁 昆明 曲靖 玉溪 保山 昭通 丽江 大理 拉萨 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 兰州 嘉峪关 金昌 白银 天水 武威 张掖 酒泉 西宁 银川 石嘴山 吴忠 乌鲁木齐 克拉玛依 昌吉 库尔勒
""".split(),
    "北京",
    "天津",
    "重庆",
    "滨海",
)

TOWNS: Final = tuple(
    """
长安 虎门 厚街 寮步 塘厦 凤岗 大朗 常平 石碣 石排 茶山 横沥 清溪 樟木头 黄江 松山湖 小榄 古镇 沙溪 横栏 南头 东凤 火炬 狮山 大沥 里水 乐从 北滘 容桂 陈村 勒流 杏坛 横琴 斗门 坪山 光明 龙华 福永 沙井 观澜
公明 石岩 西乡 松岗 坂田 布吉 仲恺 大亚湾 浒墅关 甪直 木渎 千灯 花桥 周市 玉山 巴城 张浦 黎里 盛泽 震泽 塘下 柳市 路桥 椒江 店口 濮院 崧厦 横店 佛堂 江北 高新 鄞州 北碚 沙坪坝 双流 郫都 龙泉驿 青羊 汉阳
江夏 洪山 东西湖 蔡甸 浦东 松江 嘉定 青浦 闵行 宝山 奉贤 金山 崇明 临港 江宁 浦口 六合 溧水 滨湖 新吴 天宁 钟楼 新北 金坛 通州 崇川 栖霞 李沧 城阳 黄岛 市北 崂山 福山 莱山 牟平 历下 历城 长清 同安 翔安
集美 海沧 湖里 思明 仓山 马尾 长乐 洛江 泉港 惠安 南沙 黄埔 白云 从化 荔湾 昌平 顺义 大兴 通州 房山 怀柔 亦庄 静海 武清 西青 北辰 津南 东丽
""".split()
)
"""Towns and districts: part of the address only behind a city."""

_NAMES: Final = sorted({*CITIES, *PROVINCES, "中国", "北京市"}, key=len, reverse=True)
PLACE: Final = "|".join(re.escape(name) for name in _NAMES)
"""Alternatives, longest first."""

_NAME_SET: Final = frozenset(_NAMES)
_SIZES: Final = {
    first: tuple(sorted({len(name) for name in _NAMES if name[0] == first}, reverse=True))
    for first in {name[0] for name in _NAMES}
}
_AFTER_NAME: Final = re.compile(r"(?:省|市|县|自治区|新区|开发区|区(?!域|间))?")
_ZONE: Final = re.compile(
    r"工业园区|高新技术产业开发区|高新技术开发区|经济技术开发区|经济开发区|高新开发区|高新区|经开区|开发区|工业园|产业园|科技园|保税区|自贸区|新区"
    r"|[\u4e00-\u9fff]{2}(?:区|县)"
)


def place_end(name: str) -> int:
    """Return where the place, zone or county that ``name`` begins with ends, or 0."""
    for size in _SIZES.get(name[:1], ()):
        if name[:size] in _NAME_SET:
            match = _AFTER_NAME.match(name, size)
            return match.end() if match else size
    zone = _ZONE.match(name)
    return zone.end() if zone else 0


TOWN_PREFIX: Final = re.compile(rf"(?:{'|'.join(sorted(set(TOWNS), key=len, reverse=True))})(?:镇|区|街道)?")


def region_of(place: str) -> str | None:
    """Return the customary region of a province name."""
    return next((region for region, provinces in REGIONS.items() if place in provinces.split()), None)
