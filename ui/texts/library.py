"""What the library room says."""

from __future__ import annotations

from ui.texts.said import Said, Spoken

_KINDS = {  # of what cleaning removed, see ingest/clean.py
    "promotion": "推广",
    "credit": "署名",
    "notice": "声明",
    "reference": "参考资料",
    "topics": "话题标签",
    "image": "图片",
    "link address": "链接地址",
    "tag": "网页标签",
    "comment": "注释",
    "metadata line": "元数据行",
    "invisible character": "看不见的字符",
    "mojibake, repaired": "乱码，已修复",
    "pinyin gloss": "拼音注",
    "broken line, joined": "断行，已接上",
}


class LibraryTexts(Spoken):
    """The table of articles, adding and removing, the timeline."""

    def removal(self, kind: str) -> str:
        """A kind of what cleaning removed; one that has no Chinese stays as it is."""
        return kind if self.code == "en" else self.written(_KINDS.get(kind, kind))

    library_title = Said("书库", "Library")
    library_facts = Said("{articles} 篇文章，{passages} 个段落", "{articles} articles in {passages} passages")
    column_title = Said("标题", "Title")
    column_publisher = Said("来源", "Publisher")
    column_date = Said("日期", "Date")
    column_language = Said("语言", "Language")
    column_passages = Said("段落", "Passages")
    column_tags = Said("标签", "Tags")
    column_added = Said("入库", "Added")
    column_actions = Said("操作", "Actions")
    simplified = Said("简体", "Simplified")
    traditional = Said("繁体", "Traditional")
    english = Said("英文", "English")
    replace = Said("替换", "Replace")
    delete = Said("删除", "Delete")
    replace_named = Said("用新文件替换《{title}》", "Replace “{title}” with a new file")
    delete_named = Said("删除《{title}》", "Delete “{title}”")
    deleted = Said("已删除《{title}》。", "Deleted “{title}”.")
    deleted_source = Said(
        "它的文件还在 {file}，再次导入那个文件夹时会回来。",
        "Its file is still at {file}: ingesting that folder brings it back.",
    )
    undo = Said("撤销", "Undo")
    restored = Said("《{title}》回到了书库。", "“{title}” is back.")

    add_title = Said("添加文章", "Add articles")
    add_hint = Said(
        "把文件拖到这里，或点此选择。可读 {kinds}，每个不超过 {size} MB，一次最多 {count} 个。",
        "Drop files here, or press to choose. {kinds}; at most {size} MB each and {count} at a time.",
    )
    uploading = Said("正在上传 {done} / {total}", "Uploading {done} of {total}")
    reading = Said("正在整理 {done} / {total}：{name}", "Reading {done} of {total}: {name}")
    added = Said("已添加 {count} 篇", "{count} added")
    changed = Said("已更新 {count} 篇", "{count} changed")
    unchanged = Said("{count} 篇没有变化", "{count} unchanged")
    skipped = Said("{count} 个没有读成", "{count} passed over")
    cleaned = Said("清理了《{title}》：{count} 处", "Repairs and removals in “{title}”: {count}")
    too_many = Said(
        "一次最多 {count} 个文件，请分几次添加。", "At most {count} files at a time; add them in several goes."
    )
    too_big = Said("{name} 超过 {size} MB。", "{name} is larger than {size} MB.")
    not_uploaded = Said("上传没有成功，请再试一次。", "The upload failed; try again.")
    address_label = Said("或从网址添加", "Or add from an address")
    address_add = Said("添加", "Add")
    fetching = Said("正在读取网页…", "Fetching the page…")

    reindex = Said("重建索引", "Re-index")
    reindex_hint = Said(
        "重新计算所有段落的向量；期间可以照常提问。", "Embeds every passage anew; questions are answered meanwhile."
    )
    reindexing = Said("正在重建 {done} / {total}", "Re-indexing {done} of {total}")
    reindexed = Said("索引已重建。", "The index is rebuilt.")

    view_articles = Said("文章", "Articles")
    view_timeline = Said("时间线", "Timeline")
    timeline_hint = Said(
        "文章里写明日期的事，按时间排列。点一条就翻到那句原文。",
        "What the articles date, in order. Press an entry to read its sentence in place.",
    )
    timeline_empty = Said("文章里没有找到写明日期的事。", "The articles date no events.")
