"""What a sentence of a record tells: the trouble there was, what was done about it, or how it fares since.

A record of an achievement opens with the trouble, in the very words of whoever has it, then says what was done and what
came of it (background, method and result: S. Teufel and M. Moens, Summarizing scientific articles, 2002). Cue words
tell which; a sentence without any tells neither.
"""

from __future__ import annotations

import re

_TROUBLE = re.compile(
    r"针对|问题|导致|造成|引起|以往|传统|原[来为用]|过去|普通|难以|无法|不能|主因|根源|根子|首因|原因|在于|老化|来源"
    r"|适用于|用于|只能|靠人工|易[^于拆]"
)
_MEANS = re.compile(
    r"采用|改用|改[为成]|改造为|[替取]代|代替|[加装增]设|增设|安装|装有|[内前后上]装|设置|设有|布[置设]|设计|研[制发]|开发"
    r"|制作|通过|利用|做法|方法是|将|把|使|喷|涂|灌|铺|注入|充|嵌|打孔|钻|用[^于户量途电水药]"
    r"|由[^降升提]{1,12}(?:组成|构成)|先|再|配|随即|自动|控制"
)


def tells_means(sentence: str) -> bool:
    """Say whether a sentence tells what is used, built or done."""
    return _MEANS.search(sentence) is not None


def tells_trouble(sentence: str, *, opens: bool = False) -> bool:
    """Say whether a sentence tells of trouble and nothing done about it; one that ``opens`` a record needs no cue."""
    return not tells_means(sentence) and (opens or _TROUBLE.search(sentence) is not None)
