"""Looks at the page of a running daemon, in a real browser, as people would: page.py SCENE CHROMIUM PAGE [SIMULATOR].

Prints a line for each thing that holds. The scenes are begun by PageTests.swift, which says what the daemon has seen.
"""

import json
import os
import sys
import urllib.request

import checks
from checks import LIVE, require
from chromium import Chromium, Failed

ARTIFACTS = os.environ.get("INSIGHTLY_WEBHOOKS_ARTIFACTS") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "../../.build/artifacts")


def say(words):
    print(words, flush=True)


def picture(browser, name):
    os.makedirs(ARTIFACTS, exist_ok=True)
    browser.picture(os.path.join(ARTIFACTS, f"{name}.png"))


def edit(simulator, kind):
    """Has the simulated Insightly change a record."""
    address = simulator.split("/v3.1")[0] + "/simulator/edits"
    body = json.dumps({"count": 1, "kinds": [kind]}).encode()
    urllib.request.urlopen(urllib.request.Request(address, data=body, method="POST")).read()


def looks(browser, url):
    """The page as it is seen, by everybody, in light and dark, wide and narrow."""
    checks.load(browser, url)
    require(checks.shift(browser) < 0.02, "what the page shows moves while it is loaded")
    checks.structure(browser)
    for scheme in ["light", "dark"]:
        browser.scheme(scheme)
        browser.size(1360, 1100)
        checks.axe(browser, scheme)
        picture(browser, f"page-{scheme}")
    checks.narrow(browser)
    checks.axe(browser, "narrow")
    picture(browser, "page-narrow")
    browser.size(1360, 1100)
    say("the page holds for everybody")


def whole(browser, url, simulator):
    """A dead letter of a lead is there, and a receiver that takes it now."""
    browser.size(1360, 1100)
    checks.load(browser, url)
    browser.until("document.querySelector('#attention-list li')?.innerText.includes('1 dead letter')", "attention")
    browser.until("document.querySelectorAll('#dead-list > li').length === 1", "the dead letter")
    looks(browser, url)

    checks.has_looked_for_long(browser)
    browser.script("window.before = document.querySelector('#events-list').firstElementChild?.value ?? 0")
    edit(simulator, "field")
    browser.until(
        "(document.querySelector('#events-list').firstElementChild?.value ?? 0) > window.before",
        "an edit, by itself")
    require(browser.script("!!document.querySelector('#events-list li .changes ins')"), "the event shows no difference")
    browser.until("document.getElementById('news').textContent.includes('.')", "a word for who listens")
    say("an edit appeared by itself")

    browser.click("#dead-list summary")
    browser.until("document.querySelector('#dead-list .attempts')?.innerText.includes('answered 422')", "the answer")
    checks.axe(browser, "with a dead letter opened")
    browser.click("#dead-list button")
    browser.until("document.getElementById('confirm').open", "the question whether it is meant")
    checks.axe(browser, "the question whether it is meant", ["button-name", "color-contrast"])
    browser.key("Escape")
    require(browser.script("!document.getElementById('confirm').open"), "Escape does not say no")
    browser.click("#dead-list button")
    browser.until("document.getElementById('confirm').open", "the question once more")
    # Whoever is quick asks anew before the page is told that the question was closed.
    browser.script(
        "document.getElementById('confirm').close(); document.querySelector('#dead-list button').click()")
    browser.click("#confirm-yes")
    checks.told(browser, "is sent again", "the daemon's consent")
    command = browser.script("document.getElementById('confirm-command').textContent")
    require(command.startswith("insightly-webhooks replay --dead --id evt_"), f"the question names {command}")
    browser.until("document.querySelectorAll('#dead-list > li').length === 0", "the end of the dead letter")
    browser.until("!document.getElementById('attention-none').hidden", "the end of what needs somebody")
    say("a dead letter was replayed")

    checks.load(browser, url)
    checks.tab_to(browser, "Poll contacts now")
    browser.key("Enter", "\r")
    checks.told(browser, "contacts is polled next.", "the poll")
    say("contacts were polled by the keyboard")

    checks.rests_unseen(browser)
    checks.quiet(browser)
    say("now stop the daemon")
    browser.until("document.getElementById('connection').innerText.includes('No connection since')", "the loss")
    checks.axe(browser, "without a daemon")
    picture(browser, "page-lost")
    say("the loss of the daemon is told")


def decide(browser, url, _):
    """An endpoint is disabled, and deletes are held."""
    browser.size(1360, 1100)
    checks.load(browser, url)
    browser.until("document.querySelectorAll('#attention-list li').length === 2", "what needs somebody")
    first = browser.script("document.querySelector('#attention-list li').innerText")
    require("is disabled" in first and "410" in first, f"the most urgent does not come first: {first}")
    require(browser.script("document.title").startswith("(2) "), "the title does not count what needs somebody")
    checks.axe(browser, "with what needs somebody")
    picture(browser, "page-attention")
    for verb, left in [("Resume", 1), ("Release", 0)]:
        press(browser, verb, f"insightly-webhooks {verb.lower()} ")
        browser.until(f"document.querySelectorAll('#attention-list li').length === {left}", f"the end after {verb}")
    browser.until("!document.getElementById('attention-none').hidden", "peace")
    checks.quiet(browser)
    say("an endpoint was resumed, and deletes released")


def let_go(browser, url, _):
    """Much waits for an endpoint that is not configured, and deletes are held."""
    browser.size(1360, 1100)
    checks.load(browser, url)
    browser.until("document.querySelectorAll('#attention-list li').length === 2", "what needs somebody")
    press(browser, "Dismiss", "insightly-webhooks dismiss contacts --deletes")
    checks.told(browser, "nobody is told", "the daemon's consent")
    browser.until("document.querySelectorAll('#attention-list li').length === 1", "the end of what is held")
    press(browser, "Give up", "insightly-webhooks deliveries give-up --all --endpoint old")
    browser.until("document.querySelector('#attention-list li')?.innerText.includes('95 dead letters')", "dead letters")
    has_button = browser.script("!!document.querySelector('#attention-list button')")
    require(not has_button, "what is not configured can be replayed")
    checks.quiet(browser)
    say("deletes were dismissed, and a queue was given up")


def press(browser, verb, beginning):
    """A button of what needs somebody; the question names the command that does the same."""
    browser.click(f"#attention-list button[aria-label^='{verb}']")
    browser.until("document.getElementById('confirm').open", f"the question before {verb}")
    command = browser.script("document.getElementById('confirm-command').textContent")
    require(command.startswith(beginning), f"{verb} names {command}")
    browser.click("#confirm-yes")


def token(browser, url, text):
    """The server asks for a token."""
    browser.open(url)
    browser.until("document.getElementById('token')?.open", "the question for the token")
    checks.axe(browser, "the question for the token", ["label", "color-contrast"])
    for attempt, words in [("wrong", "was refused"), (text, "")]:
        require(browser.script("document.activeElement.id") == "token-text", "the field has not the focus")
        browser.tell("Input.insertText", text=attempt)
        browser.key("Enter", "\r")
        if words:
            browser.until(f"document.getElementById('token-words').innerText.includes('{words}')", "the refusal")
            browser.until("document.activeElement.id === 'token-text'", "the question once more")
    browser.until(LIVE, "the page, once the token is shown")
    require(not browser.script(f"document.documentElement.outerHTML.includes('{text}')"), "the page shows the token")
    checks.load(browser, url)
    say("the token was asked for once")


def many(browser, url, _):
    """The log is long: what is asked for does not grow with it."""
    browser.size(1360, 1100)
    checks.load(browser, url)
    browser.until("document.querySelectorAll('#events-list > li').length === 50", "the newest events")
    asked = checks.requests(browser)
    # A busy machine has the page look twice meanwhile.
    different = {url.split("?")[0] for url in asked}
    require(len(different) <= 4, f"{len(different)} questions: {asked}")
    received = browser.events("Network.loadingFinished")
    total = sum(each["encodedDataLength"] for each in received)
    require(total < 1_000_000, f"{total} bytes were loaded")
    browser.click("#events-older")
    browser.until("document.querySelectorAll('#events-list > li').length === 100", "older events")
    limits = [url for url in checks.requests(browser) if "/v1/events" in url]
    require(all(url.endswith(("latest=50", "limit=50", "limit=100")) for url in limits), f"too much is asked: {limits}")
    checks.quiet(browser)
    say(f"{len(asked)} questions and {total} bytes")


def accounts(browser, url, _):
    """There are two: acme, with contacts, and umbrella, with leads and a key that is refused."""
    browser.size(1360, 1100)
    checks.load(browser, url)
    shown = "document.getElementById('resources-list').innerText.toLowerCase()"
    browser.until(f"{shown}.includes('contacts')", "the resources of the first")
    require(not browser.script("document.getElementById('account-choice').hidden"), "nothing is to be chosen")
    checks.axe(browser, "with accounts")
    picture(browser, "page-accounts")
    checks.narrow(browser)
    browser.size(1360, 1100)
    browser.script("document.getElementById('account').focus()")
    browser.key("ArrowDown")
    browser.until("document.getElementById('account')?.value === 'umbrella'", "the other, chosen by the keyboard")
    browser.until(
        "document.querySelector('#attention-list li')?.innerText.includes('401')", "what the other needs")
    require(not browser.script(f"{shown}.includes('contacts')"), "what is shown is of the former one")
    checks.load(browser, url)
    require(browser.script("document.getElementById('account').value") == "umbrella", "the choice is forgotten")
    say("the other account was chosen")


def main():
    scene, program, url, *rest = sys.argv[1:]
    scenes = {
        "whole": whole, "decide": decide, "letGo": let_go, "token": token, "many": many, "accounts": accounts,
    }
    with Chromium(program) as browser:
        try:
            scenes[scene](browser, url, rest[0] if rest else "")
        except Failed as failure:
            picture(browser, f"failed-{scene}")
            say(f"FAILED: {failure}")
            say(f"complaints: {json.dumps(browser.complaints())[:4000]}")
            sys.exit(1)


main()
