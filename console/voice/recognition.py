"""Languages in which speech is recognised (9.3)."""

from typing import Final

_TAGS: Final = """
af-ZA am-ET ar-AE ar-BH ar-DZ ar-EG ar-IL ar-IQ ar-JO ar-KW ar-LB ar-MA ar-OM ar-PS ar-QA ar-SA
ar-TN az-AZ bg-BG bn-BD bn-IN ca-ES cs-CZ da-DK de-DE el-GR en-AU en-CA en-GB en-GH en-IE en-IN
en-KE en-NG en-NZ en-PH en-TZ en-US en-ZA es-AR es-BO es-CL es-CO es-CR es-DO es-EC es-ES es-GT
es-HN es-MX es-NI es-PA es-PE es-PR es-PY es-SV es-US es-UY es-VE eu-ES fa-IR fi-FI fr-CA fr-FR
gl-ES gu-IN he-IL hi-IN hr-HR hu-HU hy-AM id-ID is-IS it-IT ja-JP jv-ID ka-GE km-KH kn-IN ko-KR
lo-LA lt-LT lv-LV ml-IN mr-IN ms-MY nb-NO ne-NP nl-NL pl-PL pt-BR pt-PT ro-RO ru-RU si-LK sk-SK
sl-SI sq-AL sr-RS su-ID sv-SE sw-KE sw-TZ ta-IN ta-LK ta-MY ta-SG te-IN th-TH tr-TR uk-UA ur-IN
ur-PK vi-VN zh cmn-hans-cn zu-ZA
"""
SPEECH_LANGUAGES: Final = tuple(_TAGS.split())
"""The tags as the platform writes them; it reads them in any letters."""
_LOWER: Final = frozenset(tag.lower() for tag in SPEECH_LANGUAGES)


def is_recognised(language: str) -> bool:
    """Tell whether speech in `language` is recognised."""
    return language.lower() in _LOWER
