"""What a model says in words of its own, and what it makes up without a name or figure to look up, over the digests."""

from __future__ import annotations

from collections import Counter

import pytest

from ingest.library import Library
from rag.cite import Source, cite

REWORDED: dict[str, list[str]] = {
    "cameron-budget": [
        "卡梅隆并不排斥新技术，反而亲自投身其中。",
        "按照他的说法，引入AI是为了让艺术家腾出手来创作，而非让他们丢饭碗。",
        "他觉得行业陷入困境，问题出在拍法过时，而不是没人进影院。",
        "他开玩笑说要是年轻二十岁，可能会自己创业做AI。",
        "加入董事会并非图名图利，而是出于现实考虑。",
        "老办法做特效极其耗费人力，一秒画面往往得修上几百个钟头。",
        "在他看来，那些枯燥重复的工序恰恰最适合交给AI。",
        "他清楚把AI引入片场绝不是调个接口这么简单。",
        "他直言CG领域已遇到瓶颈。",
        "没人喜欢整天一帧帧地修图。",
        "他主张看作品像不像，而不该追究喂了哪些素材。",
        "導演認為不擁抱AI的話，大片終將因預算而消亡。",
        "他認為AI不會搶走藝術家的飯碗，而是解放他們的想像力。",
    ],
    "cameron-stability-ai": [
        "Stability AI半夜发推官宣了这一任命。",
        "作者觉得这次合作不同于挂名，意味深长。",
        "公司创始人几个月前出走，之后公司一度陷入困境。",
        "他三十年来始终走在电脑特效的最前线。",
        "两家公司打算一起打造专供电影制作的视频模型。",
        "消息公布后好莱坞一片哗然。",
        "编剧们上街抗议，因为害怕饭碗被AI抢走。",
        "好莱坞曾是抵制AI最激烈的地方。",
        "这场停摆最后让几十万人丢了工作。",
        "該公司與OpenAI類似，什麼模態都做，但模型全部公開。",
        "這部影片問世十五年後仍是票房冠軍。",
    ],
    "nine-directors-kling": [
        "九位导演都是头一回用AI拍片。",
        "首映在北京的一家博物馆里举行，主办方是快手。",
        "俞白眉的片子把古代捉鬼的人物放进了当代生活。",
        "贾樟柯的作品讲年轻人让机器人代替自己回老家帮忙收庄稼。",
        "他的短片画面温柔，情感细腻。",
        "多数导演承认作品还有技术上的毛病。",
        "俞白眉自嘲这些作品只能算涂鸦。",
        "贾樟柯对最后的成果相当满意，还想再合作一次。",
        "头部导演态度积极，说明业内开始接纳AI。",
        "AI时代的到来已无法逆转。",
        "賈樟柯認為這項技術還需要創作者和科學家一起努力。",
        "人物在片中的連貫性基本做到了。",
    ],
    "bbc-solo-creators": [
        "文本生成视频大大降低了拍片的门槛和花费。",
        "Demi Guo读书读到一半就离开了斯坦福。",
        "她的公司训练了一个专做视频的基础模型。",
        "用户只要输入描述就能得到视频。",
        "用AI拍一部长片也许只要几千美元。",
        "如今拍一部电影少说也得几千万美元。",
        "AI可以帮创作者省下时间，把心思放在创意上。",
        "好莱坞的编剧和导演很担心丢掉工作。",
        "Demi Guo不认同AI会让人失业，她觉得会出现新职业。",
        "以前要跑外景的活儿，现在坐在电脑前就能干。",
        "電影業正面臨就業危機。",
        "這項技術既令人興奮又充滿爭議。",
    ],
    "ai-cinema-warmth": [
        "七部短片在上海集中放映，都有AI深度参与。",
        "《大梦》用AI讲述了时空交错的故事。",
        "《潜入梦海》花了很少的钱，一个礼拜就拍完了。",
        "火山引擎用AI修复了一批老电影。",
        "《此心安处》里演员的年龄可以随时变换。",
        "《传说》里用AI做的成龙被指缺少感情。",
        "AI写的剧本容易千篇一律。",
        "AI拍的镜头往往要人反复挑选修改。",
        "刘姝铭认为AI电影看上去热闹，底下却藏着不少问题。",
        "从无声电影到数码特效，技术一直改变着电影的讲法。",
        "劉姝銘在一所美術學院教書。",
        "這部瑞典電影讓演員的嘴型和英語配音完全對上了。",
    ],
}
MADE_UP: dict[str, list[str]] = {
    "cameron-budget": [
        "卡梅隆认为观众已经厌倦了特效大片。",
        "他打算在下一部电影里全部使用AI演员。",
        "他要求所有特效公司公开训练数据。",
        "他担心AI会毁掉电影艺术。",
        "他认为AI写的剧本比人写得好。",
        "他说未来的电影院会被虚拟现实取代。",
        "他建议政府立法限制AI的使用。",
        "他批评流媒体平台压低了演员片酬。",
        "他正在为新片招募程序员团队。",
        "他認為年輕導演應該先學會編程。",
        "他準備把公司搬到紐西蘭。",
        "他认为模型训练应当向原作者付费。",
    ],
    "cameron-stability-ai": [
        "公司将在年底上市。",
        "他拒绝了公司的高额薪酬。",
        "董事会投票时有人反对这项任命。",
        "导演工会对此表示抗议。",
        "公司准备裁掉一半员工。",
        "编剧们最终获得了全面胜利。",
        "演员们要求禁止使用数字替身。",
        "影视公司承诺永不使用AI。",
        "作者认为这次合作注定失败。",
        "觀眾普遍對這部影片感到失望。",
        "公司宣佈停止開發視頻模型。",
        "罢工期间电视台播出了大量重播节目。",
    ],
    "nine-directors-kling": [
        "导演们抱怨主办方给的时间太短。",
        "影片随后将在各大院线公映。",
        "观众现场打分评出了最佳短片。",
        "贾樟柯表示不会再用AI拍片。",
        "俞白眉认为AI已经达到专业水准。",
        "叶锦添负责所有短片的服装设计。",
        "这些短片将参加柏林电影节竞赛。",
        "导演们普遍认为AI剪辑最好用。",
        "主办方向每位导演支付了丰厚报酬。",
        "薛曉路認為AI會毀掉電影行業。",
        "短片的配樂全部由交響樂團現場演奏。",
        "快手计划收购一家电影公司。",
    ],
    "bbc-solo-creators": [
        "Demi Guo计划明年把公司卖给大企业。",
        "好莱坞工会已与公司达成协议。",
        "用户必须付费才能下载视频。",
        "她毕业后曾在谷歌工作多年。",
        "公司禁止用户生成名人的视频。",
        "纪录片导演普遍拒绝使用AI。",
        "观众认为AI视频缺乏真实感。",
        "她认为演员终将消失。",
        "公司的总部设在伦敦。",
        "電影學院已經開設了相關課程。",
        "廣告公司是這項技術最大的客戶。",
        "监管机构正在调查这家公司。",
    ],
    "ai-cinema-warmth": [
        "七部短片的票房收入全部捐给了慈善机构。",
        "《大梦》的导演是一位大学生。",
        "观众对短片的配乐评价最高。",
        "成龙本人对影片提出了抗议。",
        "老电影修复后在电视台播出。",
        "刘姝铭主张电影节取消AI单元。",
        "车传锋认为AI电影应当单独审查。",
        "学者们呼吁为AI演员设立奖项。",
        "这些短片由外国团队制作。",
        "美術學院決定停招動畫專業。",
        "專家認為觀眾分不清AI和真人。",
        "影片因版权纠纷被下架。",
    ],
}


def verdicts(library: Library, statements: dict[str, list[str]], cited: bool = True) -> Counter[str]:
    """How many come out supported, partial and unsupported, each citing all passages of its article, or none."""
    counts: Counter[str] = Counter()
    for id, texts in statements.items():
        article = library.article(id)
        sources = [Source.of(passage, article) for passage in library.passages_of(id)]
        mark = f"[1-{len(sources)}]" if cited else ""
        for text in texts:
            _, (sentence,), _ = cite(text + mark, sources)
            counts[sentence.support] += 1
    return counts


@pytest.mark.parametrize(("cited", "unsupported"), [(True, 2), (False, 10)], ids=["cited", "uncited"])
def test_a_true_statement_is_seldom_called_unsupported(digests: Library, cited: bool, unsupported: int) -> None:
    found = verdicts(digests, REWORDED, cited)
    assert found.total() == 60 and found["unsupported"] <= unsupported and found["supported"] >= 22


@pytest.mark.parametrize("cited", [True, False], ids=["cited", "uncited"])
def test_what_is_made_up_of_the_articles_words_is_marked(digests: Library, cited: bool) -> None:
    found = verdicts(digests, MADE_UP, cited)
    assert found.total() == 60 and found["supported"] <= 8
