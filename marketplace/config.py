"""The settings of an installation: one frozen object, read from the environment and ``.env`` and checked at start.

A wrong setting stops the program with the name of the variable and what it may be, before anything is opened. Each
field is its variable in lower case and carries its own documentation; docs/settings.md is the table of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from marketplace import environment, secret_key
from marketplace import setting_kinds as kinds

ENGINES = ("embedded", "elasticsearch")


class ConfigurationError(Exception):
    """A setting is missing or wrong; the message has a line for each, and never the value of a secret."""


def _setting(kind: kinds.Kind, default: str, zh: str, en: str, *, repr: bool = True) -> Any:
    """Describe a field; ``default`` is text as in the environment and may name fields declared before it."""
    return field(repr=repr, metadata={"kind": kind, "default": default, "zh": zh, "en": en})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an installation may choose. Paths are absolute, ``database_url`` names its driver."""

    marketplace_env: str = _setting(
        kinds.one_of("development", "production", "testing"),
        "development",
        "运行环境；production 必须设置 SECRET_KEY",
        "Kind of installation; production requires SECRET_KEY",
    )
    instance_path: Path = _setting(
        kinds.FOLDER, "instance", "存放数据库、索引和密钥的文件夹", "Folder of the database, the index and the key"
    )
    # What is left out of the object's repr is a secret, and no message shows it.
    secret_key: str = _setting(
        kinds.SECRET_KEY,
        "",
        "会话签名密钥；production 以外留空则自动生成，保存在 INSTANCE_PATH/secret_key",
        "Key that signs sessions; left empty outside production, one is made and kept in INSTANCE_PATH/secret_key",
        repr=False,
    )
    database_url: str = _setting(
        kinds.DATABASE_URL,
        "sqlite:///{instance_path}/marketplace.db",
        "数据库地址",
        "Address of the database",
        repr=False,
    )
    search_engine: str = _setting(kinds.one_of(*ENGINES), "embedded", "检索引擎", "Search engine")
    index_path: Path = _setting(
        kinds.FOLDER, "{instance_path}/index", "内置检索引擎的索引文件夹", "Folder of the embedded engine's index"
    )
    elasticsearch_url: tuple[str, ...] = _setting(
        kinds.ADDRESSES,
        "http://127.0.0.1:9200",
        "Elasticsearch 各节点的地址，逗号分隔",
        "Addresses of the nodes of Elasticsearch, separated by commas",
    )
    elasticsearch_api_key_file: Path | None = _setting(
        kinds.FILE,
        "",
        "存放 Elasticsearch API key（编码形式）的文件；留空则不带凭据",
        "File that holds the API key of Elasticsearch, encoded; without credentials when empty",
    )
    elasticsearch_ca_file: Path | None = _setting(
        kinds.FILE,
        "",
        "签发 Elasticsearch 证书的 CA 证书文件；留空用系统信任的 CA",
        "Certificate of the authority that signed Elasticsearch's; those the system trusts when empty",
    )
    elasticsearch_prefix: str = _setting(
        kinds.PREFIX, "marketplace", "Elasticsearch 索引名的开头", "What index names in Elasticsearch begin with"
    )
    elasticsearch_timeout: float = _setting(
        kinds.seconds(0.1, 60),
        "1.0",
        "检索等待 Elasticsearch 的秒数，超过则改用数据库的普通检索",
        "Seconds a question waits for Elasticsearch before the database's plain search answers it",
    )
    embedding_model: str = _setting(
        kinds.TEXT, "", "语义模型；留空用自带的模型", "Embedding model; the bundled one when empty"
    )
    default_language: str = _setting(
        kinds.one_of("zh_Hans", "en"), "zh_Hans", "访客未选择时的界面语言", "Language of pages until a visitor chooses"
    )
    page_size: int = _setting(kinds.whole(1, 100), "20", "每页条数", "Results on a page")
    match_limit: int = _setting(kinds.whole(1, 100), "10", "每条需求保留的匹配数", "Matches kept for a demand")
    calibration_answers: int = _setting(
        kinds.whole(20, 1_000_000),
        "200",
        "有多少条答复后才显示匹配的概率",
        "Answers to matches needed before a probability is shown",
    )
    outbox_batch: int = _setting(
        kinds.whole(1, 10_000), "500", "一次索引同步处理的变更数", "Changes the index takes over at once"
    )
    outbox_days: int = _setting(
        kinds.whole(1, 3650),
        "30",
        "已同步并匹配的变更，多少天后删除；每条记录的最后一次变更总是留着",
        "Days after which a change that was indexed and matched is deleted; the last of each record always stays",
    )
    export_most_rows: int = _setting(
        kinds.whole(10, 1_000_000), "10000", "一次导出最多的行数", "Rows a list taken away as a file may have"
    )
    ingest_batch: int = _setting(
        kinds.whole(1, 10_000), "500", "导入时一次提交的行数", "Rows an import commits at once"
    )
    ingest_max_cell: int = _setting(
        kinds.whole(100, 10_000_000), "100000", "导入单元格的最大字数", "Longest cell an import accepts, in characters"
    )
    max_upload_bytes: int = _setting(
        kinds.whole(1024, 2**31), "20971520", "上传内容的最大字节数", "Largest upload, in bytes"
    )
    files_path: Path = _setting(
        kinds.FOLDER, "{instance_path}/files", "附件的文件夹，要备份", "Folder of the files of records, to be backed up"
    )
    files_per_record: int = _setting(
        kinds.whole(1, 1000), "20", "一条记录最多的附件数", "Files a record may have at most"
    )
    file_bytes_per_record: int = _setting(
        kinds.whole(1024, 2**40),
        "104857600",
        "一条记录的附件合计最多的字节数",
        "Bytes the files of a record may have together",
    )
    virus_scanner: str = _setting(
        kinds.VIRUS_SCANNER,
        "",
        "用什么扫描上传的文件：clamd，或从标准输入读文件、0 为无毒、1 为有毒的命令；留空则不扫描",
        "What scans uploaded files: clamd, or a command that reads a file and ends with 0 for clean and 1 for infected;"
        " none does when empty",
    )
    virus_scanner_away: str = _setting(
        kinds.one_of("hold", "refuse"),
        "hold",
        "扫描程序不可用时：先收下，扫描之前不给出；或不接收",
        "While the scanner is away: take a file and hold it back until it was scanned, or refuse it",
    )
    record_unanswered: bool = _setting(
        kinds.FLAG,
        "true",
        "记下没有找到结果的检索词（不含是谁问的），供工作人员补充叙词",
        "Note questions that found nothing, without whoever asked, so that staff can add the words",
    )
    unanswered_days: int = _setting(
        kinds.whole(1, 3650),
        "365",
        "没有找到结果的检索词，多少天没人再问就删除",
        "Days after which a question that found nothing is deleted, unless it is asked again",
    )
    unanswered_most: int = _setting(
        kinds.whole(100, 1_000_000),
        "10000",
        "最多保留多少条没有找到结果的检索词；满了先去掉问得最少的",
        "Questions that found nothing kept at most; the least asked makes room for a new one",
    )
    force_https: bool = _setting(kinds.FLAG, "false", "把 HTTP 请求转到 HTTPS", "Redirect HTTP requests to HTTPS")
    trusted_proxies: int = _setting(
        kinds.whole(0, 9),
        "0",
        "前面有几层反向代理，采信其转发的访客地址和协议",
        "Reverse proxies in front, whose word on a visitor's address and protocol is taken",
    )
    rate_limit: str = _setting(
        kinds.RATE_LIMIT, "120 per minute", "每个地址的请求频率上限", "How often one address may ask"
    )
    sign_in_rate_limit: str = _setting(
        kinds.RATE_LIMIT,
        "20 per minute",
        "每个地址登录、注册和重设密码的频率上限",
        "How often one address may sign in, register or ask for a new password",
    )
    sign_in_attempts: int = _setting(
        kinds.whole(3, 100), "10", "连续登录失败多少次后锁定账号", "Failures in a row after which an account is locked"
    )
    sign_in_lock_minutes: int = _setting(
        kinds.whole(1, 1440), "15", "账号锁定多少分钟", "Minutes for which an account stays locked"
    )
    account_traces_days: int = _setting(
        kinds.whole(1, 3650),
        "90",
        "登录记录、邮件链接、接口令牌、邮件、读过的通知和推送记录，结束多少天以后删除",
        "Days after which sign-ins, links, tokens, mails, notices read and events sent are deleted",
    )
    site_address: str = _setting(
        kinds.ADDRESS,
        "http://127.0.0.1:8000",
        "网站的地址，写在邮件的链接里",
        "Address of the site, which the links in mails begin with",
    )
    # It may hold the password of a mail server.
    mail_url: str = _setting(
        kinds.MAIL_URL,
        "console:",
        "怎样发出邮件：打印、写入文件夹，或交给邮件服务器（smtp 加密用 STARTTLS，smtps 用 TLS）",
        "How mail is sent: printed, written into a folder, or by a server (smtp with STARTTLS, smtps with TLS)",
        repr=False,
    )
    mail_from: str = _setting(kinds.ADDRESS_OF_MAIL, "noreply@localhost", "邮件的发件人地址", "Sender of mails")
    tsa_url: str = _setting(
        kinds.TSA_URL,
        "",
        "时间戳机构（RFC 3161）的地址，为每次提交加盖时间戳；留空则不加盖",
        "Address of the time-stamping authority (RFC 3161) that stamps each submission; none is asked when empty",
    )
    tsa_ca_file: Path | None = _setting(
        kinds.FILE,
        "",
        "时间戳机构的根证书文件（PEM），设置 TSA_URL 时必填；换了根证书，旧的也要留在文件里",
        "Root certificates of that authority (PEM), needed with TSA_URL; former roots stay in the file",
    )
    metrics_token: str = _setting(
        kinds.TOKEN,
        "",
        "读取监控指标 /metrics 的令牌；留空则没有指标",
        "Token for reading the figures at /metrics; there are none when empty",
        repr=False,
    )
    worker_metrics_address: tuple[str, int] | None = _setting(
        kinds.LISTENING,
        "",
        "索引进程在哪里提供它的监控指标；留空则不提供",
        "Where the worker gives its figures; nowhere when empty",
    )
    webhook_private: bool = _setting(
        kinds.FLAG,
        "false",
        "推送可以发到本机和内网、可以不加密；只用于开发和测试",
        "Let webhooks go to this machine and private networks, and unencrypted; for development and tests alone",
    )
    log_level: str = _setting(
        kinds.one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", "日志级别", "Least severity logged"
    )
    log_format: str = _setting(
        kinds.one_of("json", "console"),
        "json",
        "日志格式：给机器或给人看",
        "Form of the log: for machines or for people",
    )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read and check the settings; raise ConfigurationError that lists every one that is missing or wrong.

        Without ``environ`` they come from the process's environment and, below it, ``.env`` in the working folder;
        with it, from there alone. An empty variable counts as not set. A secret may stand in a file instead, which
        the variable with ``_FILE`` at its end names.
        """
        given = environment.variables({setting.name.upper() for setting in fields(cls)}) if environ is None else environ
        values: dict[str, Any] = {}
        problems = []
        for setting in fields(cls):
            read, text = environment.text_of if setting.repr else environment.secret_of, ""
            try:
                text = read(setting.name.upper(), given) or _default(setting, values)
                values[setting.name] = setting.metadata["kind"].read(text)
            except environment.SecretUnreadable as error:
                problems.append(str(error))
            except ValueError:
                problems.append(_problem(setting, text))
        if values.get("tsa_url") and values.get("tsa_ca_file") is None:
            problems.append("设置了 TSA_URL，还缺少 TSA_CA_FILE，应为：时间戳机构根证书的文件。")
        if problems:
            raise ConfigurationError("\n".join(problems))
        return cls(**values)


def _default(setting: Field[Any], values: Mapping[str, Any]) -> str:
    if setting.name == "secret_key" and values.get("marketplace_env") in ("development", "testing"):
        return _kept_secret_key(values["instance_path"] / "secret_key")
    return str(setting.metadata["default"]).format_map(values)


def _problem(setting: Field[Any], text: str) -> str:
    name, allowed = setting.name.upper(), setting.metadata["kind"].allowed
    if not text:
        return f"缺少设置 {name}，应为：{allowed}。"
    if not setting.repr:
        return f"设置 {name} 的值不对（不显示），应为：{allowed}。"
    return f"设置 {name}={text} 不对，应为：{allowed}。"


def _kept_secret_key(file: Path) -> str:
    try:
        return secret_key.kept(file)
    except OSError as error:
        raise ConfigurationError(f"没有设置 SECRET_KEY，也不能保存到 {file}：{error.strerror}。") from error
