"""Train the bundled reader: `python -m train.reader DATA_FOLDER DEV_FOLDER OUT` writes rag/model.

Each step reads from OUT what the ones before it left there, so that they may run on different machines:

- `tokens`: a tokenizer, and news, parallel sentences and made questions (train.clozes) as its tokens;
- `words`: masked words of them are guessed, on a GPU, some four minutes;
- `clozes`: the made questions are read, on a GPU, two minutes;
- `questions`: those of the sets in DEV_FOLDER and of train/questions.jsonl are read with what is retrieved for them,
  on two CPU cores, 47 minutes after half an hour's retrieving;
- `collections`: the same, and as many about collections of made-up articles that tell like things, 65 minutes. The mean
  of the weights before and after is the reader, and written.

Only `tokens` and the last two need the data. The first three saw the articles of train/questions.jsonl, but no question
about them; of these, the last two leave out the quarter that `train.cases.held_out` names. What reads the reader's scores
is fitted on that quarter. Lessons last as long as the recipe says, not as many steps, so that another machine makes
another model.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import torch
from rich.progress import Progress, track
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from rag import extract
from train.cases import QUESTIONS, SETS, Case, measured, written
from train.cases import asked as asked_of
from train.clozes import Reading, readings
from train.lessons import ClozeLesson, QuestionLesson, WordLesson
from train.reading import Sheet, keep, kept, sheet
from train.recipe import Questions, Recipe
from train.transformer import Transformer, export
from train.windows import Asked, asked, taken
from train.wordpieces import Encoder, read, stream, tokenizer

MODEL = Path(__file__).parents[1] / "rag" / "model"
STEPS = ("tokens", "words", "clozes", "questions", "collections")
TOKENIZER, STREAM, CLOZES = "tokenizer.json", "stream.npy", "clozes.npz"


def tokens(data: Path, out: Path, recipe: Recipe) -> None:
    """Write the tokenizer, the stream of tokens and the made questions."""
    text = read(data)
    cutter = tokenizer(text, recipe.vocabulary)
    cutter.save(str(out / TOKENIZER), pretty=False)
    encode = Encoder(cutter)
    np.save(out / STREAM, stream(text, encode, recipe.seed))
    records = map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines())
    without = {record["line"] for record in records if isinstance(record["line"], int)}
    made = readings(data / "news.jsonl.gz", data / "parallel.jsonl.gz", without, random.Random(recipe.seed))
    sheets = [_sheet(reading, encode) for reading in track(made, description="made questions", total=None)]
    print(f"{cutter.get_vocab_size()} tokens, {len(sheets)} made questions")
    keep(sheets, out / CLOZES)


def _sheet(reading: Reading, encode: Encoder) -> Sheet:
    question, title, *told = encode.block([reading.question, reading.title, *reading.sentences])
    return sheet(question, title, told, reading.answers)


def words(out: Path, recipe: Recipe) -> None:
    """Learn from masked words."""
    net = _net(recipe)
    _run("words", recipe.words.seconds, WordLesson(net, np.load(out / STREAM), recipe.words).step)
    save_file(net.state_dict(), out / "words.safetensors")


def clozes(out: Path, recipe: Recipe) -> None:
    """Learn from made questions."""
    net = _net(recipe, out / "words.safetensors")
    lesson = ClozeLesson(net, kept(out / CLOZES), recipe.clozes, recipe.seed)
    _run("clozes", recipe.clozes.seconds, lesson.step)
    hit, told = lesson.measured()
    print(f"of questions held out, the sentence is found for {hit:.1%}, and whether there is one for {told:.1%}")
    save_file(net.state_dict(), out / "clozes.safetensors")


def questions(data: Path, dev: Path, out: Path, recipe: Recipe) -> None:
    """Learn from questions that people asked."""
    net = _net(recipe, out / "clozes.safetensors")
    _learn("questions", net, data, dev, out, recipe.questions, recipe.seed)
    save_file(net.state_dict(), out / "questions.safetensors")


def collections(data: Path, dev: Path, out: Path, recipe: Recipe) -> None:
    """Go on with articles that tell like things, and write the mean of before and after (Wortsman et al. 2022)."""
    net = _net(recipe, out / "questions.safetensors")
    _learn("collections", net, data, dev, out, recipe.collections, recipe.seed)
    net.load_state_dict(mean(load_file(out / "questions.safetensors"), net.state_dict()))
    export(net, MODEL / "model.safetensors")
    shutil.copy(out / TOKENIZER, MODEL / "tokenizer.json")


def mean(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights halfway between those of two nets."""
    return {name: (own + other[name].to(own.device)) / 2 for name, own in one.items()}


def _learn(name: str, net: Transformer, data: Path, dev: Path, out: Path, recipe: Questions, seed: int) -> None:
    encode = Encoder(Tokenizer.from_file(str(out / TOKENIZER)))
    found = list(_found(data, dev, encode, recipe))
    print(f"{len(found)} questions, {sum(one.answered for one in found)} of them answered")
    _run(name, recipe.seconds, QuestionLesson(net, found, recipe, seed).step)


def _found(data: Path, dev: Path, encode: Encoder, recipe: Questions) -> Iterator[Asked]:
    for case in _cases(data, dev, recipe.most_of_a_set):
        if taken(case) and case.collection in ("", *recipe.collections):
            one = asked(case, measured(case, extract._fitted().measured), encode, recipe)
            if one is not None:
                yield one


def _cases(data: Path, dev: Path, most_of_a_set: int) -> Iterator[Case]:
    for name in SETS:
        for case in asked_of(dev / name, most_of_a_set):
            yield Case(name, *case)
    yield from written(data / "news.jsonl.gz", held=False)


def _net(recipe: Recipe, weights: Path | None = None) -> Transformer:
    """A new net, or one with weights, where the lessons go best."""
    torch.manual_seed(recipe.seed)
    torch.set_float32_matmul_precision("high")
    net = Transformer(recipe.vocabulary, recipe.width, recipe.blocks, recipe.heads)
    if weights is not None:
        net.load_state_dict(load_file(weights))
    if torch.cuda.is_available():
        net.cuda()
        for block in net.blocks:
            block.compile(dynamic=False)
    return net


def _run(lesson: str, seconds: float, step: Callable[[int, float], Tensor]) -> None:
    """Steps of a lesson until its time is over, the first of which, in which a GPU compiles, is on top."""
    step(0, 0.0)
    number, began = 1, time.monotonic()
    with Progress() as progress:
        bar = progress.add_task(lesson, total=seconds)
        while (gone := time.monotonic() - began) < seconds:
            loss = step(number, gone / seconds)
            number += 1
            if number % 50 == 0:
                progress.update(bar, completed=gone, description=f"{lesson}, loss {loss.item():.2f}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, help="folder of news.jsonl.gz and parallel.jsonl.gz")
    parser.add_argument("dev", type=Path, help="folder of question sets")
    parser.add_argument("out", type=Path, help="folder in which the steps leave what the next ones need")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=STEPS)
    arguments = parser.parse_args()
    data, dev, out, recipe = arguments.data, arguments.dev, arguments.out, Recipe()
    out.mkdir(parents=True, exist_ok=True)
    todo: dict[str, Callable[[], None]] = {
        "tokens": lambda: tokens(data, out, recipe),
        "words": lambda: words(out, recipe),
        "clozes": lambda: clozes(out, recipe),
        "questions": lambda: questions(data, dev, out, recipe),
        "collections": lambda: collections(data, dev, out, recipe),
    }
    for step in STEPS:
        if step in arguments.steps:
            todo[step]()


if __name__ == "__main__":
    main()
