"""What people are: CEO, 教授, 导演; one name for the forms of each."""

from __future__ import annotations

import re
from collections.abc import Iterator

# In search form.
_FORMS = {
    "ceo": r"首席执行官|执行长|行政总裁|\bceo\b|\bchief executive(?: officer)?\b",
    "cto": r"首席技术官|技术长|\bcto\b|\bchief technology officer\b",
    "cfo": r"首席财务官|财务长|\bcfo\b|\bchief financial officer\b",
    "coo": r"首席运营官|营运长|\bcoo\b|\bchief operating officer\b",
    "chief scientist": r"首席科学家|\bchief scientist\b",
    "vice president": r"副总裁|\bvice[ -]president\b",
    "president": r"(?<!副)(?<!行政)总裁|(?<!vice[ -])\bpresident\b",
    "founder": r"创始人|创办人|\b(?:co-?)?founder\b",
    "chairman": r"董事长|主席|\bchair(?:man|woman|person)?\b",
    "board member": r"董事(?![长局会])|董事会(?:的?成员|的?一员)|\bboard member\b",
    "general manager": r"总经理|\bgeneral manager\b",
    "professor": r"(?<!副)教授|(?<!associate )\bprofessor\b",
    "associate professor": r"副教授|\bassociate professor\b",
    "dean": r"[院校]长|\bdean\b",
    "head of department": "系主任",
    "researcher": r"研究员|\bresearcher\b",
    "laboratory technician": "实验师",
    "lecturer": r"讲师|\blecturer\b",
    "investor": r"投资人|\binvestor\b",
    "head": "负责人",
    "adviser": r"顾问|\badvis[eo]r\b",
    "director": r"导演|执导|\bdirector\b",
    "writer": r"编剧|\b(?:screen)?writer\b",
    "actor": r"演员|主演|\bact(?:or|ress)\b",
    "producer": r"制片人|监制|\bproducer\b",
    "cameraman": r"摄影师|\bcinematographer\b",
}
_OFFICES = {office: re.compile(pattern) for office, pattern in _FORMS.items()}


def offices(folded: str) -> Iterator[str]:
    """Each office that folded text names."""
    return (office for office, pattern in _OFFICES.items() if pattern.search(folded))


def in_short(folded: str) -> str:
    """Folded text with CEO for 首席执行官 and the like."""
    for office in ("ceo", "cto", "cfo", "coo"):
        folded = _OFFICES[office].sub(f" {office} ", folded)
    return folded


def without_offices(folded: str) -> str:
    """Folded text with spaces for the offices."""
    for pattern in _OFFICES.values():
        folded = pattern.sub(" ", folded)
    return folded
