"""Who reports a casualty: what the text says of its sources, as features for `hasila.links`.

The words that name a kind of source are a hand-written list; how much each place of them weighs is learnt.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from hasila.mention import Article, Mention
from hasila.words import WORD, fold

# Beginnings of words and phrases, after clitics and the article; spelling folded.
CUES = {
    "monitor": "مرصد|هيومن رايتس|منظم[هات]|شبكه|ناشط|نشطاء|حقوقي|توثيق|الامم المتحده|الامميه|اممي|مفوضي|اوتشا|يونيسف"
    "|يونيفيل|منسق|تنسيقي|لجنه (?:ال)?تحقيق|لجان محليه|خبراء|عفو الدوليه|امنستي|محام|رابطه|جمعيه|باحث|نخلص"
    "|احصينا|سجلنا|وثقنا|تحققنا|قابلنا|رصدنا|طاقمنا|باحثونا|فريقنا|وحده الرصد|مركز|اطباء بلا حدود|صليب الاحمر"
    "|اكليد|مبادره|مقابله",
    "medium": "وكال[هات]|صحيف|صحف |قنا[هت]|قنوات|مراسل|تلفزيون|اذاع|رويترز|فرانس برس|اسوشيتد|الاناضول|سانا|بي بي سي"
    "|الجزيره|العربيه نت|وسائل (?:ال)?اعلام|اعلام محلي|جريد|صحفي|صحافي|سكاي|سي ان ان|موقع [اأ]?خباري|موقع \\W"
    "|مواقع|مصادر خاصه|شاشه|مصادرنا|علمنا",
    "official": "وزاره الصحه|صحه|مستشفي|شرط[هي]|محافظ |محكمه|نيابه|دفاع المدني|اسعاف|مسعف|طبي[هب]?\\b|اطباء |ممرض"
    "|مصدر امني|مصادر امنيه|مسؤول|مسوول|مصدر محلي|بلدي|قاءممقام|قائمقام|داخليه|مدعي|قضائي|قاض|عمده|حاكم|والي "
    "|برلمان|حكومه|اطفاء|اداره|هلال الاحمر|سلطات|مشرحه|طب الشرعي|طوارئ|مدير|وزير|رئيس|محلي[هن]?\\b",
    "party": "ناطق|متحدث|بيان|جيش|كتائب|سرايا|قائد|قياد|قاده|وزاره الدفاع|اعلام الحربي|اعلام العسكري|اركان|مقاتل|لواء"
    "|عقيد|عميد|تنظيم|حركه|جماعه|جبهه|حزب|عسكري|اعماق|خليه الاعلام|المقاومه|فصيل|تحالف|ضابط",
    "people": "شاهد|شهود|سكان|اهالي|قريب|والد[هت]|ناج|جيران|شقيق|عائله|روي |يروي|تروي|حكي|شيخ|مختار",
}
_ACTOR = "@"  # stands for an ACTOR mention, unless its words are a cue of their own
_OWN_CUE = re.compile("صح[هة]|داخلي[هة]|شرط[هة]")
_CUE = re.compile(
    rf"(?<!\w)[وف]?(?:[بلك]|ال|لل|بال)?(?:(?P<actor>{_ACTOR})|"
    + "|".join(f"(?P<{k}>{v})" for k, v in CUES.items())
    + ")"
)
_SAYS = re.compile(
    r"(?<!\w)[وف]?(?:(?P<says>(?:ي|ت)?(?:قال|قول|علن|اعلن|اكد|ؤكد|افاد|فيد|ذكر|اوضح|كشف|نقل|صرح|بث|اقر|اعترف|نفي|نفت|زعم|تحدث|احصي|وثق"
    r"|سجل|رصد|نعي|نعت|تبن[يت]|ادعي|ادعت|ابلغ|نشر|قدر|روي|تبلغ)(?:ت|وا|ا|ه)?|بحسب|حسب|وفقا?|نقلا|استنادا|عن)"
    r"|(?P<goes_on>(?:ي|ت)?(?:اضاف|ضيف|اشار|شير|لفت|تابع|اردف)(?:ت|وا|ا)?|مؤكد[اه]|مشير[اه]|موضح[اه]|مضيف[اه]|المصدر|البيان))(?!\w)"
)
_WE = re.compile(r"(?<!\w)(?:\w{3,}نا|ن(?:علن|ؤكد|نعي|زف|بشر|حمل|عاهد|هيب))(?!\w)")
NEAR = 40  # characters between a word of saying and who says it


def features(article: Article, casualty: Mention, before: str, after: str) -> Iterator[str]:
    """What the casualty's sentence (its text `before` and `after`), its paragraph and its article say of sources."""
    start, end = casualty.start - len(before), casualty.end + len(after)
    line = article.text.rfind("\n", 0, casualty.start) + 1
    places = {
        "before": _plain(article, start, casualty.start),
        "after": _plain(article, casualty.end, end),
        "earlier": _plain(article, line, start),
    }
    speakers = {place: _speakers(text) for place, text in places.items()}
    for place, text in places.items():
        cues = [str(m.lastgroup) for m in _CUE.finditer(text)]
        yield f"{place} cue {(cues[:1] if place == 'after' else cues[-1:])}"
        yield from {f"{place} has {kind}" for kind in cues}
        yield from {f"{place} speaker {kind}" for kind in speakers[place]}
    goes_on = any(m["goes_on"] for m in _SAYS.finditer(places["before"]))
    near = speakers["before"][-1:] or speakers["after"][:1]
    carried = speakers["earlier"][-1:] or _last_speakers(article)[article.text.count("\n", 0, line)]
    yield f"said {near} goes on {goes_on}"
    yield f"said {near or (carried if goes_on else speakers['earlier'][-1:])}"
    yield f"carried {carried} near {near} goes on {goes_on}"
    yield f"earlier {speakers['earlier'][-1:]} near {near}"
    yield from _voice(article.text, article.text[line : casualty.start])


def nearest(article: Article, casualty: Mention, before: str, after: str) -> str | None:
    """The kind of source that the sentence says it has, by the cue nearest before or else first after the casualty."""
    start, end = casualty.start - len(before), casualty.end + len(after)
    said = _speakers(_plain(article, start, casualty.start))[-1:] or _speakers(_plain(article, casualty.end, end))[:1]
    kind = {"actor": "party", "people": None}
    return kind.get(said[0], said[0]) if said else None


def _plain(article: Article, start: int, end: int) -> str:
    """The folded text between two offsets, ACTOR mentions replaced."""
    parts, at = [], start
    for m in article.mentions:  # in order
        if m.start >= end:
            break
        if m.label == "ACTOR" and at <= m.start and m.end <= end and not _OWN_CUE.search(m.text):
            parts += [article.text[at : m.start], _ACTOR]
            at = m.end
    return fold("".join([*parts, article.text[at:end]]))


@lru_cache(maxsize=4)  # asked for every casualty
def _last_speakers(article: Article) -> list[list[str]]:
    """For each line of the text, who spoke last before it: none or one."""
    found: list[list[str]] = []
    last: list[str] = []
    start = 0
    for line in article.text.split("\n"):
        found.append(last)
        last = _speakers(_plain(article, start, start + len(line)))[-1:] or last
        start += len(line) + 1
    return found


def _speakers(text: str) -> list[str]:
    """The kinds of those who are said to say something, in order."""
    found = []
    for verb in _SAYS.finditer(text):
        if verb["says"]:
            beside = _CUE.search(text, verb.end(), verb.end() + NEAR)
            found += [str(beside.lastgroup)] if beside else []
    return found


def _cues(text: str) -> list[str]:
    return [str(m.lastgroup) for m in _CUE.finditer(fold(text))]


def _voice(text: str, line: str) -> Iterator[str]:
    """Whose voice the text is: the kinds that it names most, first and last, and how much it says "we"."""
    most, first, last, we = _whole(text)
    yield from (f"most {most}", f"first {first}", f"last {last}", f"we {we}", f"most {most} we {we}")
    yield f"line says we {bool(_WE.search(fold(line)))}"


@lru_cache(maxsize=64)
def _whole(text: str) -> tuple[str, str, str, str]:
    lines = [line for line in text.split("\n") if line.strip()]
    kinds = Counter(_cues(text)) - Counter({"people": 10**6})
    most = kinds.most_common(1)[0][0] if kinds else "none"
    edges = [(_cues(part) or ["none"])[0] for part in ("\n".join(lines[:3]), "\n".join(lines[-2:]))]
    share = len(_WE.findall(fold(text))) / max(1, len(WORD.findall(text)))
    return most, edges[0], edges[1], "often" if share > 0.02 else "sometimes" if share > 0.006 else "hardly"
