"""What mails about people and their honours say. Nobody is called by name in them."""

from __future__ import annotations

PEOPLE = {
    "handed_over": {
        "zh_Hans": (
            "有一位劳模移交给您的工会管理",
            "有一位劳动模范（先进工作者）从现在起由您的工会联系和服务，请查看档案：\n{person_page}",
        ),
        "en": (
            "A model worker is handed over to your union",
            "From now on your union looks after a model worker; please see the file:\n{person_page}",
        ),
    },
    "terms_end": {
        "zh_Hans": (
            "有 {count} 项首席员工等荣誉的任期将满",
            "您的范围内有 {count} 项有任期的荣誉将要期满，最早的在 {day}。续聘的请登记新的任期，期满以后自动成为"
            "“任期已满”：\n{terms}",
        ),
        "en": (
            "Terms that end soon: {count}",
            "Honours with a term in your scope that ends soon: {count}, the first of them on {day}. Please record the "
            "new term of whoever is appointed again; the others expire by themselves:\n{terms}",
        ),
    },
}
