"""What mails about people and their honours say. Nobody is called by name in them."""

from __future__ import annotations

PEOPLE = {
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
