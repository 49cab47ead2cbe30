"""The reader is trained as it reads: torch and numpy agree, and each lesson teaches what it is for."""

from __future__ import annotations

import dataclasses
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from rag.reader import MOST_TOKENS, SENTENCE, Reader, laid_out
from train import reader
from train.lessons import ClozeLesson, QuestionLesson, WordLesson, masked
from train.muon import orthogonal
from train.reading import Sheet, batch, hits, keep, kept, losses, scores, sheet
from train.recipe import Clozes, Questions, Recipe, Words, pace
from train.transformer import PAD, Transformer, export
from train.windows import Asked, Passage
from train.wordpieces import MARKS, MASK, Encoder, Text, stream, tokenizer

CPU = torch.device("cpu")
QUESTION, TITLE = "谁执导了短片?", "短片"
SENTENCES = ["短片由林晚执导。", "成本三万五千元。", "Made with Kling in 2024."]
TEXT = Text(
    [[QUESTION, TITLE, *SENTENCES]] * 4, [("A short film.", "一部短片。", "3am"), ("Run it.", "运行。", "django_docs")]
)


@pytest.fixture(scope="module")
def cutter() -> Tokenizer:
    return tokenizer(TEXT, 200)


def net(vocabulary: int, spread: float = 0.8, blocks: int = 2) -> Transformer:
    """A tiny net, all of whose weights say something."""
    torch.manual_seed(0)
    made = Transformer(vocabulary, width=20, blocks=blocks, heads=5)
    for own in made.parameters():
        torch.nn.init.normal_(own, std=spread)
    return made.eval()


def snapped(made: Transformer) -> Transformer:
    """The same with weights that int8 rows hold as they are: multiples of a row's largest over 127."""
    with torch.no_grad():
        for own in made.parameters():
            if own.ndim == 2:
                step = own.abs().amax(dim=1, keepdim=True) / 127
                own.copy_((own / step).round() * step)
    return made


def both(made: Transformer, cutter: Tokenizer, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """The scores of SENTENCES by numpy, of what was exported, and by torch."""
    export(made, folder / "model.safetensors")
    cutter.save(str(folder / "tokenizer.json"))
    encode = Encoder(cutter)
    ids = laid_out(encode(QUESTION), encode(TITLE), [encode(sentence) for sentence in SENTENCES])
    with torch.no_grad():
        told = made.sentences(made(torch.tensor([ids])))[0, np.array(ids) == SENTENCE]
    return Reader(folder).scores(QUESTION, TITLE, SENTENCES), told.numpy()


# The net


def test_numpy_reads_as_torch_does(cutter: Tokenizer, tmp_path: Path) -> None:
    read, told = both(snapped(net(cutter.get_vocab_size())), cutter, tmp_path)
    assert np.ptp(told) > 0.1
    np.testing.assert_allclose(read, told, atol=1e-4)


def test_rounding_to_int8_costs_little(cutter: Tokenizer, tmp_path: Path) -> None:
    read, told = both(net(cutter.get_vocab_size()), cutter, tmp_path)
    assert 0 < np.abs(read - told).max() < 0.1 * np.abs(told).max()


def test_padding_changes_no_score() -> None:
    sheets = [sheet([7, 8], [], [[9, 10], [11]], [True, False]), sheet([7], [12, 13], [[14] * 30], [False])]
    made = net(20)
    with torch.no_grad():
        one, other, *_ = (made(batch([rows], CPU, length).tokens) for rows, length in ((sheets, 64), (sheets[:1], 0)))
    torch.testing.assert_close(one[0, : other.shape[1]], other[0], atol=1e-5, rtol=1e-4)


def test_what_a_block_begins_with_is_nothing() -> None:
    made, tokens = Transformer(20, 20, 2, 5), torch.tensor([[2, 7, 8, 4]])
    assert torch.allclose(made(tokens), torch.nn.functional.rms_norm(made.emb(tokens), [20]), atol=1e-3)


def test_muon_steps_have_singular_values_near_one() -> None:
    made = orthogonal(torch.randn(3, 24, 8, generator=torch.Generator().manual_seed(1)))
    values = torch.linalg.svdvals(made)
    assert made.shape == (3, 24, 8) and values.min() > 0.6 and values.max() < 1.3


# Losses


def test_the_loss_is_of_no_sentence_answering_where_none_does() -> None:
    told = torch.tensor([0.5, -1.0, 2.0])
    given = batch([[sheet([7], [], [[8], [9]], [False, False])], [sheet([7], [], [[8]], [True])]], CPU)
    none, right = losses(told, given)
    assert none == pytest.approx(-np.log(1 / (1 + np.exp(0.5) + np.exp(-1.0))))
    assert right == pytest.approx(-np.log(np.exp(2.0) / (1 + np.exp(2.0))))


def test_the_sheets_of_a_question_share_its_loss_and_any_right_sentence_will_do() -> None:
    told = torch.tensor([1.0, 0.0, 3.0])
    given = batch([[sheet([7], [], [[8], [9]], [True, False]), sheet([7], [], [[10]], [True])]], CPU)
    good = np.exp(1.0) + np.exp(3.0)
    assert losses(told, given).tolist() == pytest.approx([-np.log(good / (1 + 1 + good))], abs=1e-6)


def test_hits_count_best_sentences_and_refusals() -> None:
    asked_twice = [[sheet([7], [], [[8], [9]], [True, False])]] * 2 + [[sheet([7], [], [[8]], [False])]] * 2
    given = batch(asked_twice, CPU)
    assert hits(torch.tensor([2.0, 1.0, -2.0, -1.0, -1.0, 1.0]), given) == (0.5, 0.5)


def test_a_sheet_has_labels_for_the_sentences_that_fit() -> None:
    long = sheet([7], [], [[8] * 300, [9] * 300, [10]], [False, True, True])
    assert len(long.ids) == MOST_TOKENS and long.answers.tolist() == [False, True]


# Lessons


def toys(of: int) -> list[Sheet]:
    """Questions that name a token, each with three sentences, of which the one that holds it answers, if any does."""
    draw = np.random.default_rng(1)
    made = []
    for n in range(of):
        told = draw.choice(np.arange(10, 30), (3, 2), replace=False)
        at = int(draw.integers(3))
        asked_for = 31 if n % 4 == 0 else int(told[at, 0])
        made.append(sheet([asked_for], [], told.tolist(), [n % 4 > 0 and i == at for i in range(3)]))
    return made


def test_made_questions_are_learned() -> None:
    made, sheets = Transformer(32, 20, 2, 5), toys(120)
    recipe = Clozes(batch=16, length=16, held=24, warm_up=5, muon_rate=0.03, adam_rate=0.01, dropout=0.0)
    lesson = ClozeLesson(made, sheets, recipe, seed=1)
    told = [float(lesson.step(n, n / 250)) for n in range(250)]
    assert np.mean(told[-10:]) < np.mean(told[:10]) / 3
    seen = batch([[sheets[n]] for n in lesson._order], CPU)
    with torch.no_grad():
        assert min(hits(scores(made.eval(), seen), seen)) > 0.9
    assert lesson.measured()[1] > 0.9  # that a question of token 31 has no answer holds for those held out, too


def test_what_is_measured_on_is_never_learned() -> None:
    lesson = ClozeLesson(net(32), toys(20), Clozes(batch=5, length=16, held=8), seed=1)
    for n in range(6):
        lesson.step(n, 0.0)
    assert not {*lesson._held.tolist()} & {*lesson._order.tolist()} and len(lesson._order) == 12


def test_masked_words_are_learned() -> None:
    made, text = Transformer(30, 20, 2, 5), np.tile(np.arange(6, 26, dtype=np.uint16), 20)
    lesson = WordLesson(made, text, Words(batch=8, length=32, warm_up=5))
    told = [float(lesson.step(n, n / 120)) for n in range(120)]
    assert told[0] == pytest.approx(np.log(30), rel=0.3) and np.mean(told[-10:]) < np.log(20) - 0.5  # the rest


def test_stretches_are_masked_but_no_mark() -> None:
    torch.manual_seed(1)
    tokens = torch.randint(6, 30, (64, 128))
    tokens[:, ::8] = SENTENCE
    shown, asked_for = masked(tokens, 30, Words())
    assert torch.equal(shown[~asked_for], tokens[~asked_for]) and not asked_for[tokens == SENTENCE].any()
    wanted = shown[asked_for]
    assert 0.15 < asked_for.float().mean() < 0.25 and 0.8 < (wanted == MASK).float().mean() < 0.92
    assert ((wanted != MASK) & (wanted != tokens[asked_for])).any() and (wanted == tokens[asked_for]).any()
    assert wanted.min() >= len(MARKS) - 1
    both = (asked_for[:, 1:] & asked_for[:, :-1]).float().mean()
    assert both > 2 * asked_for.float().mean() ** 2  # neighbours are masked together


def test_questions_are_learned_and_the_lowest_blocks_stay() -> None:
    made = net(32)
    before = {name: own.clone() for name, own in made.state_dict().items()}
    recipe = Questions(batch=8, rate=0.01, warm_up=2, frozen=1, dropout=0.0, removed=0.0)
    lesson = QuestionLesson(made, [_toy(n) for n in range(24)], recipe, seed=1)
    told = [float(lesson.step(n, n / 80)) for n in range(80)]
    assert np.mean(told[-10:]) < np.mean(told[:10]) / 2
    moved = {name for name, own in made.state_dict().items() if not torch.equal(own, before[name])}
    assert {name.split(".")[0] for name in moved} == {"blocks", "h1", "h2"}
    assert {name.split(".")[1] for name in moved if name.startswith("blocks")} == {"1"}


def test_a_question_that_counts_less_pulls_less() -> None:
    pulled = []
    for counts in (1.0, 0.01):
        made = net(32)
        both_kinds = [_toy(1), dataclasses.replace(_toy(0), counts=counts)]
        lesson = QuestionLesson(made, both_kinds, Questions(batch=2, dropout=0.0, removed=0.0), seed=1)
        pulled.append(float(lesson.step(0, 0.0)))
    assert abs(pulled[0] - pulled[1]) > 0.01


def test_a_round_shows_some_questions_oftener() -> None:
    asked = _Watched(dataclasses.replace(_toy(n), times=3 if n == 2 else 1) for n in range(4))
    lesson = QuestionLesson(net(32), asked, Questions(batch=1), seed=1)
    for n in range(6):
        lesson.step(n, n / 6)
    assert Counter(asked.shown) == {0: 1, 1: 1, 2: 3, 3: 1}


class _Watched(list[Asked]):
    """Remembers the numbers of the questions that were taken from it."""

    def __init__(self, asked: Iterable[Asked]) -> None:
        super().__init__(asked)
        self.shown: list[int] = []

    def __getitem__(self, number: int) -> Asked:  # type: ignore[override]
        self.shown.append(int(number))
        return super().__getitem__(number)


def test_rates_rise_and_fall() -> None:
    assert [pace(n, n / 10, warm_up=2, fading=0.4) for n in (0, 1, 5, 8)] == pytest.approx([0.5, 1.0, 1.0, 0.5])
    assert pace(9, 0.75, warm_up=2) == 0.25


def _toy(number: int) -> Asked:
    """A question with the one passage of a toy sheet."""
    one = toys(number + 1)[-1]
    ids = one.ids.tolist()
    told = [ids[at - 2 : at] for at in np.flatnonzero(one.ids == SENTENCE)]
    return Asked([ids[1]], [Passage([], told, one.answers, np.zeros(3))], 1.0, 2)


# Tokens


def test_tokens_are_characters_digits_and_words(cutter: Tokenizer) -> None:
    assert [cutter.token_to_id(mark) for mark in MARKS] == list(range(6)) and MARKS[PAD] == "[PAD]"
    assert cutter.encode("短片 2024").tokens == ["短", "片", "2", "0", "2", "4"]


def test_the_stream_holds_articles_and_pairs_in_either_direction(cutter: Tokenizer) -> None:
    encode = Encoder(cutter)
    article = [2, *(token for told in TEXT.articles[0] for token in [*encode(told), SENTENCE])]
    found = stream(TEXT, encode, seed=1).tolist()
    assert found[: 4 * len(article)] == article * 4
    english, chinese = encode("A short film."), encode("一部短片。")
    pairs = [[2, *english, 3, *chinese, 4], [2, *chinese, 3, *english, 4]]
    seen = [[holds(stream(TEXT, encode, seed).tolist(), pair) for pair in pairs] for seed in range(8)]
    assert all(sum(own) == 1 for own in seen) and len({tuple(own) for own in seen}) == 2


def holds(whole: list[int], part: list[int]) -> bool:
    return any(whole[i : i + len(part)] == part for i in range(len(whole)))


def test_sheets_are_kept(tmp_path: Path) -> None:
    sheets = toys(5)
    keep(sheets, tmp_path / "sheets.npz")
    for one, other in zip(sheets, kept(tmp_path / "sheets.npz"), strict=True):
        assert one.ids.tolist() == other.ids.tolist() and one.answers.tolist() == other.answers.tolist()


# The command


def test_each_step_goes_on_from_the_one_before(
    cutter: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe(
        vocabulary=cutter.get_vocab_size(), width=20, blocks=2,
        words=Words(seconds=0.3, batch=4, length=16), clozes=Clozes(seconds=0.3, batch=8, length=16, held=8),
        questions=Questions(seconds=0.3, batch=4, frozen=1), collections=Questions(seconds=0.3, batch=4, frozen=1),
    )  # fmt: skip
    model = tmp_path / "model"
    model.mkdir()
    monkeypatch.setattr(reader, "MODEL", model)
    monkeypatch.setattr(reader, "_found", lambda *_: [_toy(n) for n in range(8)])
    cutter.save(str(tmp_path / reader.TOKENIZER))
    np.save(tmp_path / reader.STREAM, np.tile(np.arange(6, 26, dtype=np.uint16), 20))
    keep(toys(24), tmp_path / reader.CLOZES)
    reader.words(tmp_path, recipe)
    reader.clozes(tmp_path, recipe)
    reader.questions(tmp_path, tmp_path, tmp_path, recipe)
    assert not list(model.iterdir())
    reader.collections(tmp_path, tmp_path, tmp_path, recipe)
    first, second, third = (load_file(tmp_path / f"{step}.safetensors") for step in reader.STEPS[1:4])
    last = load_file(model / "model.safetensors")
    # Clozes leave the words' head, and questions the embeddings, as they found them.
    assert np.array_equal(first["lm.weight"], second["lm.weight"]) and np.ptp(second["h2.weight"]) > 0
    rows = last["emb.weight"] * last["emb.weight.scale"]
    np.testing.assert_allclose(rows, second["emb.weight"], atol=np.abs(second["emb.weight"]).max() / 127)
    assert len({weights["h2.weight"].tobytes() for weights in (second, third, last)}) == 3  # each lesson moved it
    assert np.isfinite(Reader(model).scores(QUESTION, TITLE, SENTENCES)).all()


def test_tokens_are_made_of_a_data_folder_and_no_question_of_an_article_that_is_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cities, months = "青岛 上海 兰州 成都".split(), (3, 5, 8, 9)
    told = [
        f"导演张艺谋在{city}执导了新片。\n这部动画电影将于2024年{month}月8日在{city}的影院上映。"
        f"剧组上周把拍摄地点搬到了{city}的影视基地。后期制作的成本因此降低了6{month}%。观众在{city}看到了首映。"
        for city, month in zip(cities, months, strict=True)
    ]
    news = [dict(zip(("first", "rest"), text.split("\n"), strict=True)) for text in told]
    write(tmp_path / "news.jsonl.gz", news)
    write(tmp_path / "parallel.jsonl.gz", [{"en": "A short film.", "zh": "一部短片。", "source": "3am"}])
    (tmp_path / "questions.jsonl").write_text('{"line": 0}\n{"line": null}\n{"line": "own"}\n')
    monkeypatch.setattr(reader, "QUESTIONS", tmp_path / "questions.jsonl")
    reader.tokens(tmp_path, tmp_path, Recipe(vocabulary=300))
    cut = Tokenizer.from_file(str(tmp_path / reader.TOKENIZER))
    text = cut.decode(np.load(tmp_path / reader.STREAM).tolist()).replace(" ", "")
    sheets = [cut.decode(one.ids.tolist()).replace(" ", "") for one in kept(tmp_path / reader.CLOZES)]
    assert len(sheets) > 4 and all(city in text for city in cities) and "一部短片" in text
    assert any(cities[1] in one for one in sheets) and not any(cities[0] in one for one in sheets)


def write(path: Path, records: Sequence[dict[str, str]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
