"""What a mail says, in plain text, in the language of its recipient."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from marketplace.services.mail.deal_texts import DEALS
from marketplace.services.mail.following_texts import FOLLOWING, STOP
from marketplace.services.mail.listing_texts import LISTINGS
from marketplace.services.mail.match_texts import MATCHES
from marketplace.services.mail.naming_texts import NAMING
from marketplace.services.mail.people_texts import PEOPLE
from marketplace.services.mail.review_texts import NOUNS, REVIEW
from marketplace.services.mail.studio_texts import STUDIOS

# Where the links lead; the web answers at these addresses.
LINK = "/account/link?key={secret}"
PART = "/submissions/part?key={secret}"
SUBMISSIONS = "/submissions"
FORGOTTEN = "/account/forgotten"
SIGN_IN = "/account/sign-in"
QUEUE = "/curation/queue"
BELOW = "/curation/queue/below"
SHEETS = "/judging"
DEPUTIES = "/curation/deputies"
TERMS = "/curation/honours/terms"
PERSON = "/curation/honours/people/"
APPLICATION = "/naming/applications/"
PREFERENCES = "/notices/preferences"
SEARCH = "/saved-searches/"
UNSUBSCRIBE = "/unsubscribe/"

_SIGNATURES = {
    "zh_Hans": "\n\n职工创新成果转化平台\n{site}\n这封邮件由系统发出，请不要回复。\n",
    "en": "\n\nWorkers' innovation exchange\n{site}\nThis message was sent by the system; please do not reply.\n",
}
# Nobody is called by name: whoever registers writes the name, and the address may be somebody else's.
_GREETINGS = {"zh_Hans": "您好：\n\n", "en": "Hello,\n\n"}

# For each kind and language the subject and the text.
TEXTS: dict[str, dict[str, tuple[str, str]]] = {
    "confirm": {
        "zh_Hans": (
            "请确认邮箱并设置密码",
            "请在两天之内打开下面的网址，设置密码，账号随即开通：\n{link}\n\n如果不是您注册的，请忽略这封邮件。",
        ),
        "en": (
            "Confirm your address and set a password",
            "Open this address within two days and set a password; your account is then open:\n{link}\n\n"
            "If you did not register, ignore this message.",
        ),
    },
    "already_registered": {
        "zh_Hans": (
            "您的邮箱已经注册过",
            "有人用这个邮箱注册，而您已经有账号。请直接登录：\n{sign_in}\n忘记密码时请重设：\n{forgotten}\n\n"
            "如果不是您操作的，请忽略这封邮件。",
        ),
        "en": (
            "Your address is already registered",
            "Somebody registered with this address, and you already have an account. Sign in:\n{sign_in}\n"
            "or set a new password:\n{forgotten}\n\nIf it was not you, ignore this message.",
        ),
    },
    "reset": {
        "zh_Hans": (
            "重设密码",
            "请在一小时之内打开下面的网址，设置新的密码：\n{link}\n\n如果不是您要求的，请忽略这封邮件，原来的密码不变。",
        ),
        "en": (
            "Set a new password",
            "Open this address within an hour and set a new password:\n{link}\n\n"
            "If you did not ask for it, ignore this message; your password stays as it is.",
        ),
    },
    "invite": {
        "zh_Hans": (
            "邀请您使用职工创新成果转化平台",
            "工会工作人员为您开设了账号。请在十四天之内打开下面的网址，设置密码：\n{link}",
        ),
        "en": (
            "You are invited to the workers' innovation exchange",
            "Union staff have opened an account for you. Open this address within fourteen days and set a password:\n"
            "{link}",
        ),
    },
    "granted": {
        "zh_Hans": ("您的角色有变动", "工会工作人员为您的账号授予了新的角色。登录后可以查看：\n{sign_in}"),
        "en": (
            "Your roles have changed",
            "Union staff have given your account a new role. Sign in to see it:\n{sign_in}",
        ),
    },
    "locked": {
        "zh_Hans": (
            "账号暂时锁定",
            "您的账号连续多次登录失败，已锁定 {minutes} 分钟。如果不是您操作的，请重设密码：\n{forgotten}",
        ),
        "en": (
            "Your account is locked for a while",
            "Signing in to your account failed several times in a row, and it is locked for {minutes} minutes. "
            "If it was not you, set a new password:\n{forgotten}",
        ),
    },
    "recovery_code_used": {
        "zh_Hans": (
            "有人用恢复码登录了您的账号",
            "您账号的一个恢复码刚刚用过，还剩 {left} 个。用完之前请登录，重新生成一组：\n{sign_in}\n"
            "如果不是您操作的，请立即重设密码：\n{forgotten}",
        ),
        "en": (
            "A recovery code of your account was used",
            "A recovery code of your account was used just now; {left} are left. Sign in and make new ones before they "
            "run out:\n{sign_in}\nIf it was not you, set a new password at once:\n{forgotten}",
        ),
    },
    "second_factor_removed": {
        "zh_Hans": (
            "二次验证已关闭",
            "您账号的二次验证刚刚关闭，登录不再需要动态码。如果您没有要求过，请立即重设密码：\n{forgotten}",
        ),
        "en": (
            "Your second factor was removed",
            "The second factor of your account was removed just now; signing in takes no code any more. "
            "If you did not ask for it, set a new password at once:\n{forgotten}",
        ),
    },
    "part": {
        "zh_Hans": (
            "请确认您的份额",
            "《{title}》写明或者改动了您的次序、份额和贡献。请打开下面的网址看一看，同意或者写明不同意的理由：\n{part}\n"
            "这个网址只能答复一次，请不要转给他人。",
        ),
        "en": (
            "Please confirm your share",
            "“{title}” names you among those who made it, or names you otherwise than before. Open this address, look "
            "at the order, the share and the part, and agree, or say why not:\n{part}\n"
            "The address takes one answer; please do not pass it on.",
        ),
    },
    "join_asked": {
        "zh_Hans": (
            "有人请求加入您的成果",
            "有人请求列为《{title}》的完成人。登录后在“我的成果”里查看并答复：\n{submissions}",
        ),
        "en": (
            "Somebody asks to join your achievement",
            "Somebody asks to be named as a completer of “{title}”. Sign in and answer under “My achievements”:\n"
            "{submissions}",
        ),
    },
    "join_answered": {
        "zh_Hans": (
            "您的加入请求有了答复",
            "您请求列为《{title}》的完成人，对方已经答复。登录后查看：\n{submissions}",
        ),
        "en": (
            "Your request to join was answered",
            "You asked to be named as a completer of “{title}”, and the answer is there. Sign in to see it:\n"
            "{submissions}",
        ),
    },
    "password_set": {
        "zh_Hans": (
            "密码已设置",
            "您账号的密码刚刚设置过，其他浏览器都已退出登录。如果不是您操作的，请立即重设：\n{forgotten}",
        ),
        "en": (
            "Your password was set",
            "The password of your account was set just now, and every other browser is signed out. "
            "If it was not you, set a new one at once:\n{forgotten}",
        ),
    },
    **DEALS,
    **FOLLOWING,
    **LISTINGS,
    **MATCHES,
    **NAMING,
    **PEOPLE,
    **REVIEW,
    **STUDIOS,
}


@dataclass(frozen=True, slots=True)
class Message:
    """A mail as it is sent; ``headers`` are those beyond what every mail has."""

    recipient: str
    subject: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """The same on a page: a subject, a text without addresses, and the path of what it is about, empty where none."""

    subject: str
    text: str
    path: str


# A line of a text that is an address and nothing else.
_ADDRESS = re.compile(r"^/\S+$", re.MULTILINE)
_SIGNED_IN = f"{SIGN_IN}?next="


def message(recipient: str, language: str, kind: str, values: Mapping[str, str], site: str) -> Message:
    """Return a mail as it is sent; ``site`` is the address of the installation, which the links begin with."""
    site = site.rstrip("/")
    subject, text = _filled(language, kind, values, site)
    signature = _SIGNATURES[language].format(site=site)
    if "unsubscribe" not in values:
        return Message(recipient, subject, f"{_GREETINGS[language]}{text}{signature}")
    address = f"{site}{UNSUBSCRIBE}{values['unsubscribe']}"
    # One click in the mail program, without a page (RFC 8058).
    headers = {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    text += STOP[language].format(address=address)
    return Message(recipient, subject, f"{_GREETINGS[language]}{text}{signature}", headers)


def told(language: str, kind: str, values: Mapping[str, str]) -> Told:
    """Return a notice as the product shows it, from what its mail says."""
    subject, text = _filled(language, kind, values, "")
    path = next(iter(_ADDRESS.findall(text)), "")
    plain = "\n".join(line.rstrip("：:") for line in _ADDRESS.sub("", text).splitlines() if line.strip())
    return Told(subject, plain, unquote(path.removeprefix(_SIGNED_IN)) if path.startswith(_SIGNED_IN) else path)


def _filled(language: str, kind: str, values: Mapping[str, str], site: str) -> tuple[str, str]:
    """Return the subject and the text of a kind with everything filled in."""
    noun, number = values.get("noun", "achievement"), values.get("number", "")
    page = quote(f"/{noun}s/{number}", safe="")
    filled = {
        **values,
        "what": NOUNS[language][noun].format(number=number),
        "page": f"{site}{SIGN_IN}?next={page}",
        "people": f"{site}{SIGN_IN}?next={quote(f'{SUBMISSIONS}/{number}', safe='')}",
        "reviews": f"{site}/studios/reviews",
        "review_page": f"{site}{SIGN_IN}?next={quote('/studios/reviews/' + values.get('review', ''), safe='')}",
        "studio": f"{site}{SIGN_IN}?next={quote(f'/studios/records/{number}', safe='')}",
        "application_page": f"{site}{SIGN_IN}?next={quote(APPLICATION + values.get('application', ''), safe='')}",
        "listing_page": f"{site}{SIGN_IN}?next={quote('/listings/' + values.get('listing', ''), safe='')}",
        "refusals_page": f"{site}{SIGN_IN}?next={quote('/listings/refusals', safe='')}",
        "match_page": f"{site}{SIGN_IN}?next={quote('/matches/' + values.get('match', ''), safe='')}",
        "demand_page": f"{site}{SIGN_IN}?next={quote('/demands/' + values.get('demand', ''), safe='')}",
        "call_page": f"{site}{SIGN_IN}?next={quote('/open-bids/' + values.get('call', ''), safe='')}",
        "introductions": f"{site}{SIGN_IN}?next={quote('/matches/introductions', safe='')}",
        "queue": site + QUEUE,
        "below": site + BELOW,
        "sheets": site + SHEETS,
        "deputies": site + DEPUTIES,
        "terms": site + TERMS,
        "person_page": f"{site}{SIGN_IN}?next={quote(PERSON + values.get('person', ''), safe='')}",
        "site": site,
        "link": site + LINK.format(secret=values.get("secret", "")),
        "part": site + PART.format(secret=values.get("secret", "")),
        "submissions": site + SUBMISSIONS,
        "lines": _ADDRESS.sub(lambda path: site + path[0], values.get("lines", "")),
        "search_page": f"{site}{SIGN_IN}?next={quote(SEARCH + values.get('search', ''), safe='')}",
        "preferences": site + PREFERENCES,
        "webhooks": f"{site}/webhooks",
        "forgotten": site + FORGOTTEN,
        "sign_in": site + SIGN_IN,
    }
    subject, text = TEXTS[kind][language]
    return subject.format_map(filled), text.format_map(filled)
