"""Parts of a web page that are not its text: menus, breadcrumbs, cookie notices, boxes for sharing, lists of links.

Names that sites give such parts are only a hint, since whole treaties stand in elements called ``menu-content``: a
part is left out if it is small beside the page and holds no provision, or if it is hardly anything but links.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from corpus.readers.elements import text_of, words_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

DROPPED = frozenset([
    "aside", "audio", "button", "canvas", "dialog", "footer", "head", "iframe", "link", "math", "meta", "nav",
    "noscript", "object", "option", "script", "select", "style", "svg", "template", "textarea", "title", "video",
])  # fmt: skip
_ROLES = frozenset(
    ["alert", "banner", "complementary", "contentinfo", "dialog", "navigation", "search", "toolbar"]
)
_NAMES = frozenset(
    """
    addthis ad ads advert advertisement banner breadcrumb breadcrumbs consent cookie cookies crumb crumbs disclaimer
    footer language languages lang login logo masthead menu modal nav navbar navigation navi newsletter noprint pager
    pagination popup print printer related search share sharing sidebar sitemap skip skiplink skipnav social subscribe
    submenu toc toolbar topbar
""".split()
)
_NAME = re.compile(r"[a-z]+|[A-Z][a-z]*")
_ARTICLE = re.compile(r"\s*(?:article|art\.|artikel|artículo)\s+(?:\d|[ivxlc]+\b)", re.IGNORECASE)
_SMALL = 0.25
"""Share of the page's words; a part with more is not furniture, whatever its name."""

_MOST_OF_THE_PAGE = 0.5
"""Some sites wrap the whole page in one form; a form with this share of its words is the page, not a form."""

_LINKS = 4
_LINKED = 0.85
"""Share of a part's words that must be links before it counts as a list of links."""

_TO_TOP = re.compile(r"#(?:top|toc|contents|page|start|header|nav\w*)?", re.IGNORECASE)
_SHORT_LINK = 30
_LINK_LISTS = frozenset(["ul", "ol", "dl", "div", "table", "td", "p", "section", "center"])


@dataclass(slots=True)
class _Weight:
    words: int = 0
    linked: int = 0
    links: int = 0
    articles: int = 0


class Parts:
    """Weighs a page once and tells which of its elements are no part of its text."""

    def __init__(self, root: Element) -> None:
        self._weights: dict[Element, _Weight] = {}
        for _, element in etree.iterwalk(root, events=("end",)):
            self._weights[element] = self._weighed(element)
        self._page = self._weights[root]

    def main(self, root: Element) -> Element:
        """Return the element that the page itself calls its main part, if most of the words are in it."""
        found = [
            one
            for one in root.iter("main", "div", "section")
            if one.tag == "main" or one.get("role") == "main"
        ]
        if len(found) != 1 or self.share(found[0]) < _MOST_OF_THE_PAGE:
            return root
        return found[0]

    def share(self, element: Element) -> float:
        """Return an element's share of the page's words."""
        return self._weights[element].words / max(self._page.words, 1)

    def is_furniture(self, element: Element, tag: str) -> bool:
        """Tell whether an element is no part of the text."""
        if tag in DROPPED or element.get("role") in _ROLES or element.get("hidden") is not None:
            return not (tag == "aside" and "note" in (element.get("class") or ""))
        if tag == "header":
            return next(element.iterancestors("article", "main"), None) is None and not self._title_only(
                element
            )
        if tag == "form":
            return self.share(element) < _MOST_OF_THE_PAGE
        if tag == "a":
            return self._leads_up(element)
        return self._is_named(element) or self._is_link_list(element, tag)

    def _title_only(self, element: Element) -> bool:
        """Tell whether a page's head holds the only heading of the first rank on the page."""
        headings = list(element.getroottree().getroot().iter("h1"))
        return (
            len(headings) == 1
            and any(one is element for one in headings[0].iterancestors())
            and (len(words_of(element).split()) == len(words_of(headings[0]).split()))
        )

    def _is_named(self, element: Element) -> bool:
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if not names.strip() or _NAMES.isdisjoint(one.lower() for one in _NAME.findall(names)):
            return False
        return self.share(element) < _SMALL and not self._weights[element].articles

    def _is_link_list(self, element: Element, tag: str) -> bool:
        weight = self._weights[element]
        return (
            tag in _LINK_LISTS
            and weight.links >= _LINKS
            and weight.linked >= _LINKED * weight.words
            and weight.words < _MOST_OF_THE_PAGE * self._page.words
        )

    def _leads_up(self, link: Element) -> bool:
        """Tell whether a link only leads back to the top of the page."""
        words = text_of(link).strip()
        return bool(_TO_TOP.fullmatch(link.get("href") or "-")) and len(words) <= _SHORT_LINK and bool(words)

    def _weighed(self, element: Element) -> _Weight:
        if not isinstance(element.tag, str) or element.tag in {"script", "style", "head"}:
            return _Weight()
        own = len((element.text or "").split())
        weight = _Weight(own)
        if _ARTICLE.match(element.text or ""):
            weight.articles += 1
        for child in element:
            inner = self._weights[child]
            weight.words += inner.words + len((child.tail or "").split())
            weight.linked += inner.linked
            weight.links += inner.links
            weight.articles += inner.articles
            if _ARTICLE.match(child.tail or ""):
                weight.articles += 1
        if element.tag == "a" and element.get("href"):
            weight.linked, weight.links, weight.articles = weight.words, 1, 0
        return weight
