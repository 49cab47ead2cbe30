"""What the settings say."""

from __future__ import annotations

from ui.texts.said import Said, Spoken


class SettingsTexts(Spoken):
    """The language model, how answers are made, the page itself."""

    settings_title = Said("设置", "Settings")
    settings_hint = Said(
        "只在这次运行中有效，对所有打开本页的人生效；要长久保留，请用命令行选项或环境变量（列在每项之后）。",
        "They hold until Changji is stopped, for everybody who has this page open; to keep them, use the flag or the "
        "environment variable named with each.",
    )
    model_title = Said("语言模型", "Language model")
    model_none = Said(
        "现在不用语言模型：答案由文章原句组成。", "None is in use: answers are made of the articles’ own sentences."
    )
    model_used = Said("现在使用：{name}", "In use: {name}")
    example = Said("例如", "e.g.")
    model_address = Said("服务地址", "Server’s address")
    model_address_hint = Said(
        "兼容 OpenAI 协议的服务，例如 Ollama、vLLM。",
        "Any server that speaks OpenAI’s protocol, such as Ollama or vLLM.",
    )
    model_name = Said("模型名", "Model’s name")
    model_key = Said("密钥", "Key")
    model_key_hint = Said(
        "只放在内存里，不再显示，也不写入记录。", "Kept in memory only; never shown again, never logged."
    )
    model_key_kept = Said("已有密钥；留空则继续使用", "A key is kept; leave empty to go on using it")
    model_test = Said("测试连接", "Test connection")
    model_asked = Said("正在询问模型…", "Asking the model…")
    model_off = Said("不用模型", "Use none")
    model_works = Said("连接正常：{name} 用 {seconds} 秒作答。", "It works: {name} answered within {seconds} s.")
    save = Said("应用", "Apply")
    saved = Said("已生效。", "In effect.")
    answers_title = Said("回答", "Answers")
    strictness = Said("严格程度", "Strictness")
    strictness_hint = Said(
        "越严格，越少答错，也越常说“没有答案”。", "Stricter answers err less, and say more often that there is none."
    )
    lenient = Said("宽松", "Lenient")
    normal = Said("适中", "Normal")
    strict = Said("严格", "Strict")
    top_k = Said("参考段落数", "Passages to answer from")
    top_k_hint = Said("1 到 50；常用 8。", "1 to 50; usually 8.")
    top_k_wrong = Said("参考段落数应是 1 到 50 的整数。", "The number of passages must be a whole number from 1 to 50.")
    page_title = Said("页面", "Page")
    page_language = Said("语言", "Language")
