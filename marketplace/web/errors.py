"""One table from what went wrong to what is answered: a page in the reader's language, or problem details (RFC 9457).

The domain raises typed errors that know nothing of HTTP; this is the only place where they become status codes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog
from flask import Flask, Response, current_app, json, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from marketplace.errors import (
    N_,
    Conflict,
    DomainError,
    Invalid,
    LinkSpent,
    NotAllowed,
    NotFound,
    StaleRevision,
    Unavailable,
)
from marketplace.web.api.parsing import BadParameter
from marketplace.web.security import is_api
from marketplace.web.tracing import request_id
from search.errors import IndexLocked, IndexUnavailable, SearchError

# The nearest class in an error's ancestry decides. Every HTTPException brings its own status.
STATUSES: dict[type[Exception], int] = {
    NotFound: 404,
    NotAllowed: 403,
    BadParameter: 400,
    # A number or a sign that no database holds, in an address or a field that nobody types into.
    DataError: 400,
    OverflowError: 400,
    Invalid: 422,
    StaleRevision: 409,
    StaleDataError: 409,
    Conflict: 409,
    LinkSpent: 410,
    Unavailable: 503,
    OperationalError: 503,
    SearchError: 503,
}

# What a status means and what the reader can do; any other one is told as its class, 400 or 500.
WORDS: dict[int, tuple[str, str]] = {
    400: (N_("请求无法理解"), N_("请返回上一页，刷新后再试。")),
    401: (N_("需要登录"), N_("请登录，或在请求头里带上有效的令牌。")),
    403: (N_("没有权限"), N_("这一页不对您开放。")),
    404: (N_("没有这一页"), N_("地址可能有误，或者内容已不再公开。")),
    405: (N_("不支持这种操作"), N_("请从页面上的链接或按钮进入。")),
    409: (N_("现在不能这样做"), N_("请重新打开，核对后再提交。")),
    410: (N_("链接已失效"), N_("请重新申请。")),
    413: (N_("提交的内容太大"), N_("请删减后再提交。")),
    422: (N_("内容有误"), N_("请改正后再提交。")),
    429: (N_("请求太频繁"), N_("请稍候一分钟再试。")),
    500: (N_("服务器出错"), N_("问题已记录，请稍后再试；如需联系我们，请附上下面的请求编号。")),
    503: (N_("暂时无法使用"), N_("请稍后再试。")),
}

# Of what the present state does not allow, this is what somebody else did meanwhile; the advice is the same.
_CHANGED = N_("内容已被他人修改")

# Where the API says in its own words what is wrong with a request; other descriptions are werkzeug's, in English.
_WORDED_BY_API = (400, 401, 415, 428)

_INDEX = N_("检索索引尚未就绪，请管理员运行 flask index rebuild。")
_LOCKED = N_("检索索引正在更新，请稍后再试。")
_AWAY = N_("检索服务暂时不可用，请稍后再试。")
_TOO_LARGE = N_("一次提交的内容连同附件最多 %(most)s MB；请返回上一页，压缩附件或者分几次提交。")
_DATABASE = N_("数据库暂时无法使用，请稍后再试。")


logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is answered: ``fields`` holds the sentences for each field to mend, ``versions`` the two that differ."""

    status: int
    title: str
    detail: str
    fields: Mapping[str, list[str]] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def init_app(app: Flask) -> None:
    for kind in (*STATUSES, HTTPException):
        app.register_error_handler(kind, answer)


def answer(error: Exception) -> ResponseReturnValue:
    """Answer an error in the form and the language of whoever asked."""
    if isinstance(error, HTTPException) and (error.code is None or error.code < 400):
        # A redirection is an exception to werkzeug only.
        return error
    problem = problem_of(error)
    if problem.status == 503:
        logger.error("unavailable", error=type(error).__name__)
    if isinstance(error, DataError | OverflowError):
        logger.warning("not_held", error=type(error).__name__)
    if is_api():
        return problem_details(problem)
    page = render_template("error.html", problem=problem, request_id=request_id())
    return page, problem.status, dict(problem.headers)


def problem_of(error: Exception) -> Problem:
    """Return what an error means to whoever asked, in the current language."""
    status = _status(error)
    title, advice = WORDS.get(status) or WORDS[400 if status < 500 else 500]
    return Problem(
        status=status,
        title=gettext(_CHANGED if isinstance(error, StaleRevision | StaleDataError) else title),
        detail=_detail(error) or gettext(advice),
        fields={name: [gettext(s) for s in sentences] for name, sentences in error.fields.items()}
        if isinstance(error, Invalid)
        else {},
        versions={"given": error.given, "current": error.current} if isinstance(error, StaleRevision) else {},
        headers=_headers(error),
    )


def problem_details(problem: Problem) -> Response:
    """Return a problem as ``application/problem+json``."""
    members = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.path,
        **problem.versions,
    }
    if problem.fields:
        members["errors"] = dict(problem.fields)
    return Response(json.dumps(members), problem.status, problem.headers, content_type="application/problem+json")


def _status(error: Exception) -> int:
    if isinstance(error, HTTPException):
        return error.code or 500
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def _detail(error: Exception) -> str:
    """Return the sentence an error has of its own; only errors of ours are sure to tell nothing they should not."""
    translate: Callable[[str], str] = gettext
    if isinstance(error, DomainError):
        return error.text(translate)
    if isinstance(error, IndexLocked):
        return translate(_LOCKED)
    if isinstance(error, IndexUnavailable):
        return translate(_AWAY)
    if isinstance(error, SearchError):
        return translate(_INDEX)
    if isinstance(error, OperationalError):
        return translate(_DATABASE)
    if isinstance(error, RequestEntityTooLarge):
        return gettext(_TOO_LARGE, most=f"{current_app.config['MAX_CONTENT_LENGTH'] / 2**20:g}")
    if isinstance(error, HTTPException) and is_api() and error.code in _WORDED_BY_API:
        is_own = error.description != type(error).description
        return str(error.description) if is_own else ""
    return ""


def _headers(error: Exception) -> dict[str, str]:
    """Return what an HTTP error says beside its status: which methods there are, when to try again."""
    if not isinstance(error, HTTPException):
        return {}
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return headers | ({"Retry-After": "60"} if error.code == 429 else {})
