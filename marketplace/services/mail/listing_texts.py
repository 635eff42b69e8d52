"""What mails about listings, offers, auctions and the price of a deal say. Enterprises are not named in them."""

from __future__ import annotations

_LISTING = {
    "zh_Hans": "\n登录后查看：\n{listing_page}",
    "en": "\nSign in to see it:\n{listing_page}",
}
_DEAL = {
    "zh_Hans": "\n登录后到交易室查看：\n{page}",
    "en": "\nSign in and see the room of the deal:\n{page}",
}
_REFUSALS = {
    "zh_Hans": "\n登录后答复：\n{refusals_page}",
    "en": "\nSign in and answer:\n{refusals_page}",
}

_OF_LISTINGS = {
    "listing_prepared": {
        "zh_Hans": ("请核对一份挂牌条款", "完成人为《{title}》写好了挂牌的条款。请核对，由单位挂牌或者退给他修改。"),
        "en": (
            "Please look at the terms of a listing",
            "A completer has written down the terms on which “{title}” may be offered. Please check them and list it.",
        ),
    },
    "listing_expiring": {
        "zh_Hans": ("您的挂牌将在 {day} 到期", "《{title}》的挂牌到 {day} 为止。权属和条款没有变化的，一键续期。"),
        "en": (
            "Your listing ends on {day}",
            "“{title}” is listed until {day}. Where rights and terms are as they were, one click renews it.",
        ),
    },
    "listing_expired": {
        "zh_Hans": ("您的挂牌已经到期", "《{title}》的挂牌已经到期，企业看不到了。确认条款仍然有效后可以续期。"),
        "en": (
            "Your listing has ended",
            "The listing of “{title}” has ended and is not shown any more. Confirm the terms and renew it if you wish.",
        ),
    },
    "listing_gone": {
        "zh_Hans": ("您应答的挂牌已经结束", "《{title}》已由他人取得或者已经撤下，您的应答不再有效。"),
        "en": (
            "A listing you answered is over",
            "“{title}” went to somebody else or was taken back; your offer no longer stands.",
        ),
    },
    "offer_made": {
        "zh_Hans": ("有企业应答了您的挂牌", "有企业应答了《{title}》的挂牌。"),
        "en": ("An enterprise answered your listing", "An enterprise answered the listing of “{title}”."),
    },
    "offer_declined": {
        "zh_Hans": ("您的应答没有被接受", "您对《{title}》的应答没有被接受，理由已经写明。"),
        "en": ("Your offer was declined", "Your offer for “{title}” was declined; the reason is given."),
    },
    "bidder_asked": {
        "zh_Hans": ("有企业报名参加拍卖", "有企业报名参加《{title}》的拍卖，请核对后答复。"),
        "en": ("An enterprise asks to bid", "An enterprise asks to bid for “{title}”. Please check it and answer."),
    },
    "bidder_admitted": {
        "zh_Hans": ("您可以参加拍卖", "您报名参加《{title}》的拍卖已获同意，开始以后可以出价。"),
        "en": ("You may bid", "You are admitted to the auction of “{title}” and may bid once it has begun."),
    },
    "bidder_refused": {
        "zh_Hans": ("您的拍卖报名没有通过", "您报名参加《{title}》的拍卖没有通过，理由已经写明。"),
        "en": ("You are not admitted to an auction", "You may not bid for “{title}”; the reason is given."),
    },
    "auction_lost": {
        "zh_Hans": ("您参加的拍卖已经结束", "《{title}》的拍卖已经结束，您的出价没有成交。"),
        "en": ("An auction you bid in is over", "The auction of “{title}” is over; nothing was sold on your bid."),
    },
    "auction_over": {
        "zh_Hans": ("您的拍卖已经结束", "《{title}》的拍卖已经结束，请查看结果。"),
        "en": ("Your auction is over", "The auction of “{title}” is over; please see what came of it."),
    },
}  # fmt: skip

_OF_DEALS = {
    "offer_accepted": {
        "zh_Hans": ("您的应答已被接受", "您对《{title}》的应答已被接受，交易室已经开好。"),
        "en": ("Your offer was accepted", "Your offer for “{title}” was accepted, and the room of the deal is open."),
    },
    "price_shown": {
        "zh_Hans": (
            "价格开始公示，到 {day} 为止",
            "《{title}》的协议价格正在公示，到 {day} 为止；期满没有异议才能签合同，条款一变就重新公示。",
        ),
        "en": (
            "The price is in publicity until {day}",
            "The price agreed for “{title}” is shown to the public until {day}. The contract may be signed afterwards "
            "where nobody objects; other terms begin the period anew.",
        ),
    },
    "price_passed": {
        "zh_Hans": ("价格公示期满", "《{title}》的价格公示已经期满，没有未办结的异议。"),
        "en": ("The publicity of the price is over", "The price of “{title}” was shown long enough and stands."),
    },
    "refusal_unreached": {
        "zh_Hans": (
            "有完成人没有账号，请告知优先受让权并记下",
            "《{title}》准备转让。这些完成人没有账号，系统没有通知到：{name}。请单位告知他们可以按同等条件优先受让，"
            "留下签收的记录，再到交易室的“优先受让”里记下何时、怎样、由谁告知的和他的答复。期限从告知之日起算，"
            "没有记下以前不能签订合同。",
        ),
        "en": (
            "Completers without an account: please tell them of first refusal and record it",
            "“{title}” is to be assigned. These completers have no account and were not told here: {name}. Please "
            "tell them that they may take it over on the same terms, keep their receipt, and record under “First "
            "refusal” in the room of the deal when, how and by whom they were told and what they answered. Their days "
            "begin when they are told; no contract can be signed before that is recorded.",
        ),
    },
    "refusal_exercised": {
        "zh_Hans": (
            "完成人行使了优先受让权",
            "《{title}》的一位完成人按同等条件行使了优先受让权，原来的交易不能再签。",
        ),
        "en": (
            "A completer exercised the right of first refusal",
            "A completer of “{title}” takes it over on the same terms; the other contract cannot be signed.",
        ),
    },
}

_OF_COMPLETERS = {
    "refusal_asked": {
        "zh_Hans": (
            "您的职务成果将要转让，请在 {day} 以前答复",
            "单位准备转让《{title}》。您是完成人，按《民法典》第八百四十七条可以按同等条件优先受让；"
            "到 {day} 为止没有答复的，视为放弃。",
        ),
        "en": (
            "What you made is to be assigned: please answer by {day}",
            "Your unit is about to assign “{title}”. As a completer you may take it over on the same terms (Civil "
            "Code, art. 847). No answer by {day} means that you do not.",
        ),
    },
}

LISTINGS: dict[str, dict[str, tuple[str, str]]] = {
    kind: {language: (subject, text + links[language]) for language, (subject, text) in said.items()}
    for kinds, links in ((_OF_LISTINGS, _LISTING), (_OF_DEALS, _DEAL), (_OF_COMPLETERS, _REFUSALS))
    for kind, said in kinds.items()
}
