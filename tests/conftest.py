"""What several tests share: five small articles, and a real library of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from pages import CHROMIUM, FLAGS, HOSTILE, PLAIN, served
from servers import Chroma, Postgres, Server, postgres_programs

from ingest.article import Article
from ingest.build import add_articles, ingest
from ingest.library import Library
from ingest.settings import Place
from rag.assistant import Assistant

# The same examples every time, and no deadline: dictionaries and models are loaded within the first one.
settings.register_profile("changji", deadline=None, derandomize=True)
settings.load_profile("changji")

SEEDS = Path(__file__).resolve().parent.parent / "seeds"

_LIGHTHOUSE = """导演王岚用十四个月拍完了长片《雾中灯塔》。她说，影片的制作成本只有3.5万元。片中百分之九十五的镜头由可灵2.0生成。

幕后团队

团队只有6人，剪辑师赵启明负责调色。他认为：“机器不会替人做选择。”他们在青岛的一间旧仓库里工作。

影片将于2025年3月21日在上海首映。"""

_KLING = """快手在2024年6月发布了视频模型可灵。到2025年4月，可灵2.0的用户已经超过2200万。
可灵2.0能够一次生成十秒的画面，价格比上一版低一半。
赵总监表示，模型的训练数据全部来自获得授权的素材。"""

_FESTIVAL = """首届北辰人工智能影展收到了1.75亿次网络投票。评委会主席是陈默教授。
最佳短片奖授予《纸鸢》，奖金为二十万元。
陈默担心，观众会忘记胶片的颗粒感。影展明年将移师成都。"""

_WRITERS = """編劇林若蘭在臺北談到人工智慧與著作權。她認為，軟體寫出的對白缺少生活的氣味。
「版權屬於創作者。」她強調，演算法不能署名。
臺灣編劇工會目前有820名會員，其中六成已經使用過生成式工具。"""

_STRIKE = """The writers' strike of 2023 lasted 148 days. The guild demanded limits on A.I. in the U.S. studios.
Its president, Meredith Stiehm, called the deal exceptional. Studios may not credit software as an author.
Residual payments from streaming rose by 76 percent."""


def _article(id: str, title: str, text: str, language: str = "zh-Hans", heading: str = "", **about: str) -> Article:
    at = text.find(heading) if heading else -1
    headings = ((at, at + len(heading)),) if heading else ()
    return Article(id, text, title, language=language, headings=headings, **about)


ARTICLES = (
    _article(
        "lighthouse", "一盏灯塔的十四个月", _LIGHTHOUSE, heading="幕后团队", publisher="光影周刊", date="2025-02-10"
    ),
    _article("kling", "可灵的一年", _KLING, publisher="科技早报", date="2025-04-20"),
    _article("festival", "北辰影展落幕", _FESTIVAL, publisher="影展通讯", date="2024-11"),
    _article("writers", "編劇與演算法", _WRITERS, "zh-Hant", publisher="島嶼評論", date="2024"),
    _article("strike", "After the strike", _STRIKE, "en", publisher="Reel Monthly", date="2023-10-01"),
)


@pytest.fixture(scope="session")
def articles() -> dict[str, Article]:
    """Three Simplified articles, a Traditional and an English one, by id."""
    return {article.id: article for article in ARTICLES}


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A real library of the five articles. It is shared: only read it."""
    library = Library.create(tmp_path_factory.mktemp("shared") / "library")
    add_articles(library, ARTICLES)
    yield library
    library.close()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Where `new_library` makes one: in a folder."""
    return Place(tmp_path / "library")


@pytest.fixture
def new_library(place: Place) -> Iterator[Callable[[Sequence[Article]], Library]]:
    """A library of one's own to write to, made of the articles given."""
    opened: list[Library] = []

    def make(articles: Sequence[Article] = (), budget: int = 256) -> Library:
        library = Library.create(place, budget=budget)
        opened.append(library)
        add_articles(library, articles)
        return library

    yield make
    for library in opened:
        library.close()


@pytest.fixture
def stage(tmp_path: Path, articles: dict[str, Article]) -> Path:
    """A folder with a `library` of the folder `articles`, which has changed since; see `stage.set_stage`."""
    from stage import set_stage

    set_stage(tmp_path, articles)
    return tmp_path


@pytest.fixture
def folder(tmp_path: Path, articles: dict[str, Article]) -> Path:
    """The folder of a closed library of the five articles."""
    library = Library.create(tmp_path / "library")
    add_articles(library, articles.values())
    library.close()
    return library.folder


@pytest.fixture(scope="module")
def digests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of the digests in seeds/; tests of a module share it."""
    library = Library.create(tmp_path_factory.mktemp("digests"))
    ingest(library, SEEDS)
    yield library
    library.close()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of the two articles that the page's tests are about; tests of a module share it."""
    library = Library.create(tmp_path_factory.mktemp("film") / "library")
    add_articles(library, [PLAIN, HOSTILE])
    yield library
    library.close()


@pytest.fixture(scope="module")
def address(film: Library) -> Iterator[str]:
    """The page over that library, without a language model."""
    with served(Assistant(film, strictness="lenient")) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless browser that reaches nothing but this machine."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")
    if not CHROMIUM:
        pytest.skip("chromium isn't installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens the page as a new visitor; afterwards nothing may have run, failed or been fetched from elsewhere."""
    contexts, requests, faults = [], [], []

    def open_page(address: str, path: str = "/", **options: Any) -> Any:
        context = browser.new_context(**{"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}} | options)
        contexts.append(context)
        context.on("request", lambda request: requests.append(request.url))
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.set_default_timeout(30_000)
        page.goto(address + path)
        page.wait_for_selector("body.ready .welcome")
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:
            assert page.evaluate("typeof pwned") == "undefined", "a text was executed"
        context.close()
    assert not faults
    assert requests and {re.sub(r":\d+/.*", "", url) for url in requests} == {"http://127.0.0.1"}


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of the module's own."""
    if not postgres_programs():
        pytest.skip("PostgreSQL's initdb isn't installed")
    server = Postgres()
    yield server
    server.delete()


@pytest.fixture(scope="module")
def chroma() -> Iterator[Chroma]:
    """A Chroma server of the module's own."""
    server = Chroma()
    yield server
    server.delete()


@pytest.fixture
def shared(postgres: Postgres, chroma: Chroma, tmp_path: Path) -> Place:
    """A place on both servers, as one machine sees it."""
    return Place(tmp_path / "one", postgres.schema(), chroma.address)


@pytest.fixture(params=["postgres", "chroma"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """One of the two that the library is on; it runs again afterwards."""
    server: Server = request.getfixturevalue(request.param)
    yield server
    if server.process.poll() is not None:
        server.start()


@pytest.fixture
def sources(tmp_path: Path, articles: dict[str, Article]) -> Path:
    """A folder of the five articles as files."""
    from stage import write

    write(tmp_path / "articles", articles)
    return tmp_path / "articles"
