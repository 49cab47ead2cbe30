"""What the evaluation room says."""

from __future__ import annotations

from ui.texts.said import Said, Spoken


class EvaluationTexts(Spoken):
    """A run of a question set, its table, charts, and each question."""

    evaluation_title = Said("评测", "Evaluation")
    evaluation_hint = Said(
        "把附有标准答案的题目逐一提问，看答对多少、引对多少、该拒答时是否拒答。",
        "Asks questions whose answers are known: how many are right, cite rightly, and refused when they should be.",
    )
    question_set = Said("题目", "Questions")
    set_bundled = Said("随附题目", "Bundled set")
    set_feedback = Said("读者反馈", "Readers’ feedback")
    run_set = Said("开始评测", "Run")
    stop_run = Said("停止", "Stop")
    running = Said("正在提问 {done} / {total}", "Asking {done} of {total}")
    runs_elsewhere = Said(
        "另一次评测正在进行，等它结束后再开始。", "Another run is going on; start this one when it has ended."
    )
    no_run = Said("这套题还没有结果。", "These questions have no results yet.")
    run_of = Said("{date} · {count} 题 · {model}", "{date} · {count} questions · {model}")
    compared = Said("与上次（{date}）相比：", "Against the run before ({date}):")
    better = Said("变好 {count} 题", "{count} better")
    worse = Said("变差 {count} 题", "{count} worse")
    no_change = Said("没有变化", "nothing changed")
    group = Said("题型", "Type")
    group_all = Said("全部", "All")
    metric_cases = Said("题数", "Questions")
    metric_passed = Said("通过", "Passed")
    metric_facts = Said("要点齐全", "All facts")
    metric_article_first = Said("首引正确", "Right article first")
    metric_exact = Said("引文准确", "Citations exact")
    metric_false_answers = Said("误答", "False answers")
    metric_false_refusals = Said("误拒", "False refusals")
    metric_p50_ms = Said("中位毫秒", "Median ms")
    rates_note = Said("百分数后为标准误。", "Rates in % with their standard error.")
    absent_articles = Said(
        "库中没有这些文章，是否找到并引用它们不计分：{articles}。",
        "These articles aren’t in the library, so whether they are found and cited isn’t scored: {articles}.",
    )
    fallbacks = Said(
        "语言模型在 {count} 题上出错，这些题没有靠它回答。",
        "The language model failed at {count} questions, which went on without it.",
    )
    chart_passed = Said("各类通过率，细线为 95% 区间", "Passed, by type, with 95 % intervals")
    chart_rates = Said("全部题目的各项比率", "Rates over all questions")
    show_missed = Said("未通过 {count}", "Missed {count}")
    show_changed = Said("有变化 {count}", "Changed {count}")
    show_all = Said("全部 {count}", "All {count}")
    asked_before = Said("此前问过", "Asked before")
    given = Said("回答", "Answer")
    refused = Said("拒答", "Refused")
    cited = Said("引用", "Cited")
    expected = Said("应有要点", "Expected")
    expected_refusal = Said("应当拒答", "A refusal")
    expected_articles = Said("应引文章", "Articles that answer")
    missing = Said("错在哪里", "What was wrong")
    missed_before = Said("上次未通过", "missed the last time")
    passed_before = Said("上次通过", "passed the last time")
    fewer_before = Said("上次要点更少", "told less the last time")
    more_before = Said("上次要点更多", "told more the last time")
    passed = Said("通过", "Passed")
    missed = Said("未通过", "Missed")
    wrong_refusal = Said("有答案却拒答了", "refused, though there is an answer")
    wrong_answer = Said("没有答案却作答了", "answered, though nothing in the library does")
    wrong_facts = Said("缺少：{facts}", "missing: {facts}")
    wrong_article = Said("首先引了《{article}》", "cites {article} first")
    cause_not_retrieved = Said("没有检索到含有它的段落", "no passage that holds it was retrieved")
    cause_not_ranked = Said("句子排得太低", "its sentence was ranked too low")
    cause_not_chosen = Said("没有选用那个句子", "its sentence wasn’t chosen")
    type_fact = Said("事实", "Facts")
    type_multi = Said("多项", "Several things")
    type_followup = Said("追问", "Follow-ups")
    type_unanswerable = Said("无答案", "Unanswerable")
    type_false_premise = Said("错误前提", "False premises")
