"""The client of a cluster, and what can go wrong with it in the terms of this package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import elastic_transport
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from search import deadline
from search.errors import IndexBlocked, IndexBusy, IndexMissing, IndexUnavailable, SearchError

# Writing, creating and removing take longer than a reader would wait.
_PATIENCE_SECONDS = 60.0
_RETRIES = 3


@dataclass(frozen=True, slots=True)
class Connection:
    """``asking`` gives up after the time a reader waits, ``writing`` is patient; ``prefix`` begins every index name."""

    asking: Elasticsearch
    writing: Elasticsearch
    prefix: str

    def close(self) -> None:
        with typed():
            self.asking.close()


def connect(
    urls: Sequence[str],
    *,
    prefix: str,
    timeout: float,
    api_key_file: Path | None = None,
    ca_file: Path | None = None,
) -> Connection:
    """Return a connection to the nodes of a cluster; nothing is asked of them yet.

    ``timeout`` is the seconds a question may take. A question to a node that cannot be reached goes to the next one.
    Raises IndexUnavailable where the key cannot be read or the addresses are wrong.
    """
    try:
        options: dict[str, Any] = {"api_key": api_key_file.read_text("utf-8").strip()} if api_key_file else {}
        if ca_file:
            options["ca_certs"] = str(ca_file.resolve(strict=True))
        client = Elasticsearch(
            list(urls),
            max_retries=_RETRIES,
            retry_on_timeout=False,
            retry_on_status=(),
            request_timeout=timeout,
            transport_class=_InTime,
            **options,
        )
    except (OSError, ValueError) as error:
        raise IndexUnavailable(f"无法使用 Elasticsearch 的连接设置，请检查地址、密钥文件和证书文件：{error}") from error
    return Connection(client, client.options(request_timeout=_PATIENCE_SECONDS), prefix)


class _InTime(elastic_transport.Transport):
    """Gives a request no more time than is left of the question it belongs to."""

    def perform_request(self, *what: Any, **options: Any) -> elastic_transport.TransportApiResponse:
        if deadline.is_set():
            options["request_timeout"] = min(options["request_timeout"], deadline.left())
        return super().perform_request(*what, **options)


@contextmanager
def typed() -> Iterator[None]:
    """Raise whatever the client raises as an error of this package."""
    try:
        yield
    except elastic_transport.ConnectionTimeout as error:
        raise IndexUnavailable("Elasticsearch 没有及时答复，请稍后再试。") from error
    except elastic_transport.TlsError as error:
        raise IndexUnavailable(
            f"与 Elasticsearch 的加密连接失败，请检查 ELASTICSEARCH_CA_FILE：{error.message}"
        ) from error
    except elastic_transport.TransportError as error:
        raise IndexUnavailable("无法连接 Elasticsearch，请检查它是否在运行，以及 ELASTICSEARCH_URL。") from error
    except UnsupportedProductError as error:
        raise IndexUnavailable("ELASTICSEARCH_URL 所指的服务不是 Elasticsearch。") from error
    except ApiError as error:
        raise failure(error.meta.status, _cause(error.body)) from error


def failure(status: int, cause: Mapping[str, Any]) -> SearchError:
    """Return the error for a refusal, by its status and the type and reason the server gave."""
    kind, reason = str(cause.get("type", "")), str(cause.get("reason") or cause.get("type") or status)
    if kind == "cluster_block_exception":
        return IndexBlocked(_blocked(reason))
    if status == 429:
        return IndexBusy("Elasticsearch 过于繁忙，请稍后再试。")
    if status in (401, 403):
        return IndexUnavailable(f"Elasticsearch 拒绝了所给的凭据或权限，请检查 ELASTICSEARCH_API_KEY_FILE：{reason}")
    if kind == "index_not_found_exception":
        return IndexMissing("Elasticsearch 中没有这个索引，请先运行 flask index sync。")
    if kind == "task_cancelled_exception":
        # The server gave up what nobody waited for any more.
        return IndexUnavailable("Elasticsearch 没有及时答复，请稍后再试。")
    if status == 400:
        return SearchError(f"Elasticsearch 不接受这个请求：{reason}")
    return IndexUnavailable(f"Elasticsearch 暂时不能答复：{reason}")


def _blocked(reason: str) -> str:
    if "flood-stage" in reason or "read-only-allow-delete" in reason:
        return f"Elasticsearch 的磁盘快满了，索引已变为只读；腾出空间后会自动恢复：{reason}"
    return f"Elasticsearch 的索引现在不可写，请管理员解除：{reason}"


def _cause(body: Any) -> Mapping[str, Any]:
    """Return the innermost reason of an error, which is the one that says something."""
    error = body.get("error", {}) if isinstance(body, Mapping) else {}
    if not isinstance(error, Mapping):
        return {"reason": str(error)}
    causes = error.get("root_cause") or []
    return causes[0] if causes else error
