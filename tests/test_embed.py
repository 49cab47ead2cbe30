"""The bundled embedder against sentence-transformers, and the loading of other models, on tiny ones made here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ingest import embed
from ingest.embed import bundled, load_embedder, segment

MODEL = Path(embed.__file__).with_name("model")
TEXTS = [
    "詹姆斯·卡梅隆加入Stability AI董事会。",
    "視覺特效的製作成本，下降了３５％！",
    "James Cameron joins the board of Stability AI",
    "可灵1.6 和 Seedream4.0 生成的短片；“票房”1.75亿……",
    "生僻字𠮷𣎴與 emoji 🎬",
]


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
