"""Word lists of the simulated district: places, surnames, given names, homophones, county codes.

Only lists and the arrays made of them belong here; what is drawn from them is decided elsewhere. Places combine at
random, so no real compound or road is meant. County codes are those of GB/T 2260, several abolished since, as on real
cards.
"""

import numpy as np

from seeds.district.arrays import Objects, objects

# province, city, district, area code, longitude and latitude of the district's north-west corner
DISTRICTS = [
    ("浙江省", "宁波市", "鄞州区", "330212", 121.50, 29.86),
    ("广东省", "广州市", "天河区", "440106", 113.30, 23.18),
    ("四川省", "成都市", "武侯区", "510107", 104.00, 30.66),
    ("湖北省", "武汉市", "洪山区", "420111", 114.31, 30.53),
    ("陕西省", "西安市", "雁塔区", "610113", 108.90, 34.25),
    ("山东省", "青岛市", "市北区", "370203", 120.34, 36.12),
    ("江苏省", "苏州市", "姑苏区", "320508", 120.58, 31.34),
    ("福建省", "厦门市", "湖里区", "350206", 118.08, 24.53),
    ("辽宁省", "沈阳市", "铁西区", "210106", 123.33, 41.82),
    ("河南省", "郑州市", "金水区", "410105", 113.65, 34.82),
    ("安徽省", "合肥市", "包河区", "340111", 117.28, 31.83),
    ("湖南省", "长沙市", "雨花区", "430111", 112.98, 28.16),
    ("云南省", "昆明市", "盘龙区", "530103", 102.72, 25.08),
    ("江西省", "南昌市", "青山湖区", "360111", 115.90, 28.71),
    ("广西壮族自治区", "南宁市", "西乡塘区", "450107", 108.25, 22.85),
    ("上海市", "上海市", "普陀区", "310107", 121.36, 31.27),
    ("重庆市", "重庆市", "南岸区", "500108", 106.55, 29.55),
    ("黑龙江省", "哈尔滨市", "道里区", "230102", 126.55, 45.78),
]

# fmt: off
COUNTIES = [
    110108, 110228, 120104, 130102, 130225, 130481, 130632, 140105, 140428, 141023, 150404, 152524, 210282, 211324,
    220281, 222405, 231025, 232303, 320321, 320724, 320925, 321322, 330328, 330723, 331082, 340321, 340826, 341126,
    341221, 341602, 350128, 350583, 350783, 352203, 360102, 360222, 360428, 360731, 361021, 361123, 370323, 370785,
    371322, 371721, 410223, 410328, 410422, 411122, 411425, 411527, 411622, 411722, 420303, 420528, 420922, 421022,
    421126, 422801, 430321, 430406, 430524, 430822, 431122, 431224, 433127, 440507, 440825, 441202, 441423, 441702,
    450222, 450324, 450521, 450881, 451022, 460031, 500234, 510321, 510521, 510682, 511324, 511523, 511623, 511723,
    512022, 512501, 520222, 520302, 522228, 522322, 522626, 530326, 532128, 532924, 533224, 610322, 610526, 612429,
    620422, 622627, 630122, 632124, 640324, 652801,
]
# fmt: on

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付"
    "方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
COMPOUND_SURNAMES = ["欧阳", "上官", "司徒", "诸葛", "尉迟", "皇甫"]
# the hundred commonest surnames fall off roughly like 1 / (rank + 9)
_weights = np.r_[1 / (np.arange(len(SURNAMES)) + 9.0), np.full(len(COMPOUND_SURNAMES), 0.0009)]
SURNAME: Objects = objects([*SURNAMES, *COMPOUND_SURNAMES])
SURNAME_SHARE = _weights / _weights.sum()

MALE_GIVEN = (
    "伟强磊军勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帅建文博志国海"
    "东峰林成旭洋龙昊晨亮宏立永新庆春雷涵轩泽睿梓子一天佳家景德世安"
)
FEMALE_GIVEN = (
    "芳娜敏静丽艳娟霞秀燕玲桂英梅雪琳婷红慧洁颖倩兰凤玉萍丹莉琴"
    "云晶瑶怡欣悦佳思雨梦彤璐琪涵萱语诗雅淑珍彩春秋月爱美香巧菊花"
)
RARE_GIVEN = ["甯", "琎", "瑨", "犇", "璟", "喆", "旻", "𬱖", "𠅤", "昇", "堃", "珺", "龑", "䶮", "𫍯", "燚"]
GIVEN: Objects = objects(["", *dict.fromkeys(MALE_GIVEN + FEMALE_GIVEN), *RARE_GIVEN])
_code = {text: code for code, text in enumerate(GIVEN)}
MALE_CODES = np.array([_code[c] for c in MALE_GIVEN], np.int16)
FEMALE_CODES = np.array([_code[c] for c in FEMALE_GIVEN], np.int16)
RARE_CODES = np.array([_code[c] for c in RARE_GIVEN], np.int16)

# groups of characters that sound alike; a clerk who types by sound picks another of the group
_SOUNDS = """
伟玮炜纬 强墙蔷 磊蕾垒 军君钧均 勇永咏 杰洁婕捷 涛滔韬 超朝 明铭鸣 刚钢 平萍苹屏 辉晖徽挥 鹏朋棚
华花桦 飞菲霏 鑫欣新心 波博勃 斌彬宾滨 宇雨语羽 浩昊皓 凯恺铠 健建剑 俊峻竣 帅率 文雯纹 志智治
国果 海亥 东冬 峰锋枫丰 林琳霖 成诚城程 旭序叙 洋阳扬 龙隆 晨辰臣 亮良 芳方坊 娜纳 敏闽 静婧靖晶
丽莉利 艳燕雁 娟涓 霞侠遐 秀绣 玲铃灵凌 桂贵 英瑛莹 梅玫 雪学 婷庭亭 红虹宏 慧惠卉 颖影 倩茜
兰岚 凤奉 玉育 丹单 琴勤 云芸 瑶遥 怡宜仪 悦月 佳嘉家 思丝 梦孟 彤桐 璐露 琪琦奇 涵含晗 萱轩宣
诗施 雅亚 淑叔 珍真贞 彩采 春纯 爱艾 美镁 香湘 巧俏 菊局 泽则 睿瑞锐 梓子紫 天添 景井 德得
世士 安谙 张章 徐许 陆路 于余俞 程成 江姜 卢芦 尹印 闫严阎 肖萧 付傅 邱丘 唐堂 邓登
"""
HOMOPHONES = {c: group.replace(c, "") for group in _SOUNDS.split() for c in group}

# characters that a reader of scans or a tired typist confuses by shape
LOOKALIKES = dict(
    zip(
        "未末日曰人入王玉己已土士大太天夭户尸栋拣园圆苑宛东车田由花化林材明朋霞雷丽两",
        "末未曰日入人玉王已己士土太大夭天尸户拣栋圆园宛苑车东由田化花材林朋明雷霞两丽",
        strict=True,
    )
)

# the forms that an older hand, or an input method set to Taiwan, writes (繁体)
TRADITIONAL = str.maketrans(
    "张陈刘杨黄赵吴孙马罗郑谢许邓冯萧叶苏吕卢蒋贾韦钟谭陆邹龙万钱汤华国丽军兰龙凤云庆红晓",
    "張陳劉楊黃趙吳孫馬羅鄭謝許鄧馮蕭葉蘇呂盧蔣賈韋鍾譚陸鄒龍萬錢湯華國麗軍蘭龍鳳雲慶紅曉",
)

STEM_FIRST = (
    "翠云锦康阳万幸恒帝金玉龙凤天江海石紫绿春和福瑞祥安宁永长东南西北中新华丰鼎盛银星月清秀景文明仁德泰富兴望临碧枫桂"
)
STEM_SECOND = "湖山竹光科宁福景苑泰城华江滨河林园龙泉溪塘桥台门和庭安乐兴源阳丰庆岭峰湾洲浦港泽源康顺仙鹤湘"
COMPOUND_ENDS = [
    "花园",
    "花苑",
    "家园",
    "小区",
    "公寓",
    "华庭",
    "新村",
    "雅苑",
    "名城",
    "嘉园",
    "大厦",
    "里",
    "一品",
    "国际",
    "新城",
]
ROAD_ENDS = ["路", "路", "路", "街", "街", "大道", "一路", "二路", "东路", "西路", "横路", "巷", "里弄", "北街"]
COMMUNITY_ENDS = ["", "", "", "东", "西", "南", "北", "一", "二"]

SCHOOLS = ["第一小学", "第二小学", "实验小学", "中心小学", "第一中学", "第二中学", "实验中学", "外国语学校"]
TRADES = ["科技", "贸易", "餐饮", "建筑", "物业", "物流", "服装", "信息技术"]
SHOPS = ["便利店", "餐饮店", "贸易商行", "科技有限公司", "理发店", "五金店", "服务有限公司"]
FIRM_STEMS = ["恒", "信", "达", "华", "鑫", "盛", "源", "隆", "宏图", "四海", "一诺"]
INCIDENT_TYPES = {
    "0101": "邻里纠纷", "0102": "家庭纠纷", "0103": "物业纠纷", "0104": "劳资纠纷",
    "0201": "消防隐患", "0202": "房屋安全", "0203": "用电隐患", "0301": "占道经营",
    "0302": "乱堆乱放", "0303": "噪音扰民", "0401": "民生求助", "0402": "政策咨询",
}  # fmt: skip
PHONE_HEADS = np.array([132, 133, 135, 136, 137, 138, 139, 150, 151, 156, 158, 177, 187, 189, 199], np.int64)
ETHNICITIES = np.array(["01", "03", "05", "06", "08", "10", "11", "15"], object)
CHINESE_NUMBERS = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"]


def chinese_number(number: int) -> str:
    """Chinese numeral of 0–99, as written for buildings and units."""
    if number <= 10:
        return CHINESE_NUMBERS[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else CHINESE_NUMBERS[tens]) + "十" + (CHINESE_NUMBERS[ones] if ones else "")
