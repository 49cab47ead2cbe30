"""What the evaluation room says."""

from __future__ import annotations

from ui.texts.said import Said, Spoken


class EvaluationTexts(Spoken):
    """A run of the question set, its table, charts, and each question."""

    evaluation_title = Said("评测", "Evaluation")
    evaluation_hint = Said(
        "把一套附有标准答案的题目逐一提问，看答对多少、引对多少、该拒答时是否拒答。",
        "Asks questions whose answers are known: how many are right, cite rightly, and refused when they should be.",
    )
    set_bundled = Said("随附题目（{count} 题）", "Bundled set ({count} questions)")
    set_feedback = Said("读者反馈（{count} 题）", "Readers’ feedback ({count} questions)")
    question_set = Said("题目", "Question set")
    run_set = Said("开始评测", "Run")
    stop_run = Said("停止", "Stop")
    running = Said("正在提问 {done} / {total}", "Asking {done} of {total}")
    run_stopped = Said("已停止，以下只是问过的题目。", "Stopped; below are the questions asked so far.")
    no_run = Said("还没有结果。", "No results yet.")
    run_of = Said("{when} · {count} 题 · {model}", "{when} · {count} questions · {model}")
    compared = Said("与上次相比（{when}）", "Against the last run ({when})")
    better = Said("变好 {count} 题", "{count} better")
    worse = Said("变差 {count} 题", "{count} worse")
    same = Said("其余不变", "the rest unchanged")
    group = Said("类型", "Type")
    group_all = Said("全部", "All")
    metric_cases = Said("题数", "Questions")
    metric_passed = Said("通过", "Passed")
    metric_facts = Said("要点齐全", "All facts")
    metric_article_first = Said("首引正确", "Right article first")
    metric_exact = Said("引文准确", "Citations exact")
    metric_false_answers = Said("误答", "False answers")
    metric_false_refusals = Said("误拒", "False refusals")
    metric_ms = Said("中位毫秒", "Median ms")
    chart_passed = Said("各类通过率（细线为 95% 区间）", "Passed, per type (thin line: 95 % interval)")
    show = Said("显示", "Show")
    show_missed = Said("没通过的", "Missed")
    show_changed = Said("有变化的", "Changed")
    show_all = Said("全部", "All")
    asked = Said("题", "Question")
    given = Said("回答", "Answer")
    refused = Said("拒答", "Refused")
    expected = Said("应有要点", "Expected")
    expected_refusal = Said("应当拒答", "Should be refused")
    missing = Said("缺什么", "What was missing")
    passed = Said("通过", "Passed")
    missed = Said("未通过", "Missed")
    type_fact = Said("事实", "Facts")
    type_multi = Said("多项", "Several things")
    type_followup = Said("追问", "Follow-ups")
    type_unanswerable = Said("无答案", "Unanswerable")
    type_false_premise = Said("错误前提", "False premise")
