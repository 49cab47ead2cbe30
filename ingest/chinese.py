"""What the page says in Chinese where something went wrong: an error's message → the same in Chinese.

The names in braces are the message's own. tests/test_messages.py finds a message that is raised without its Chinese.
"""

CHINESE = {
    # Files
    "{name} is of a type that can't be read; give one of {kinds}.": "{name} 的格式读不了；可以读的有 {kinds}。",
    "{name} is nested too deeply or too large to read; simplify or split it.": (
        "{name} 嵌套太深或者太大，读不了；请简化，或拆成几个文件。"
    ),
    "{name} holds no text; if it is a scan, run text recognition on it first.": (
        "{name} 里没有文字；如果是扫描件，请先做文字识别。"
    ),
    "{name} holds no text; give a file that holds an article.": "{name} 里没有文字；请给一个有文章的文件。",
    "{name} is no regular file; give a file that holds an article.": "{name} 不是普通文件；请给一个有文章的文件。",
    "{name} can't be opened ({reason}); check that it exists and you may read it.": (
        "{name} 打不开（{reason}）；请确认文件还在，并且有读取权限。"
    ),
    "{name} isn't a possible file name; rename the file.": "{name} 不能作文件名；请给文件改名。",
    "{name} is larger than {size} MB; split it into smaller files.": "{name} 超过 {size} MB；请拆成小一些的文件。",
    "{name} holds more than {most:,} characters; split it into smaller files.": (
        "{name} 超过 {most:,} 字；请拆成小一些的文件。"
    ),
    "{name} isn't text but a file of another format; give it the suffix of its format.": (
        "{name} 不是文本，而是别的格式；请把后缀改成它本来的格式。"
    ),
    "{name} isn't text in any known encoding; save it as UTF-8.": "{name} 的文字编码无法识别；请另存为 UTF-8。",
    "{name} isn't text but binary data; give an article as text.": (
        "{name} 不是文本，而是二进制数据；请给一篇文字文章。"
    ),
    "{name} isn't an HTML page that can be parsed; save the page again.": "{name} 不是能解析的网页；请重新保存网页。",
    "{name} has more than {pages} pages; split it.": "{name} 超过 {pages} 页；请拆开。",
    "{name} is encrypted; save a copy without a password.": "{name} 加了密；请另存一份没有密码的。",
    "{name} is a broken PDF; export or download it again.": "{name} 这个 PDF 已损坏；请重新导出或下载。",
    "{name} is a broken .docx file; open it in a word processor and save it again.": (
        "{name} 这个 .docx 已损坏；请用文字处理软件打开后重新保存。"
    ),
    "{name} unpacks to far more than an article holds; save its text as .txt.": (
        "{name} 解压后远远大过一篇文章；请把文字另存为 .txt。"
    ),
    "{name} takes over {seconds:g} seconds; simplify or split it.": (
        "{name} 读了 {seconds:g} 秒还没读完；请简化或拆开。"
    ),
    "{name} breaks what reads it, or takes too much memory; save it as text.": (
        "{name} 让读取程序崩溃了，或者占用内存太多；请另存为文本。"
    ),
    "{name} needs too much memory to read; simplify or split it.": "读 {name} 需要的内存太多；请简化或拆开。",
    "{name} can't be read ({reason}).": "{name} 读不了（{reason}）。",
    "{name} couldn't be read, unexpectedly ({kind}); please report it.": (
        "读 {name} 时出了意外（{kind}）；请报告给开发者。"
    ),
    # Folders
    "There is nothing at {path}; give a folder with articles, or one file.": (
        "{path} 那里什么也没有；请给一个装着文章的文件夹，或一个文件。"
    ),
    "The folder {path} holds no articles, so the library stays as it is; Changji reads {kinds} files.": (
        "文件夹 {path} 里没有文章，书库保持原样；场记读的是 {kinds} 文件。"
    ),
    "The path {path} has a name in it that isn't text in this system's encoding; rename it, then do the same again.": (
        "路径 {path} 里有按本机编码读不成文字的名称；请改名，然后重做一次。"
    ),
    "The folder {path} is to be the library's own; name another one for the library, as with --library.": (
        "文件夹 {path} 要用来放书库；请给书库另选一个文件夹，例如用 --library。"
    ),
    "it is a link that leads out of the folder; put a copy there instead": "这是指到文件夹外面的链接；请放一份副本进去",
    "its name, or its folder's, isn't text in this system's encoding; rename it": (
        "文件名或所在文件夹的名称按本机编码读不成文字；请改名"
    ),
    "its name holds line breaks or invisible characters; rename it": "文件名里有换行或看不见的字符；请改名",
    "{name} has the same name without its ending": "去掉后缀，它与 {name} 同名",
    "the library has another article named {id}, from {owner}; rename one of them": (
        "书库里已有另一篇叫 {id} 的文章，来自 {owner}；请给其中一个改名"
    ),
    "{kind} is not a type of file that Changji reads": "场记不读 {kind} 这类文件",
    # Addresses
    "“{address}” isn't a possible address; give one like https://example.com/article.": (
        "“{address}”不成网址；应该像 https://example.com/article 这样。"
    ),
    "“{address}” isn't a web address; give one that begins with http:// or https://.": (
        "“{address}”不是网页地址；应该以 http:// 或 https:// 开头。"
    ),
    "The address at {host} holds a name or password; leave them out, or save the page in the browser and ingest the "
    "file.": "{host} 的网址里带了用户名或密码；请去掉，或在浏览器里把网页存成文件再添加。",
    "There is no host {host}; check the address and your connection.": "找不到 {host} 这个网站；请检查网址和网络连接。",
    "{host} is no public address, and Changji reads from no others; save the page in the browser and ingest "
    "the file.": "{host} 不是公网地址，场记不读别的；请在浏览器里把网页存成文件再添加。",
    "{host} redirects more than {most} times; give the address of the article itself.": (
        "{host} 转了 {most} 次以上；请给文章本身的网址。"
    ),
    "{host} can't prove that it is {host} ({reason}); save the page in the browser and ingest the file.": (
        "{host} 的证书有问题（{reason}），不能确认是它；请在浏览器里把网页存成文件再添加。"
    ),
    "{host} offers no secure connection; check the address and your connection.": (
        "与 {host} 建立不了安全连接；请检查网址和网络连接。"
    ),
    "{host} takes too long to answer; try again later, or save the page in the browser and ingest the file.": (
        "{host} 太久没有回应；请稍后再试，或在浏览器里把网页存成文件再添加。"
    ),
    "{host} can't be read from ({reason}); check the address and your connection.": (
        "读不了 {host}（{reason}）；请检查网址和网络连接。"
    ),
    "{host} doesn't answer as the web's protocol demands; check the address.": (
        "{host} 的回应不合网页协议；请检查网址。"
    ),
    "{host} answers “{status}”; check the address.": "{host} 的回应是“{status}”；请检查网址。",
    "{host} answers “{status}”; save the page in the browser and ingest the file.": (
        "{host} 的回应是“{status}”；请在浏览器里把网页存成文件再添加。"
    ),
    "What {host} sends is of type {kind}, not an article; give a page, text, PDF or Word file.": (
        "{host} 发来的是 {kind}，不是文章；可以是网页、文本、PDF 或 Word 文件。"
    ),
    "What {host} sends is larger than {size} MB; give a smaller article.": (
        "{host} 发来的内容超过 {size} MB；请给一篇小一些的文章。"
    ),
    # The library
    "The library at {folder} can't be written ({reason}); nothing half-written is used: check the disk's free space "
    "and the folder's permissions, then do the same again.": (
        "写不了书库 {folder}（{reason}）；没写完的内容不会被用到。请检查磁盘空间和文件夹权限，然后再做一次。"
    ),
    "Another process is writing to the library at {folder}; try again when it has finished.": (
        "另一个程序正在写书库 {folder}；请等它写完再试。"
    ),
    "The library at {folder} is being written by another user; try again when it is done.": (
        "另一个用户正在写书库 {folder}；请等写完再试。"
    ),
    "The library at {folder} can't be written to, nor copied ({reason}); make space there, or in {scratch}, or let "
    "Changji write to the folder.": (
        "书库 {folder} 写不了，也复制不了（{reason}）；请在那里或 {scratch} 腾出空间，或让场记有权写那个文件夹。"
    ),
    "The words index in {folder} can't be read ({reason}); make it anew with `changji doctor --repair`.": (
        "{folder} 里的词索引读不了（{reason}）；请用 `changji doctor --repair` 重建。"
    ),
    "The vectors index in {folder} can't be read ({reason}); check the disk's free space and the folder's permissions, "
    "or make the index anew with `changji doctor --repair`.": (
        "{folder} 里的向量索引读不了（{reason}）；请检查磁盘空间和文件夹权限，或用 `changji doctor --repair` 重建。"
    ),
    "The vectors index in {folder} is incomplete, because a process was ended while it was writing; it is made anew as "
    "soon as nobody writes to the library.": (
        "{folder} 里的向量索引不完整，因为有进程在写的时候被中止了；等没有人写书库时会自动重建。"
    ),
    # Servers
    "The database {address} can't be reached ({reason}); nothing half-written is used: start it or check {variable}, "
    "then do the same again.": (
        "连不上数据库 {address}（{reason}）；没写完的内容不会被用到。请启动它，或检查 {variable}，然后再做一次。"
    ),
    "The database {address} is locked by somebody else's transaction; nothing half-written is used: wait until it has "
    "ended, or end it, then do the same again.": (
        "数据库 {address} 被别人的事务锁住了；没写完的内容不会被用到。请等那个事务结束，或者结束它，然后再做一次。"
    ),
    "The database {address} can't be used ({reason}); check what its user may do.": (
        "用不了数据库 {address}（{reason}）；请检查它的用户有哪些权限。"
    ),
    "The database {address} keeps text as {encoding}, which can't hold every article; make one with `createdb "
    "--encoding UTF8 --template template0 NAME`.": (
        "数据库 {address} 的文字编码是 {encoding}，有些文章存不下；请用 `createdb --encoding UTF8 --template template0 "
        "名字` 另建一个。"
    ),
    "There is no library at {address}; make one with `changji ingest FOLDER`.": (
        "{address} 那里没有书库；请用 `changji ingest 文件夹` 建立。"
    ),
    "{variable} needs the package psycopg; install it with `pip install 'changji[postgres]'`.": (
        "{variable} 需要 psycopg 这个包；请用 `pip install 'changji[postgres]'` 安装。"
    ),
    "The Chroma server {address} can't be reached ({reason}); nothing half-written is used: start it or check "
    "{variable}, then do the same again.": (
        "连不上 Chroma 服务 {address}（{reason}）；没写完的内容不会被用到。请启动它，或检查 {variable}，然后再做一次。"
    ),
    "The vectors on {address} are gone; they are made anew as soon as nobody writes to the library.": (
        "{address} 上的向量不见了；等没有人写书库时会自动重建。"
    ),
    "Where the library lies can't be told ({reason}); name its whole path with --library or {variable}.": (
        "不知道书库在哪里（{reason}）；请用 --library 或 {variable} 给出完整路径。"
    ),
    "The library's folder {folder} has a name in its path that isn't text in this system's encoding; rename it, or "
    "name another with --library.": (
        "书库文件夹 {folder} 的路径里有按本机编码读不成文字的名称；请改名，或用 --library 另选一个。"
    ),
    "{database} shares articles between machines, which must share their vectors too; name a Chroma server in "
    "{chroma}.": "{database} 让几台机器共用文章，向量也得共用；请在 {chroma} 里写上一个 Chroma 服务。",
    "{variable} isn't an address like {example}; signs such as @ / : # in a password are written %40 %2F %3A %23.": (
        "{variable} 不是 {example} 这样的地址；密码里的 @ / : # 等符号要写成 %40 %2F %3A %23。"
    ),
    "The back-up holds a file at {name!r}, where none belongs; restore from another one.": (
        "备份里有个文件不该在那里（{name!r}）；请用另一份备份恢复。"
    ),
    "The library at {folder} was never finished; make it with `changji ingest FOLDER`.": (
        "书库 {folder} 没有建完；请用 `changji ingest 文件夹` 建立。"
    ),
    "The library at {folder} was made by another version of Changji (schema {schema}, this one reads {wanted}); "
    "ingest the articles into a new one with `changji ingest FOLDER --library NEW`.": (
        "书库 {folder} 是另一个版本的场记建的（格式 {schema}，现在这版读 {wanted}）；请用 `changji ingest 文件夹 "
        "--library 新书库` 把文章导入新的书库。"
    ),
    "The library at {folder} was cut into passages by another version of Changji ({splitter}, this one: {wanted}); "
    "bring it up to date with `changji migrate`.": (
        "书库 {folder} 的段落是另一个版本的场记切分的（{splitter}，现在是 {wanted}）；请用 `changji migrate` 更新。"
    ),
    "The library at {folder} was made with the embedder {embedder}, not {wanted}; re-embed it with `changji ingest "
    "--embedder {wanted}`, or leave --embedder out.": (
        "书库 {folder} 用的向量模型是 {embedder}，不是 {wanted}；请用 `changji ingest --embedder {wanted}` 重新计算，"
        "或去掉 --embedder。"
    ),
    "The library at {folder} can't be written to: its folder is read-only or its disk full; change that, or name "
    "another library with --library.": (
        "书库 {folder} 现在只能读，不能写：文件夹是只读的，或磁盘已满。请改正，或用 --library 换一个书库。"
    ),
    "The library at {folder} was made with another version of the embedder {embedder}; bring it up to date with "
    "`changji migrate`.": "书库 {folder} 用的是向量模型 {embedder} 的另一个版本；请用 `changji migrate` 更新。",
    "There is no article {id!r} in the library; there are: {known}.": "书库里没有文章 {id!r}；有这些：{known}。",
    "There is no article {id!r} in the library; there are none yet.": "书库里没有文章 {id!r}，书库还是空的。",
    "The library at {folder} holds no feedback to evaluate; rate answers on the page, and say of poor ones what they "
    "should have said.": "书库里还没有能用来评测的反馈；请在页面上给回答打分，答得不好的写明应有什么。",
    # Embedding models
    "The folder {name} holds no model that sentence-transformers can load ({kind}); give a folder saved by it, or a "
    "name such as BAAI/bge-m3.": (
        "文件夹 {name} 里没有 sentence-transformers 能加载的模型（{kind}）；请给它保存的文件夹，或 BAAI/bge-m3 这样的"
        "名字。"
    ),
    "The model {name} is neither a folder here nor in the local cache, and couldn't be fetched; check the spelling "
    "and the connection, or leave the option out to use the bundled model.": (
        "模型 {name} 既不是这里的文件夹，也不在本地缓存，也下载不到；请检查拼写和网络连接，或去掉这个选项，用自带的模"
        "型。"
    ),
    "The model {name} is neither a folder here nor in the local cache, and couldn't be fetched; check the "
    "spelling and the connection, or leave the option out to go without reranking.": (
        "模型 {name} 既不是这里的文件夹，也不在本地缓存，也下载不到；请检查拼写和网络连接，或去掉这个选项，不作重排。"
    ),
    # Questions
    "The question is empty; ask something about the articles.": "问题是空的；请问一个与文章有关的问题。",
    "The question has {length:,} characters, more than {most:,}; ask it in a sentence or two.": (
        "问题有 {length:,} 字，超过了 {most:,} 字；请用一两句话来问。"
    ),
    "What was asked holds half a character, which is no text; send whole characters, as UTF-8.": (
        "问题里有半个字符，不成文字；请用 UTF-8 发送完整的字符。"
    ),
    # The language model
    "The language model at {where} didn't finish within {seconds:.0f} s; ask again, choose a faster model, or raise "
    "CHANGJI_LLM_TIMEOUT.": (
        "语言模型 {where} 在 {seconds:.0f} 秒内没有答完；请再问一次，换快一些的模型，或调大 CHANGJI_LLM_TIMEOUT。"
    ),
    "The language model at {where} didn't finish in time; ask again, choose a faster model, or raise "
    "CHANGJI_LLM_TIMEOUT.": "语言模型 {where} 没有按时答完；请再问一次，换快一些的模型，或调大 CHANGJI_LLM_TIMEOUT。",
    "The language model at {where} stopped in the middle of its answer; ask again, and look at the server's log if it "
    "stays so.": "语言模型 {where} 答到一半停了；请再问一次，如果还是这样，请查看服务器的记录。",
    "The language model at {where} sent what can't be read; check that CHANGJI_LLM_BASE_URL is an OpenAI-compatible "
    "server.": "语言模型 {where} 发来的内容读不懂；请确认 CHANGJI_LLM_BASE_URL 是兼容 OpenAI 协议的服务。",
    "The language model at {where} can't be reached; start it, or check CHANGJI_LLM_BASE_URL.": (
        "连不上语言模型 {where}；请启动它，或检查 CHANGJI_LLM_BASE_URL。"
    ),
    "The language model at {where} refused the key ({status}); set CHANGJI_LLM_API_KEY to a valid one.": (
        "语言模型 {where} 不接受密钥（{status}）；请把 CHANGJI_LLM_API_KEY 设为有效的密钥。"
    ),
    "The language model at {where} doesn't know this address or the model {model} ({status}); check "
    "CHANGJI_LLM_MODEL, and CHANGJI_LLM_BASE_URL, which usually ends in /v1.": (
        "语言模型 {where} 那里没有这个地址，或没有模型 {model}（{status}）；请检查 CHANGJI_LLM_MODEL，以及通常以 /v1 "
        "结尾的 CHANGJI_LLM_BASE_URL。"
    ),
    "The language model at {where} has too many requests or no credit left (429) and asks to wait {wait:.0f} seconds; "
    "ask again later.": "语言模型 {where} 请求太多或额度用完（429），要求等 {wait:.0f} 秒；请稍后再问。",
    "The language model at {where} has too many requests or no credit left (429); ask again later.": (
        "语言模型 {where} 请求太多或额度用完（429）；请稍后再问。"
    ),
    "The language model at {where} rejected the request ({status}); check CHANGJI_LLM_MODEL, and if its context is "
    "small, set CHANGJI_LLM_CONTEXT to its size in tokens.": (
        "语言模型 {where} 拒绝了请求（{status}）；请检查 CHANGJI_LLM_MODEL；如果它的上下文较短，请把 "
        "CHANGJI_LLM_CONTEXT 设为它的 token 数。"
    ),
    "The language model at {where} failed ({reason}); ask again, and look at its log if it stays so.": (
        "语言模型 {where} 出错了（{reason}）；请再问一次，如果还是这样，请查看它的记录。"
    ),
    "The language model {name} gave an empty answer; ask again, or choose another model.": (
        "语言模型 {name} 的回答是空的；请再问一次，或换一个模型。"
    ),
    "The model {model} has no server: set CHANGJI_LLM_BASE_URL (and CHANGJI_LLM_API_KEY where it needs a key), or use "
    "local:{model} to run it in this process.": (
        "模型 {model} 没有服务地址：请设置 CHANGJI_LLM_BASE_URL（需要密钥的还有 CHANGJI_LLM_API_KEY），或用 local:"
        "{model} 在本机运行。"
    ),
    "The model has no server; give the server's address too.": "这个模型没有服务地址；请把服务地址也填上。",
    "No model is named for {server}: set CHANGJI_LLM_MODEL to one that this server has.": (
        "没有说用 {server} 的哪个模型：请把 CHANGJI_LLM_MODEL 设为那里有的模型。"
    ),
    "The language model's key (CHANGJI_LLM_API_KEY) has no server: set CHANGJI_LLM_BASE_URL and CHANGJI_LLM_MODEL "
    "too, or OPENAI_API_KEY instead for OpenAI.": (
        "语言模型的密钥（CHANGJI_LLM_API_KEY）没有服务地址：请把 CHANGJI_LLM_BASE_URL 和 CHANGJI_LLM_MODEL 也设上；用 "
        "OpenAI 的话请改设 OPENAI_API_KEY。"
    ),
    "{variable} is {tokens:g}, too little for a question and a passage; set it to {least:,} tokens or more.": (
        "{variable} 是 {tokens:g}，放不下一个问题和一段文章；请设为 {least:,} 个词元或更多。"
    ),
    "{variable} is {written!r}; set it to a number above zero, or leave it out for {default:g}.": (
        "{variable} 现在是 {written!r}；请设为大于零的数，不设则为 {default:g}。"
    ),
    "CHANGJI_LLM_BASE_URL isn't an address: it should look like http://localhost:11434/v1.": (
        "服务地址（CHANGJI_LLM_BASE_URL）不成网址：应该像 http://localhost:11434/v1 这样。"
    ),
    "No model is named after local:; write for example local:Qwen/Qwen3-1.7B, or local:FOLDER.": (
        "local: 后面没有模型名；请写成 local:Qwen/Qwen3-1.7B 或 local:文件夹 这样。"
    ),
    "The model {name} has no chat template; choose one made for chat, such as Qwen/Qwen3-1.7B.": (
        "模型 {name} 没有对话模板；请选对话用的模型，例如 Qwen/Qwen3-1.7B。"
    ),
    "The folder {name} holds no chat model that transformers can load ({kind}); give one saved with save_pretrained "
    "as safetensors.": (
        "文件夹 {name} 里没有 transformers 能加载的对话模型（{kind}）；请给用 save_pretrained 存成 safetensors 的模型。"
    ),
    "The model {name} is neither a folder here nor in the local cache, and couldn't be fetched ({kind}); check the "
    "spelling and the connection.": (
        "模型 {name} 既不是这里的文件夹，也不在本地缓存，也下载不到（{kind}）；请检查拼写和网络连接。"
    ),
}
