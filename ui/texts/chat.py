"""What the chat says."""

from __future__ import annotations

from ui.texts.said import Said, Spoken


class ChatTexts(Spoken):
    """Questions, answers, refusals, and what can be done with them."""

    welcome = Said("想问什么？", "What would you like to know?")
    welcome_hint = Said(
        "答案只取自书架上的文章。点句末的编号，就翻到那句原文。",
        "Answers come only from the articles on the shelf. Press a number after a sentence to see its words in place.",
    )
    placeholder = Said("问一个关于 AI 与电影制作的问题", "Ask about AI in filmmaking")
    question_label = Said("问题", "Question")
    ask = Said("提问", "Ask")
    stop = Said("停止", "Stop")
    searching = Said("正在翻阅文章…", "Reading the articles…")
    stopped = Said("已停止，回答不完整。", "Stopped; this answer is incomplete.")
    retry = Said("重新回答", "Answer again")
    edit = Said("修改问题", "Edit question")
    copy = Said("复制（含出处）", "Copy with sources")
    copied = Said("已复制", "Copied")
    follow_ups = Said("接着问", "Ask next")

    excerpts = Said("原文摘录", "Excerpts")
    excerpts_hint = Said("由文章原句组成，没有使用语言模型", "The articles’ own sentences, without a language model")
    model_hint = Said(
        "由语言模型根据所引文章写成，逐句核对",
        "Written by a language model from the articles cited, each sentence checked",
    )
    sources = Said("出处", "Sources")
    citation = Said("出处 {number}：{quote}", "Source {number}: {quote}")
    supported = Said("有据", "Supported")
    supported_hint = Said("所引原文印证这句话", "The words cited bear this sentence out")
    partial = Said("部分有据", "Partly supported")
    partial_hint = Said("所引原文只印证这句话的一部分", "The words cited bear out only part of this sentence")
    unsupported = Said("未见依据", "Not supported")
    unsupported_hint = Said(
        "文章里没有找到印证这句话的文字", "No words in the articles were found to bear out this sentence"
    )
    nearest = Said("最接近的段落", "Nearest passages")
    nearest_hint = Said("供参考，不是依据", "for orientation, not evidence")
    not_evidence = Said("不是依据", "not evidence")
    rewritten = Said("理解为：{question}", "Understood as: {question}")
    notice = Said("提示", "Note")

    export = Said("导出", "Export")
    export_markdown = Said("对话（Markdown）", "Conversation (Markdown)")
    export_gbt = Said("参考文献（GB/T 7714）", "References (GB/T 7714)")
    export_bibtex = Said("参考文献（BibTeX）", "References (BibTeX)")
    references = Said("参考文献", "References")

    good = Said("答得好", "Good answer")
    bad = Said("答得不好", "Poor answer")
    remark_good = Said("补充一句（可不填）", "A remark, if you like")
    remark_bad = Said("该有什么？可不填，分号隔开", "Facts it should tell, separated by ;")
    remark_save = Said("保存", "Save")
    remark_saved = Said("已记下，以后评测会用到。谢谢。", "Kept, and used in later evaluations. Thank you.")
    feedback_failed = Said("没能记下：{reason}", "It couldn’t be kept: {reason}")
