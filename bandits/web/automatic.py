"""Requests that nobody looks at: crawlers, link scanners, prefetching. They get the control, and nothing is kept."""

from __future__ import annotations

import re
from functools import lru_cache

from django.http import HttpRequest

# Words in the user agents of crawlers, link previews, mail and link scanners, monitors, and programs' HTTP libraries.
WORDS = (
    r"(?<!cu)bot(?:\b|[/_;-])|crawl|spider|slurp|scan|preview|prerender|headlesschrome|lighthouse|pagespeed|archiver|"
    r"facebookexternalhit|facebookcatalog|meta-external|whatsapp|telegram|skypeuripreview|slack-img|embedly|"
    r"bingpreview|mediapartners|google-inspection|googleother|google-read-aloud|feedfetcher|apis-google|"
    r"duckduckgo-favicons|yandex(?!search|\.browser)|baiduspider|sogou|bytespider|petalbot|ia_archiver|"
    r"safelinks|proofpoint|barracuda|mimecast|urldefense|zscaler|virustotal|urlscan|"
    r"pingdom|uptime|statuscake|monitor|nagios|zabbix|newrelic|datadog|gtmetrix|"
    r"chatgpt|gptbot|oai-search|claude|anthropic|perplexity|cohere-ai|"
    r"^curl/|^wget|^python|^go-http|^java/|^okhttp|^libwww|^ruby|^php/|^axios|^node-fetch|^scrapy|^httpx|^aiohttp"
)
BOT = re.compile(WORDS, re.IGNORECASE)
AHEAD = ("prefetch", "prerender", "preview")


def why_automatic(request: HttpRequest, more: str = "") -> str:
    """A sentence if nobody looks at the answer; "" for what may be a person. more: another regular expression."""
    if request.method in ("HEAD", "OPTIONS", "TRACE"):
        return f"a {request.method} request shows nobody anything"
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    if any(word in purpose.lower() for purpose in purposes for word in AHEAD):
        return "a page fetched ahead may never be looked at"
    agent = request.headers.get("User-Agent", "")[:500]
    if BOT.search(agent) or (more and _pattern(more).search(agent)):
        return "the user agent is a program's"
    return ""


@lru_cache(maxsize=8)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
