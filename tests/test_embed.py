"""The bundled embedder against sentence-transformers, and the loading of other models, on tiny ones made here."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ingest import embed
from ingest.embed import Reranker, bundled, load_embedder, segment
from ingest.errors import EmbedderError

MODEL = Path(embed.__file__).with_name("model")
TEXTS = [
    "詹姆斯·卡梅隆加入Stability AI董事会。",
    "視覺特效的製作成本，下降了３５％！",
    "James Cameron joins the board of Stability AI",
    "可灵1.6 和 Seedream4.0 生成的短片；“票房”1.75亿……",
    "生僻字𠮷𣎴與 emoji 🎬",
]
WORDS = ["query", "passage", "film", "camera", "电", "影", "镜", "头"]


def test_numpy_and_sentence_transformers_give_the_same_vectors() -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(MODEL), device="cpu").encode([" ".join(segment(text)) for text in TEXTS])
    assert np.abs(bundled().embed_passages(TEXTS) - reference).max() < 1e-4


def test_vectors_are_unit_rows_and_queries_are_embedded_as_passages_are() -> None:
    vectors = bundled().embed_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), bundled().dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(bundled().embed_query(TEXTS[0]), vectors[0])


@pytest.mark.parametrize("text", ["", "   ", "……！？", "🎬"])
def test_a_text_without_words_is_a_zero_vector(text: str) -> None:
    assert not bundled().embed_query(text).any()
    assert not bundled().embed_passages([text, text]).any()


def test_no_texts_are_no_rows() -> None:
    assert bundled().embed_passages([]).shape == (0, bundled().dimensions)


def test_traditional_and_full_width_text_has_the_vector_of_simplified() -> None:
    assert np.allclose(bundled().embed_query("電影導演ＡＩ"), bundled().embed_query("电影导演ai"))


@pytest.mark.parametrize(
    ("english", "chinese", "other"),
    [
        ("visual effects", "视觉特效", "董事会"),
        ("box office revenue of the film", "这部电影的票房收入", "演员工会宣布罢工"),
        ("Who directed Titanic?", "泰坦尼克号的导演是詹姆斯·卡梅隆", "该公司发布了新款手机"),
        ("writers' strike in Hollywood", "好莱坞编剧罢工", "水墨动画的传统技法"),
    ],
)
def test_english_is_nearer_to_chinese_of_the_same_meaning(english: str, chinese: str, other: str) -> None:
    query, (right, wrong) = bundled().embed_query(english), bundled().embed_passages([chinese, other])
    assert query @ right > query @ wrong + 0.2


def test_the_model_fits_and_its_name_holds_a_version() -> None:
    size = sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file())
    assert size <= 32_000_000
    assert bundled().name.startswith("bundled-")
    assert load_embedder() is bundled()


def test_the_bundled_model_loads_neither_torch_nor_sentence_transformers() -> None:
    code = (
        "import sys; from ingest.embed import load_embedder; load_embedder().embed_query('电影');"
        "print([m for m in ('torch', 'sentence_transformers', 'transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Other models


def _bert(folder: Path) -> Path:
    """A tiny BERT with a vocabulary of its own, saved as transformers does."""
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder.mkdir(parents=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ":", *WORDS]
    (folder / "vocab.txt").write_text("\n".join(vocabulary))
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model with mean pooling in a folder, without prompts."""
    from sentence_transformers import SentenceTransformer

    folder = tmp_path_factory.mktemp("models")
    SentenceTransformer(str(_bert(folder / "bert")), device="cpu").save(str(folder / "plain"))
    return folder / "plain"


def _copy(model: Path, name: str, prompts: dict[str, str]) -> str:
    import shutil

    folder = shutil.copytree(model, model.parent / name, dirs_exist_ok=True)
    settings = folder / "config_sentence_transformers.json"
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"prompts": prompts}))
    return str(folder)


def test_any_model_gives_unit_vectors_and_a_name_that_changes_with_its_weights(transformer: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = load_embedder(str(transformer))
    vectors = model.embed_passages(["film camera", "电影镜头", ""])
    assert vectors.shape == (3, model.dimensions) == (3, 16)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert model.embed_passages([]).shape == (0, 16)
    other = SentenceTransformer(str(_bert(transformer.parent / "bert2")), device="cpu")
    other.save(str(transformer.parent / "other"))
    assert load_embedder(str(transformer.parent / "other")).name.split("-")[-1] != model.name.split("-")[-1]


def test_a_model_without_prompts_embeds_queries_as_passages(transformer: Path) -> None:
    model = load_embedder(str(transformer))
    assert np.allclose(model.embed_query("film"), model.embed_passages(["film"])[0], atol=1e-6)


def test_e5_gets_its_prompts(transformer: Path) -> None:
    plain, e5 = load_embedder(str(transformer)), load_embedder(_copy(transformer, "multilingual-e5-tiny", {}))
    assert np.allclose(e5.embed_query("film"), plain.embed_query("query: film"), atol=1e-5)
    assert np.allclose(e5.embed_passages(["film"]), plain.embed_passages(["passage: film"]), atol=1e-5)


def test_the_models_own_prompts_are_used(transformer: Path) -> None:
    plain = load_embedder(str(transformer))
    own = load_embedder(_copy(transformer, "own-prompts", {"query": "camera ", "document": ""}))
    assert np.allclose(own.embed_query("film"), plain.embed_query("camera film"), atol=1e-5)
    assert np.allclose(own.embed_passages(["film"]), plain.embed_passages(["film"]), atol=1e-5)


def test_a_reranker_scores_each_text(tmp_path: Path) -> None:
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    folder = _bert(tmp_path / "reranker")
    torch.manual_seed(0)  # some random weights give two texts one score
    config = BertConfig.from_pretrained(folder, num_labels=1)
    BertForSequenceClassification(config).save_pretrained(folder)
    scores = Reranker(str(folder)).scores("film", ["camera", "film camera", "电影"])
    assert scores.shape == (3,)
    assert np.isfinite(scores).all()
    assert len(set(scores.tolist())) == 3


@pytest.mark.parametrize("load", [load_embedder, Reranker])
def test_a_misspelt_name_fails_in_one_sentence_within_seconds(
    load: Callable[[str], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # nobody listens there
    import sentence_transformers  # noqa: F401  (not part of what is timed)

    began = time.perf_counter()
    with pytest.raises(EmbedderError, match=r"^The model no-such/model-at-all is neither a folder.*\.$"):
        load("no-such/model-at-all")
    assert time.perf_counter() - began < 10


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match="holds no model"):
        load_embedder(str(tmp_path))
