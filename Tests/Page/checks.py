"""What holds for the page whatever it shows: names, order of headings, contrast, width, and what the keyboard reaches."""

import importlib.util
import json
import os
import time

from chromium import PATIENCE_SECONDS, Failed

LIVE = "document.getElementById('content')?.dataset.state === 'live'"


def require(condition, words):
    if not condition:
        raise Failed(words)


# What was told goes after a while, which a busy browser may miss.
KEEP_WHAT_IS_TOLD = (
    "(() => { window.told = []; const place = document.getElementById('told');"
    "new MutationObserver(() => window.told.push(place.textContent)).observe("
    "place, {childList: true, characterData: true, subtree: true}); })()")


def load(browser, url):
    browser.open(url)
    browser.until(LIVE, "the page's first data")
    browser.script(KEEP_WHAT_IS_TOLD)


def told(browser, words, what):
    """Waits until the page has said this beside what it shows."""
    browser.until(f"window.told.some((each) => each.includes({json.dumps(words)}))", what)


# What axe-core has to have looked at, lest nothing is found for nothing is there.
LOOKED_AT = ["color-contrast", "button-name", "heading-order", "html-has-lang", "select-name", "region", "skip-link"]


def axe(browser, where, looked_at=LOOKED_AT):
    """axe-core finds nothing, with the contrast of each text among what it looks at."""
    folder = importlib.util.find_spec("axe_playwright_python").submodule_search_locations[0]
    if not browser.script("'axe' in window"):
        with open(os.path.join(folder, "axe.min.js"), encoding="utf-8") as file:
            browser.script(file.read() + "; 0")
    found = browser.script(
        "axe.run().then((found) => ({passes: found.passes.map((each) => each.id), violations: found.violations.map("
        "(each) => [each.id, each.help, each.nodes.map((node) => node.html.slice(0, 200))])}))")
    require(found["violations"] == [], f"{where}: {json.dumps(found['violations'], indent=1)}")
    for rule in looked_at:
        require(rule in found["passes"], f"{where}: {rule} was looked at nowhere")


def structure(browser):
    found = browser.script(
        "(() => ({language: document.documentElement.lang, title: document.title,"
        "levels: [...document.querySelectorAll('h1, h2, h3, h4')].filter((each) => each.checkVisibility())"
        ".map((each) => Number(each.tagName[1])),"
        "landmarks: ['header', 'main'].map((name) => document.querySelectorAll(`body > ${name}`).length),"
        "polite: document.querySelectorAll('[aria-live=polite], [role=status]').length,"
        "loud: document.querySelectorAll('[aria-live=assertive], [role=alert]').length}))()")
    require(found["language"] == "en" and "insightly-webhooks" in found["title"], f"language and title: {found}")
    levels = found["levels"]
    require(levels.count(1) == 1 and levels[0] == 1, f"one first heading: {levels}")
    require(all(after - before <= 1 for before, after in zip(levels, levels[1:])), f"headings in order: {levels}")
    require(found["landmarks"] == [1, 1], f"landmarks: {found}")
    require(found["polite"] >= 2 and found["loud"] == 0, f"live regions that do not shout: {found}")


def narrow(browser):
    browser.size(360, 800)
    wide = browser.script("document.documentElement.scrollWidth")
    require(wide <= 360, f"at 360 pixels the page is {wide} wide")
    outside = browser.script(
        "[...document.querySelectorAll('button, summary, select, a.button')].filter((each) => each.checkVisibility())"
        ".filter((each) => each.getBoundingClientRect().right > 360).map((each) => each.textContent)")
    require(outside == [], f"at 360 pixels these cannot be reached: {outside}")


FOCUS = (
    "(() => { const at = document.activeElement; const style = getComputedStyle(at); return {"
    "name: at.getAttribute('aria-label') ?? at.textContent.trim(), body: at === document.body,"
    "seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,"
    "place: [...document.querySelectorAll('*')].indexOf(at)}; })()")


def tab_to(browser, name):
    """Presses Tab until something has the focus; on the way the focus is seen, and goes on in the document's order."""
    last = -1
    for _ in range(200):
        browser.key("Tab")
        at = browser.script(FOCUS)
        require(not at["body"], f"the keyboard does not reach {name}")
        require(at["seen"], f"the focus cannot be seen at {at['name']}")
        require(at["place"] > last, f"the focus goes back at {at['name']}")
        last = at["place"]
        if at["name"] == name:
            return
    raise Failed(f"the keyboard does not reach {name}")


def shift(browser):
    """How far things have moved by themselves since the page was loaded, as browsers count it."""
    return browser.script(
        "new Promise((resolve) => { let sum = 0; new PerformanceObserver((list) => { for (const each of"
        " list.getEntries()) if (!each.hadRecentInput) sum += each.value; }).observe({type: 'layout-shift',"
        " buffered: true}); setTimeout(() => resolve(sum), 1500); })")


def requests(browser):
    """What the page has asked of /v1 so far."""
    sent = browser.events("Network.requestWillBeSent")
    return [each["request"]["url"] for each in sent if "/v1/" in each["request"]["url"]]


def rests_unseen(browser):
    """Nothing is asked while nobody can see the page."""
    browser.script(
        "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange'))")
    # What it had begun to look at may take a busy machine some time.
    end = time.monotonic() + PATIENCE_SECONDS
    before = None
    while (now := len(requests(browser))) != before:
        require(time.monotonic() < end, "a page that is not seen asks on")
        before = now
        # Longer than the page waits between two looks.
        time.sleep(3)
    browser.script("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    browser.until(f"performance.now() && {LIVE}", "the page, seen again")


def has_looked_for_long(browser):
    """One look for events seems to take a minute; how the page goes on is for the caller to see."""
    browser.script(
        "(() => { const [asked, now] = [window.fetch, performance.now.bind(performance)]; let late = 0;"
        "performance.now = () => now() + late;"
        "window.fetch = async (path, options) => { const answer = await asked(path, options);"
        "if (!late && path.includes('v1/events')) { late = 60000; }"
        "return answer; };"
        "window.isLate = () => late > 0; })()")
    browser.until("window.isLate()", "a look for events")


def quiet(browser):
    require(browser.complaints() == [], f"the browser complains: {json.dumps(browser.complaints(), indent=1)}")
