"""What mails about deals say. Neither party and nothing that was said is named in them."""

from __future__ import annotations

_SEE = {"zh_Hans": "\n登录后查看：\n{page}", "en": "\nSign in to see it:\n{page}"}

_TOLD = {
    "deal_opened": {
        "zh_Hans": ("您在{what}的洽谈室里有了席位", "您可以进入{what}的洽谈室。"),
        "en": ("You have a seat in the room of {what}", "You may enter the room of {what}."),
    },
    "deal_message": {
        "zh_Hans": ("{what}有新的留言", "{what}的洽谈室里有您还没有看的留言。"),
        "en": ("There is a new message in {what}", "In the room of {what} there are messages you have not read."),
    },
    "deal_terms": {
        "zh_Hans": ("{what}的条款有变化", "{what}的条款有新的一版，或者对方答复了一版。"),
        "en": ("The terms of {what} have changed", "A version of the terms of {what} was proposed or answered."),
    },
    "deal_to_sign": {
        "zh_Hans": ("{what}等待您签订", "对方已经签订{what}双方一致的条款，等待您方签订。"),
        "en": ("{what} waits for your signature", "The other side has signed the agreed terms of {what}."),
    },
    "deal_sign_asked": {
        "zh_Hans": ("请代表单位签订{what}的合同", "本单位的人请您代表单位查看{what}双方一致的条款，签订合同。"),
        "en": (
            "Please sign the contract of {what} for your unit",
            "Somebody of yours asks you to look at the agreed terms of {what} and sign them for your unit.",
        ),
    },
    "deal_signed": {
        "zh_Hans": ("{what}的合同已经签订", "双方已经签订{what}的合同；签约以后的各项日期已经定下。"),
        "en": (
            "The contract of {what} is signed",
            "Both sides have signed the contract of {what}; the milestones are set.",
        ),
    },
    "deal_registered": {
        "zh_Hans": ("{what}的合同已经登记", "{what}的合同已经认定登记，登记号在合同记录里。"),
        "en": (
            "The contract of {what} is registered",
            "The contract of {what} is registered; its number is on record.",
        ),
    },
    "deal_in_use": {
        "zh_Hans": ("{what}已经启用", "使用单位写明了{what}的启用日期，之后由它填写实际效益。"),
        "en": (
            "What {what} is about is in use",
            "The user stated the first day of use of {what} and enters its benefit next.",
        ),
    },
    "deal_verified": {
        "zh_Hans": ("{what}的效益已经核验", "工会核验了{what}的实际效益；双方可以写成功案例了。"),
        "en": (
            "The benefit of {what} is verified",
            "An office verified the benefit of {what}; you may write its story now.",
        ),
    },
    "deal_due": {
        "zh_Hans": ("{what}有一项要在 {day} 以前办", "{what}有一项您方的任务或节点要在 {day} 以前办。"),
        "en": ("Something of {what} is due by {day}", "A task or milestone of your side of {what} is due by {day}."),
    },
    "deal_missed": {
        "zh_Hans": ("{what}有一项过了期限", "{what}有一项任务或节点应在 {day} 以前办完，还没有办。"),
        "en": ("Something of {what} was missed", "A task or milestone of {what} was due by {day} and is not done."),
    },
    "deal_income": {
        "zh_Hans": ("{what}有一笔收益分给您", "{what}到账一笔款项，其中一部分按份额分给您；分配单可以下载。"),
        "en": (
            "A part of a payment of {what} is yours",
            "A payment of {what} arrived and part of it is yours by share.",
        ),
    },
    "deal_reward_due": {
        "zh_Hans": (
            "{what}的奖励要在 {day} 以前发放",
            "{what}到账的款项里，奖励完成人的部分要在 {day} 以前发放。发放以后请在“到账和分配”里记下日期和凭证。",
        ),
        "en": (
            "The reward of {what} is to be paid by {day}",
            "The completers' part of a payment of {what} is to be paid by {day}. Please record under “Payments and "
            "shares” when it was, with its voucher.",
        ),
    },
    "deal_reward_overdue": {
        "zh_Hans": (
            "{what}的奖励过了期限还没有发放",
            "{what}到账的款项里，奖励完成人的部分应在 {day} 以前发放，还没有记下已经发放。",
        ),
        "en": (
            "The reward of {what} is overdue",
            "The completers' part of a payment of {what} was to be paid by {day}, and nobody recorded that it was.",
        ),
    },
    "deal_reward_paid": {
        "zh_Hans": (
            "{what}的奖励已经记为发放",
            "成果方记下{what}的奖励已于 {day} 发放。与您收到的不符的，请向单位提出。",
        ),
        "en": (
            "The reward of {what} is recorded as paid",
            "The owner's side recorded that the reward of {what} was paid on {day}. Please tell your unit if you did "
            "not receive it.",
        ),
    },
    "deal_consent_asked": {
        "zh_Hans": (
            "{what}等待您单位同意",
            "{what}的成果由您单位与其他单位共有。双方已就条款达成一致，请查看条款和各单位的份额，同意或者写明不同意的理由。",
        ),
        "en": (
            "{what} waits for the consent of your unit",
            "Your unit owns the achievement of {what} together with others. Both sides have agreed on the terms: "
            "please look at them and at the shares of the units, and consent, or say why not.",
        ),
    },
    "deal_consent_given": {
        "zh_Hans": ("共有单位同意了{what}", "一个共有单位同意了{what}的条款和份额。"),
        "en": ("A co-owner consents to {what}", "A unit that owns it too consents to the terms and shares of {what}."),
    },
    "deal_consent_refused": {
        "zh_Hans": ("共有单位不同意{what}", "一个共有单位不同意{what}的条款或份额，理由已经写明；商量好以前不能签订。"),
        "en": (
            "A co-owner refuses {what}",
            "A unit that owns it too refuses the terms or the shares of {what} and says why; nothing can be signed "
            "before you come to an agreement.",
        ),
    },
    "deal_story": {
        "zh_Hans": ("请看{what}的成功案例", "{what}的成功案例写好了，双方同意以后才公布。"),
        "en": (
            "Please read the story of {what}",
            "The story of {what} is written; it is published once both sides agree.",
        ),
    },
    "deal_ended": {
        "zh_Hans": ("{what}已经终止", "{what}已经终止，理由已经写明。"),
        "en": ("{what} was ended", "{what} was ended; the reason is stated."),
    },
}

DEALS = {
    kind: {language: (subject, text + _SEE[language]) for language, (subject, text) in said.items()}
    for kind, said in _TOLD.items()
}
