"""A headless Chromium, led over a pipe by the DevTools protocol: what it is told to do, and what it saw."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time

# A busy machine takes its time; what never comes is told after this.
PATIENCE_SECONDS = 120


# Where the middle of an element is; what the mouse does elsewhere until `window.aim` is aborted, nothing hears of.
AIM = """(() => {
    const found = () => document.querySelector(%s);
    found().scrollIntoView({block: "center", behavior: "instant"});
    const aim = window.aim = Object.assign(new AbortController(), {hit: false});
    for (const kind of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) {
        window.addEventListener(kind, (event) => {
            if (found()?.contains(event.target)) { aim.hit ||= kind === "click"; return; }
            event.stopImmediatePropagation();
            event.preventDefault();
        }, {capture: true, signal: aim.signal});
    }
    const box = found().getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
})()"""


class Failed(Exception):
    """Something that was waited for did not come, or the browser refused a command."""


class Chromium:
    """One browser with one tab. Ends with the block it is used in."""

    def __init__(self, program):
        self.profile = tempfile.mkdtemp(prefix="page-chromium-")
        from_browser, to_us = os.pipe()
        from_us, to_browser = os.pipe()

        def numbered():
            # The browser reads from 3 and writes to 4.
            reading, writing = os.dup(from_us), os.dup(to_us)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        self.process = subprocess.Popen(
            [
                program, "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-sync",
                "--disable-component-update", "--disable-default-apps", "--no-proxy-server", "--hide-scrollbars",
                "--force-color-profile=srgb", f"--user-data-dir={self.profile}", "about:blank",
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False,
            preexec_fn=numbered, start_new_session=True,
        )
        os.close(to_us)
        os.close(from_us)
        self.writing = to_browser
        self.reading = from_browser
        self.answers = {}
        self.seen = []
        self.changed = threading.Condition()
        self.last = 0
        self.session = None
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self):
        targets = self.tell("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        self.session = self.tell("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Network", "Log", "Audits"]:
            self.tell(f"{domain}.enable")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _read(self):
        rest = b""
        while True:
            chunk = os.read(self.reading, 1 << 16)
            with self.changed:
                if not chunk:
                    self.answers = None
                    self.changed.notify_all()
                    return
                rest += chunk
                *messages, rest = rest.split(b"\0")
                for message in map(json.loads, messages):
                    if "id" in message:
                        self.answers[message["id"]] = message
                    else:
                        self.seen.append(message)
                self.changed.notify_all()

    def tell(self, method, **parameters):
        """Has a command carried out, and returns its result."""
        self.last += 1
        number = self.last
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writing, json.dumps(message).encode() + b"\0")
        with self.changed:
            came = self.changed.wait_for(
                lambda: self.answers is None or number in self.answers, timeout=PATIENCE_SECONDS)
            if not came or self.answers is None:
                raise Failed(f"the browser did not answer {method}")
            answer = self.answers.pop(number)
        if "error" in answer:
            raise Failed(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def script(self, text):
        """The value of an expression in the page; promises are waited for."""
        result = self.tell("Runtime.evaluate", expression=text, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise Failed(f"{text}: {result['exceptionDetails'].get('exception', {}).get('description')}")
        return result["result"].get("value")

    def until(self, text, what):
        """Waits until an expression is true, and returns its value."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            value = self.script(text)
            if value:
                return value
            if time.monotonic() > end:
                raise Failed(f"{what}: it did not come; the page says: {self.script('document.body.innerText')[:2000]}")
            time.sleep(0.1)

    def open(self, url):
        self.tell("Page.navigate", url=url)

    def size(self, width, height, scale=1):
        self.tell(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)

    def scheme(self, name):
        self.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def key(self, name, text=None):
        """Presses one key, as a keyboard does."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowDown": 40}
        common = {"key": name, "code": name, "windowsVirtualKeyCode": codes[name]}
        down = {**common, "text": text} if text else common
        self.tell("Input.dispatchKeyEvent", type="keyDown", **down)
        self.tell("Input.dispatchKeyEvent", type="keyUp", **common)

    def click(self, selector):
        """Clicks in the middle of an element, and again where the page has moved it away meanwhile."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            place = self.script(AIM % json.dumps(selector))
            for kind in ["mousePressed", "mouseReleased"]:
                self.tell(
                    "Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)
            if self.script("window.aim.abort(), window.aim.hit"):
                return
            if time.monotonic() > end:
                raise Failed(f"{selector} was not hit: it never stands still")

    def picture(self, path):
        data = self.tell("Page.captureScreenshot", format="png", captureBeyondViewport=False)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def events(self, method):
        """What was seen of a kind since the start."""
        with self.changed:
            return [event["params"] for event in self.seen if event["method"] == method]

    def complaints(self):
        """Errors of scripts, of the console, and what the content security policy has stopped."""
        found = [each["exceptionDetails"] for each in self.events("Runtime.exceptionThrown")]
        found += [each for each in self.events("Runtime.consoleAPICalled") if each["type"] in ["error", "warning"]]
        found += [
            each["entry"] for each in self.events("Log.entryAdded") if each["entry"]["level"] in ["error", "warning"]]
        found += [
            each["issue"] for each in self.events("Audits.issueAdded")
            if each["issue"]["code"] == "ContentSecurityPolicyIssue"]
        return found
