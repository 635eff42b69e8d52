"""The groups of commands, each named here and filled by the module of its name beside this one.

That module is imported when one of its commands is asked for: ``flask --help`` and the commands of the other groups do
without it and without everything it imports.
"""

from __future__ import annotations

from marketplace.cli.group import CommandGroup

account = CommandGroup("marketplace.cli.account", help="账号 / accounts")
audit = CommandGroup("marketplace.cli.audit", help="事件的哈希链与提交证明 / chains of events, proofs")
db = CommandGroup("marketplace.cli.db", help="数据库表结构 / the tables")
export = CommandGroup("marketplace.cli.export", help="导出清单 / take lists away as files")
files = CommandGroup("marketplace.cli.files", help="附件 / files of records")
index = CommandGroup("marketplace.cli.index", help="检索索引 / the search index")
mail = CommandGroup("marketplace.cli.mail", help="邮件 / mail")
match = CommandGroup("marketplace.cli.match", help="供需匹配 / matching")
participation = CommandGroup("marketplace.cli.participation", help="活动与参与 / campaigns and participation")
review = CommandGroup("marketplace.cli.review", help="审核 / review")
rules = CommandGroup("marketplace.cli.rules", help="规则 / rules")
search = CommandGroup("marketplace.cli.search", help="检索 / searching")
showcase = CommandGroup("marketplace.cli.showcase", help="首页和展示 / the showcase")
thesaurus = CommandGroup("marketplace.cli.thesaurus", help="叙词表 / the thesaurus")

GROUPS = (
    account,
    audit,
    db,
    export,
    files,
    index,
    mail,
    match,
    participation,
    review,
    rules,
    search,
    showcase,
    thesaurus,
)
