"""Regions of the country, their provinces and the cities there: 苏州 lies in 江苏, 江苏 in 华东 (S-019)."""

# ruff: noqa: E501  (lists of names)
from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PROVINCES: Final[Mapping[str, tuple[str, ...]]] = {
    "华东": ("上海", "江苏", "浙江", "安徽", "山东", "江西", "福建"),
    "华南": ("广东", "广西", "海南"),
    "华北": ("北京", "天津", "河北", "山西", "内蒙古"),
    "华中": ("湖北", "湖南", "河南"),
    "西南": ("重庆", "四川", "贵州", "云南", "西藏"),
    "西北": ("陕西", "甘肃", "青海", "宁夏", "新疆"),
    "东北": ("辽宁", "吉林", "黑龙江"),
}
"""Customary."""

CITIES: Final[Mapping[str, str]] = {
    "江苏": "南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 昆山 常熟 太仓 张家港 江阴 宜兴",
    "浙江": "杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 余姚 慈溪 义乌 永康 海宁 诸暨 乐清 温岭",
    "安徽": "合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城",
    "山东": "济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽",
    "江西": "南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶",
    "福建": "福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 晋江 石狮",
    "广东": "广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 顺德",
    "广西": "南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左",
    "海南": "海口 三亚 三沙 儋州",
    "河北": "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 雄安",
    "山西": "太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁",
    "内蒙古": "内蒙 呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔",
    "湖北": "武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施",
    "湖南": "长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底",
    "河南": "郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店",
    "四川": "成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳",
    "贵州": "贵阳 六盘水 遵义 安顺 毕节 铜仁",
    "云南": "昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 大理",
    "西藏": "拉萨 日喀则",
    "陕西": "西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛",
    "甘肃": "兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳",
    "青海": "西宁 海东",
    "宁夏": "银川 石嘴山 吴忠 固原 中卫",
    "新疆": "乌鲁木齐 克拉玛依 昌吉 库尔勒 喀什",
    "辽宁": "沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 葫芦岛",
    "吉林": "长春 四平 辽源 通化 白山 松原 白城",
    "黑龙江": "哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化",
}
"""Cities with a name of their own; 朝阳 and 吉林市 would be mistaken for something else."""

_AREA_CODES: Final[Mapping[str, str]] = {
    "华东": "021 025 051 0523 0527 053 0543 0546 063 055 056 057 0580 059 0701 079",
    "华南": "020 066 075 076 077 0898 0899",
    "华北": "010 022 031 033 035 0349 047 0482 0483",
    "华中": "027 071 072 073 074 037 039",
    "西南": "023 028 081 082 083 085 087 0883 0886 0887 0888 069 0891 0892 0893 0894 0895 0896 0897",
    "西北": "029 091 093 094 095 097 099 090",
    "东北": "024 041 042 043 044 045 046",
}
"""What the area codes of each region begin with, by the national numbering plan."""

_PROVINCE_OF: Final = {
    **{city: province for province, cities in CITIES.items() for city in cities.split()},
    **{province: province for provinces in PROVINCES.values() for province in provinces},
}
_REGION_OF: Final = {province: region for region, provinces in PROVINCES.items() for province in provinces}
_LONGEST: Final = max(map(len, _PROVINCE_OF))


def province_of(place: str) -> str:
    """Return the province that ``place`` (``苏州工业园区``, ``江苏省``, a company's name) begins with, or nothing."""
    plain = place.strip()
    return next((_PROVINCE_OF[plain[:n]] for n in range(_LONGEST, 1, -1) if plain[:n] in _PROVINCE_OF), "")


def region_of(place: str) -> str:
    """Return the region a place lies in; a region is itself, and what is not known lies nowhere."""
    plain = place.strip()
    return next((region for region in PROVINCES if plain.startswith(region)), _REGION_OF.get(province_of(plain), ""))


def region_by_phone(phone: str) -> str:
    """Return the region of a landline's area code; a mobile or 400 number says nothing."""
    if not phone.startswith("0"):
        return ""
    return next((region for region, codes in _AREA_CODES.items() if phone.startswith(tuple(codes.split()))), "")
