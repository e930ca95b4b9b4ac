"""Where a customer sits, from the area code of its landline or the place in its name (S-007)."""

from __future__ import annotations

from collections.abc import Mapping

_CODES: Mapping[str, tuple[str, ...]] = {
    "华东": ("021", "025", "051", "052", "053", "054", "055", "056", "057", "058", "059", "063", "070", "079"),
    "华南": ("020", "066", "075", "076", "077", "0898"),
    "华北": ("010", "022", "031", "0335", "034", "035", "047", "048"),
    "华中": ("027", "037", "039", "071", "072", "073", "074"),
    "东北": ("024", "041", "042", "043", "044", "045", "046"),
    "西北": ("029", "090", "091", "093", "094", "095", "097", "099"),
    "西南": ("023", "028", "069", "081", "082", "083", "085", "087", "088", "089"),
}
"""Leading digits of area codes; the longest that fits counts (0898 is Hainan, other 089 are in Tibet)."""

_PLACES: Mapping[str, tuple[str, ...]] = {
    "华东": (
        "上海",
        "江苏",
        "浙江",
        "安徽",
        "福建",
        "江西",
        "山东",
        "南京",
        "苏州",
        "无锡",
        "常州",
        "南通",
        "扬州",
        "徐州",
        "杭州",
        "宁波",
        "温州",
        "嘉兴",
        "绍兴",
        "台州",
        "金华",
        "合肥",
        "芜湖",
        "福州",
        "厦门",
        "泉州",
        "南昌",
        "九江",
        "济南",
        "青岛",
        "烟台",
        "潍坊",
        "昆山",
        "张家港",
        "江阴",
        "太仓",
        "常熟",
    ),
    "华南": (
        "广东",
        "广西",
        "海南",
        "广州",
        "深圳",
        "东莞",
        "佛山",
        "中山",
        "珠海",
        "惠州",
        "汕头",
        "江门",
        "顺德",
        "南宁",
        "柳州",
        "海口",
    ),
    "华北": (
        "北京",
        "天津",
        "河北",
        "山西",
        "内蒙古",
        "石家庄",
        "唐山",
        "保定",
        "廊坊",
        "沧州",
        "太原",
        "包头",
        "呼和浩特",
    ),
    "华中": ("河南", "湖北", "湖南", "郑州", "洛阳", "武汉", "襄阳", "宜昌", "长沙", "株洲", "湘潭", "衡阳"),
    "东北": ("辽宁", "吉林", "黑龙江", "沈阳", "大连", "鞍山", "长春", "哈尔滨", "大庆"),
    "西北": ("陕西", "甘肃", "青海", "宁夏", "新疆", "西安", "咸阳", "宝鸡", "兰州", "西宁", "银川", "乌鲁木齐"),
    "西南": ("重庆", "四川", "贵州", "云南", "西藏", "成都", "绵阳", "德阳", "贵阳", "昆明", "拉萨"),
}


def region_by_phone(phone: str) -> str:
    """Return the region of a landline's area code; empty for mobiles and unknown codes."""
    fits = [(len(code), region) for region, codes in _CODES.items() for code in codes if phone.startswith(code)]
    return max(fits)[1] if fits else ""


def region_by_name(name: str) -> str:
    """Return the region of the place a company's name begins with; empty when it begins with none."""
    plain = name.strip()
    return next((region for region, places in _PLACES.items() if plain.startswith(places)), "")
