"""Names in a text: works in title marks, Latin names, and the Chinese names that the tagger sees, mended."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from pathlib import Path

from ingest.rarity import rarity
from ingest.text import HAN, fold, language, tagged
from ingest.translation import translations

PLAIN_WORDS = Path(__file__).with_name("plainwords.txt.gz")  # made by train.plainwords
TITLE = re.compile(r"[《〈「『]([^《》〈〉「」『』]{1,60})[》〉」』]|[“\"]([^“”\"]{2,60})[”\"]")
LATIN_NAME = re.compile(  # Demi Guo, Stability AI, Seedream4.0, Premiere Pro, Avatar 3
    r"(?<![A-Za-z0-9])[A-Z][A-Za-zÀ-ɏ0-9.\-'’&]*(?:\s(?:[A-Z][A-Za-zÀ-ɏ0-9.\-'’&]*|\d+(?:\.\d+)?(?![\d.]*\s?[年月日%])))*"
)
# A version belongs to its name: 可灵2.0 is not 可灵. Before a measure word a number is a figure, not a version.
_VERSION = re.compile(
    rf"(?<=[{HAN}])\d+(?:\.\d+)?(?=的|是|模型|版|何时|什么|多|会|有|在|和|与|一|能|可以|发布|推出|生成|支持|上线|[，。？?]|$)"
)
_HAN_ONLY = re.compile(f"[{HAN}]+")
_COMMON = 6.0  # rarity up to which a word is one by itself, no part of a name: 程度|上
_DOTS = "·•・‧"  # between the parts of a foreign name
_MAY_ASK = re.compile(r"[哪何谁几]")  # may ask, and may be part of a name
_PERSON_TAGS = frozenset(("nr", "nrt", "nrfg"))
_NAME_TAGS = _PERSON_TAGS | {"nt", "nz"}
_NO_NAMES_END = frozenset("里于上中下的了着过薪")  # of what the tagger takes for a name: 片库里, 任教于
_NO_NAMES_PART = frozenset(
    "的了在是和与及对把被让给为以于从到由向就也都还又而且或之其这那此它他她我你您们个着过得地么啊有会能要可所称曾用拍做说谈讲演想看没"
)
_VERBS = frozenset("跟管转改换拿签接买卖写读听住走跑获输投付教请找答导编剪配")  # that names don't end in
SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田"
    "任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文莫柯温欧伍施陶翟安颜倪严牛纪"
    "付肖闫车俞覃向岑葛简卓栾费祝鲍翁甘耿霍焦靳匡郎凌柳楼鲁骆麦闵缪聂宁裴蒲戚齐屈瞿冉阮芮桑尚佘盛舒佟童涂屠卫邬巫席邢荀晏虞喻"
    "岳臧詹湛甄庄左章洪符褚辜谷"
)
# The tagger calls plain words names as well (明白, 东西): sure are a surname with one or two characters, a foreign name
# or an organisation of some length.
_TRANSCRIBING = frozenset(
    "阿埃艾爱安奥巴贝本比宾伯勃博布查达戴丹德迪丁杜多厄尔法菲费弗福盖戈格古哈汉赫亨胡华怀霍基吉加杰卡坎科克肯库昆拉莱兰劳勒雷里利林琳龙隆"
    "卢鲁伦罗洛马玛麦曼梅门蒙米密莫姆穆纳南内尼宁纽努诺欧帕潘庞佩皮珀普奇乔切丘琼萨塞瑟森沙申施史斯丝松苏索塔泰坦汤唐特腾提廷图托瓦万威韦"
    "维魏温沃乌武西希夏谢辛休雅亚延耶叶伊因英尤约泽扎詹珍朱兹佐逊顿诗什贾吕蕾梵蒂翁奎朗治"
)


def unnamed(folded: str) -> str:
    """Folded text of the same length with names masked: the words of 《何时再见》, 哪吒 and 何炅 ask nothing.

    What stands within marks as a whole is left as it is: somebody quotes their question.
    """
    masked = TITLE.sub(lambda match: f"《{'·' * (len(match.group()) - 2)}》", folded)
    masked = masked if re.search(r"\w", masked) else folded
    return _without_asking_names(masked) if _MAY_ASK.search(masked) else masked


def _without_asking_names(folded: str) -> str:
    words = (("·" * len(word) if _is_asking_name(word, tag) else word) for word, tag in tagged(folded))
    masked = "".join(words)
    return masked if len(masked) == len(folded) else folded


def _is_asking_name(word: str, tag: str) -> bool:
    return tag in _NAME_TAGS and len(word) > 1 and bool(_MAY_ASK.search(word))


def chinese_names(folded: str) -> list[str]:
    """Names of people, places and organisations as the tagger sees them in folded Chinese text, with their versions.

    What the dictionary doesn't know comes in pieces: 肯特|里奇, 伍迪|·|艾伦, 李少|红, 王|卯|卯 are put together.
    """
    names: list[str] = []
    pieces, at, i = tagged(folded), 0, 0
    while i < len(pieces):
        joined, count = _whole(pieces, i)
        word, tag = pieces[i]
        at += len(joined)
        joined = _without_verb(joined)
        version = _VERSION.match(folded, at)
        if version and len(joined) > 1:
            names.append(joined + version.group())
        elif count > 1 or _is_rare_person(word) or _is_tagged_name(word, tag):
            names.append(joined)
        i += count
    return names


def _is_tagged_name(word: str, tag: str) -> bool:
    return tag in _NAME_TAGS and len(word) > 1 and word[-1] not in _NO_NAMES_END and not is_plain(word)


def is_plain(word: str) -> bool:
    """Whether the dictionary knows a word that the tagger may take for a name as a plain one: 荣誉, 聊天."""
    return word in _plain_words()


def is_unheard(word: str) -> bool:
    """Whether neither newspapers nor the dictionary have a word: 可灵."""
    return rarity(word) >= rarity("") and not is_plain(word)


@lru_cache(maxsize=1)
def _plain_words() -> frozenset[str]:
    return frozenset(gzip.decompress(PLAIN_WORDS.read_bytes()).decode().split())


def _without_verb(name: str) -> str:
    """The tagger takes a verb along with a person whom it doesn't know: 王岚|用, 张迪|说, 葛云鹤|用."""
    swallowed = 3 <= len(name) <= 4 and name[0] in SURNAMES and name[-1] in _NO_NAMES_PART | _VERBS
    return name[:-1] if swallowed else name


def _is_rare_person(word: str) -> bool:
    """Whether a word of a surname and two characters is in no newspaper: 贾樟柯, whom the tagger takes for a noun."""
    unknown = rarity(word) >= rarity("") and rarity(word[1:]) > _COMMON and rarity(word[:2]) > _COMMON
    ends = word[-1:] in _NO_NAMES_END
    return len(word) == 3 and word[0] in SURNAMES and bool(_HAN_ONLY.fullmatch(word)) and unknown and not ends


def _whole(pieces: list[tuple[str, str]], i: int) -> tuple[str, int]:
    """The name that begins with piece i, and of how many pieces it is; a piece that begins none is by itself."""
    for find in (_foreign, _person):
        count = find(pieces[i:])
        if count > 1:
            return "".join(word for word, _ in pieces[i : i + count]), count
    return pieces[i][0], 1


def _foreign(pieces: list[tuple[str, str]]) -> int:
    """Number of pieces of a transcribed name, with its dots, that begins here; 0 if none does."""
    first, following = pieces[0][0], pieces[1] if len(pieces) > 1 else ("", "")
    # 莫|斯塔克, the head of which is a word by itself
    cut = len(first) == 1 and first in SURNAMES and _TRANSCRIBING.issuperset(first) and following[1] in _PERSON_TAGS
    if pieces[0][1] not in _PERSON_TAGS and not (cut or following[0] in _DOTS):
        return 0
    count = 0
    for word, tag in pieces:
        dotted = count and (word in _DOTS or (pieces[count - 1][0] in _DOTS and _HAN_ONLY.fullmatch(word)))
        leads = not count and (cut or following[0] in _DOTS)
        if not (leads or dotted or (_TRANSCRIBING.issuperset(word) and (tag in _PERSON_TAGS or tag in ("ns", "g")))):
            break
        count += 1
    while count and pieces[count - 1][0] in _DOTS:
        count -= 1
    return count if any(len(word) > 1 or word in _DOTS for word, _ in pieces[:count]) else 0


def _person(pieces: list[tuple[str, str]]) -> int:
    """Number of pieces of a Chinese person's name that begins here: 李少|红, 王|卯|卯, 杨|德昌; 0 if none does."""
    word = pieces[0][0]
    if word[:1] not in SURNAMES or not _HAN_ONLY.fullmatch(word) or len(pieces) < 2:
        return 0
    following = [piece for piece, _ in pieces[1:3]]
    single = [
        len(piece) == 1 and bool(_HAN_ONLY.fullmatch(piece)) and piece not in _NO_NAMES_PART for piece in following
    ]
    # 王子|川: a province's short name follows no person's.
    person, province = pieces[0][1] in _PERSON_TAGS, pieces[1][1] == "j" and rarity(word) < rarity("")
    if len(word) == 2 and single[0] and (province or not person) and rarity(word) > _COMMON:
        return 2
    if len(word) == 1 and len(single) == 2 and all(single):
        return 3
    given = (
        word not in "于向" and len(word) == 1 and len(following[0]) == 2 and pieces[1][1] in _PERSON_TAGS | {"ns", "nz"}
    )
    return 2 if given and _HAN_ONLY.fullmatch(following[0]) else 0


def named(text: str) -> list[str]:
    """Names in a text, in order: 《works》 with their marks, Latin names, Chinese names and bodies in search form."""
    found = [match.group() for match in re.finditer(r"《[^》]{1,40}》", text)]
    outside = re.sub(r"《[^》]{1,40}》", " ", text)
    latin = [name for match in LATIN_NAME.finditer(outside) for name in _ROLE.split(match.group()) if len(name) > 2]
    if language(text) == "en":
        latin = [name for name in (_NOT_NAMES.sub("", name).strip() for name in latin) if name]
    latin = [name for name in latin if name not in _QUESTION_WORDS]
    found += [*chinese_names(fold(outside)), *_bodies(fold(outside)), *latin]
    return sorted(dict.fromkeys(found), key=lambda name: fold(text).find(fold(name)))


def _bodies(folded: str) -> list[str]:
    """Schools, festivals and the like that are called by their place: 中国传媒大学, 台北电影节."""
    pieces, found = tagged(folded), list[str]()
    for i, (_, tag) in enumerate(pieces):
        ends = (j for j in range(i + 1, min(i + 5, len(pieces))) if pieces[j][0].endswith(_BODY_ENDINGS))
        end = next(ends, 0) if tag == "ns" else 0
        if end and all(between[0] in "nav" for _, between in pieces[i + 1 : end]):
            found.append("".join(word for word, _ in pieces[i : end + 1]))
    return found


_BODY_ENDINGS = tuple("大学 学院 电影节 影展 协会 工会 法院 博物馆 电影院 研究院 电视台 基金会".split())
_QUESTION_WORDS = frozenset("What Who Whom Whose When Where Why How Which And Did Does".split())
_ROLE = re.compile(r"\s*\b(?:C[A-Z]O|VP|Dr|Mr|Ms|Mrs|Prof)\b\.?\s*")  # Pika Labs CEO Demi Guo
_NOT_NAMES = re.compile(r"^(?:What|Who|When|Where|Why|How|Which|The|Did|Does|Do|Is|Are|Was|Were|And|In|On|At)\b")


def is_person(name: str) -> bool:
    """Whether a name is a person's, as the tagger sees it, by its form, or by what two or three Latin words mean."""
    if _LATIN_PERSON.fullmatch(name):
        return _is_latin_person(name)
    folded = fold(name)
    return "《" not in name and (
        all(tag in _PERSON_TAGS for _, tag in tagged(folded))
        or (is_name(folded) and (len(folded) <= 4 or any(dot in folded for dot in _DOTS)))
        or _is_rare_person(folded)
    )


_LATIN_PERSON = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z\-]+){1,2}")


def _is_latin_person(name: str) -> bool:
    """Demi Guo, but not Stable Diffusion: whose last word, or all of it, is a word to the dictionary, and no name."""
    whole = translations(name)
    known = whole if len(whole) == 1 and whole[0][0] == fold(name) else translations(name.split()[-1])
    return not known or is_name(known[0][1][0])


def is_sure(word: str, tag: str) -> bool:
    """Whether a folded word with this tag is a name for sure: of a person, or of an organisation of some length."""
    if tag == "nt":
        return len(word) >= 4
    person = (word[0] in SURNAMES and len(word) <= 3) or _TRANSCRIBING.issuperset(word)
    return tag in _PERSON_TAGS and person


@lru_cache(maxsize=4096)
def is_name(word: str) -> bool:
    """Whether a Chinese word by itself is a name for sure: of a person, or an organisation of some length."""
    folded = fold(word)
    if len(folded) < 2:
        return False
    return all(is_sure(part, tag) for part, tag in tagged(folded) if part not in "·・-") or all(
        _TRANSCRIBING.issuperset(part) and len(part) > 1 for part in re.split("[·・-]", folded)
    )


def is_chinese_person(name: str) -> bool:
    """Whether what `chinese_names` found has the form of a Chinese person's: a surname and one or two characters."""
    return 2 <= len(name) <= 3 and name[0] in SURNAMES and bool(_HAN_ONLY.fullmatch(name)) and not is_place(name)


def is_place(word: str) -> bool:
    """Whether a Chinese word by itself is a place's name to the tagger."""
    return [tag for _, tag in tagged(fold(word))] == ["ns"]
