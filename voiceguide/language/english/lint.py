"""What the check of routines looks for in English texts."""

import re

from voiceguide.language.base import LintPatterns

_PARTS = (
    r"(?:side|leg|arm|foot|hand|hip|knee|shoulder|elbow|ear|thigh|calf|ankle|wrist|heel|cheek|palm|fist|fingers?"
    r"|thumb|toes?|buttock|forearm|shin|ribs|eye|nostril|lung)"
)
_SIDED = re.compile(
    rf"\b(?:the (?:other|opposite) {_PARTS}|opposite {_PARTS}|(?:switch|change|swap) (?:sides|legs|arms)"
    r"|(?:repeat|again|same|now|then) (?:\w+ ){0,2}?(?:on|to|with) (?:the|your) (?:left|right|other)"
    rf"|(?:left|right) {_PARTS})\b",
    re.IGNORECASE,
)
_STOPPING = re.compile(
    r"\b(?:stop|hurts?|hurting|pain|painful|painless|discomfort|uncomfortable|twinge|sharp|dizzy|doctor|strain"
    r"|(?:ease|come|back) (?:off|out|away)|back off|leave out|skip|never force|do not force)\b",
    re.IGNORECASE,
)
_PROFESSIONAL = re.compile(
    r"\b(?:doctors?|physicians?|GP|physiotherapists?|physios?|therapists?|professionals?|midwi(?:fe|ves)|nurses?"
    r"|medical|clinics?|hospital|emergency|specialists?|helpline)\b",
    re.IGNORECASE,
)
_CARELESS = re.compile(
    r"\b(?:(?:push|work|go|press|power|move|fight|train) (?:on )?through (?:the |any |your )?(?:pain|discomfort)"
    r"|no pain,? no gain|ignore (?:the |any |your )?(?:pain|discomfort)|(?:until|till) it hurts"
    r"|(?:even|also) (?:if|when) it hurts|pain is (?:good|normal|fine|weakness))\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:never|not|don't|no need to|instead of|rather than|without|nobody|avoid)\b", re.IGNORECASE
)

PATTERNS = LintPatterns(
    named_side=re.compile(rf"\b(?:left|right) ({_PARTS})\b", re.IGNORECASE),
    sided=_SIDED,
    of_two=re.compile(r"\b(?:one|each|both|either)\b", re.IGNORECASE),
    left=re.compile(r"\bleft\b", re.IGNORECASE),
    right=re.compile(r"\bright\b", re.IGNORECASE),
    stopping=_STOPPING,
    professional=_PROFESSIONAL,
    careless=_CARELESS,
    refused=_REFUSED,
    two_things=re.compile(r"[.;!?]\s+\S|,\s+(?:and|then)\s"),
    stop_example="If anything hurts, stop.",
    professional_example="If the pain stays for more than a couple of weeks, see a doctor.",
)
