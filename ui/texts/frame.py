"""What stands around every room: the bar, the shelf and the reader beside it."""

from __future__ import annotations

from ui.texts.said import Said, Spoken


class FrameTexts(Spoken):
    """The bar, the shelf and the reader."""

    between = Said("、", ", ")
    between_clauses = Said("；", "; ")
    name = Said("场记", "Changji")
    tagline = Said(
        "关于 AI 与电影制作的问答，句句有出处", "Questions about AI in filmmaking, answered with the exact source"
    )
    rooms = Said("房间", "Rooms")
    room_chat = Said("问答", "Ask")
    room_library = Said("书库", "Library")
    room_evaluation = Said("评测", "Evaluation")
    room_settings = Said("设置", "Settings")
    new = Said("新对话", "New chat")
    theme = Said("切换深色或浅色", "Switch between dark and light")
    other_language = Said("English", "中文")
    failed = Said(
        "出了意外的错误，请再试一次；如果还是这样，请查看终端里的记录。",
        "Something unexpected went wrong; try again, and if it stays so, look at the log in the terminal.",
    )
    lost = Said(
        "与场记的连接断了，正在重连；请看看终端里它是否还在运行。",
        "The connection to Changji is lost; trying again. See whether it is still running in the terminal.",
    )
    locked = Said(
        "这个页面没有设密码，又开放给别的机器，所以这里只能看，不能改。用 --auth 设密码后即可。",
        "This page is open to other machines without a password, so nothing can be changed here; set one with --auth.",
    )

    shelf = Said("书架", "Shelf")
    shelf_hint = Said(
        "点标题阅读全文；勾选后只在所选文章里找答案。", "Open a title to read it. Tick articles to ask only those."
    )
    articles = Said("共 {count} 篇", "{count} articles")
    read = Said("阅读《{title}》", "Read “{title}”")
    ask_only = Said("只问《{title}》", "Ask only “{title}”")
    asking_some = Said("只问所选的 {count} 篇文章", "Asking only the {count} chosen")
    ask_all = Said("改问全部", "Ask all")
    by_date = Said("按日期选", "By date")
    date_from = Said("从", "From")
    date_to = Said("到", "to")
    date_pick = Said("勾选", "Tick")
    none_dated = Said(
        "这段时间里没有文章；没有日期的文章不算在内。", "No article is dated in that span; undated ones don’t count."
    )
    empty_library = Said(
        "书架上还没有文章。到“书库”里添加，或在终端运行 changji ingest 加上文件夹。",
        "The shelf is empty. Add articles in the Library, or run “changji ingest” with a folder in the terminal.",
    )
    close = Said("关闭", "Close")
    original = Said("原文", "Original")
    no_date = Said("日期不详", "no date")
    not_found = Said("这篇文章已不在书架上。", "This article is no longer on the shelf.")
