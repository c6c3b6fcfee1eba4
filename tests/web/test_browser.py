"""The site in a real browser."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web.server import served
from voiceguide.share.reading import read_contents
from voiceguide.web.site import publish

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
SLUG = "lower-back-5s-1x"
HOSTILE_SLUG = "lower-back-6s-1x"
_FLAGS = (
    "no-sandbox disable-gpu disable-background-networking disable-component-update disable-sync no-first-run "
    "disable-quic mute-audio autoplay-policy=no-user-gesture-required"
)
_SILENT = [f"--{flag}" for flag in _FLAGS.split(" ")]


@dataclass
class Opened:
    """A page, and everything it complained of or asked for."""

    page: "Page"
    base: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def go(self, path: str) -> "Page":
        self.page.goto(self.base + path)
        return self.page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, plain_mp3: Path, hostile_mp3: Path) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    publish(folder, [plain_mp3, hostile_mp3], "https://example.org/some/where/")
    with served(folder) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=_SILENT)
        yield launched
        launched.close()


@pytest.fixture
def opened(browser: "Browser", site: str, request: pytest.FixtureRequest) -> Iterator[Opened]:
    options = getattr(request, "param", {})
    context = browser.new_context(**{"viewport": {"width": 360, "height": 740}, **options})
    found = Opened(context.new_page(), site)
    found.page.on(
        "console",
        lambda said: found.complaints.append(said.text) if said.type in {"error", "warning"} else None,
    )
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on("request", lambda asked: found.requests.append(asked.url))
    yield found
    context.close()
    assert found.complaints == []
    assert [url for url in found.requests if not url.startswith(site)] == []


def until(page: "Page", expression: str, argument: object = None) -> None:
    """Wait for something to be true. (The driver's own way evaluates a string, which the page forbids.)"""
    for _ in range(200):
        if page.evaluate(expression, argument):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression} ({argument})")


def settled(page: "Page", milliseconds: int) -> None:
    """Wait for the audio to be at a place, as far as a frame can tell."""
    until(
        page, "at => Math.abs(document.getElementById('audio').currentTime * 1000 - at) < 400", milliseconds
    )


def test_it_plays(opened: Opened) -> None:
    """At the press of the large button; and pauses at the next."""
    page = opened.go(f"{SLUG}/index.html")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "document.getElementById('audio').currentTime > 1")
    page.get_by_role("button", name="Pause", exact=True).click()
    assert page.evaluate("document.getElementById('audio').paused")


def test_the_browser_knows_the_exact_length(opened: Opened, plain_mp3: Path) -> None:
    """Before it has read the whole file."""
    page = opened.go(f"{SLUG}/index.html")
    until(page, "document.getElementById('audio').readyState > 0")
    heard = 1000 * float(page.evaluate("document.getElementById('audio').duration"))
    assert heard == pytest.approx(read_contents(plain_mp3).plan.duration_ms, abs=60)


def test_chapters_are_sought(opened: Opened, plain_mp3: Path) -> None:
    """By the list, by the buttons; the one that plays is marked."""
    plan = read_contents(plain_mp3).plan
    page = opened.go(f"{SLUG}/index.html")
    until(page, "document.getElementById('audio').readyState > 0")
    page.get_by_role("link", name="Flat back stretch").first.click()
    settled(page, plan.chapters[2].start_ms)
    page.keyboard.press("n")
    settled(page, plan.chapters[3].start_ms)
    page.get_by_role("button", name="Previous exercise").click()
    settled(page, plan.chapters[2].start_ms)
    assert page.locator("#chapters [aria-current]").inner_text().endswith("Flat back stretch")


def test_the_words_show_when_they_are_heard(opened: Opened, plain_mp3: Path) -> None:
    """Each sentence of the plan, a moment after its beginning, in large type; and the hold's rest in seconds."""
    plan = read_contents(plain_mp3).plan
    page = opened.go(f"{SLUG}/index.html")
    until(page, "document.getElementById('audio').readyState > 0")
    for event in plan.of_kind("say")[::3]:
        page.evaluate(f"document.getElementById('audio').currentTime = {(event.start_ms + 100) / 1000}")
        until(page, "text => document.getElementById('cue').textContent === text", event.text)
    hold = plan.of_kind("hold")[0]
    page.evaluate(f"document.getElementById('audio').currentTime = {(hold.start_ms + 1500) / 1000}")
    until(page, "document.getElementById('part').textContent.endsWith('· 4 s')")


def test_keys_do_what_buttons_do(opened: Opened) -> None:
    """Space, arrows, n and p; on a control, space is the control's."""
    page = opened.go(f"{SLUG}/index.html")
    until(page, "document.getElementById('audio').readyState > 0")
    page.keyboard.press("ArrowRight")
    settled(page, 10_000)
    page.keyboard.press("ArrowLeft")
    settled(page, 0)
    page.keyboard.press("Space")
    until(page, "!document.getElementById('audio').paused")
    page.keyboard.press("Space")
    until(page, "document.getElementById('audio').paused")
    page.get_by_role("button", name="Next exercise").focus()
    page.keyboard.press("Space")
    until(page, "document.getElementById('audio').currentTime > 3")
    assert page.evaluate("document.getElementById('audio').paused")


def test_the_lock_screen_has_its_buttons(opened: Opened) -> None:
    """Title and picture, and previous and next mean exercises."""
    opened.page.add_init_script(
        "window.told = {}; const set = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);"
        "navigator.mediaSession.setActionHandler = (name, call) => { window.told[name] = call; set(name, call); };"
    )
    page = opened.go(f"{SLUG}/index.html")
    until(page, "document.getElementById('audio').readyState > 0")
    data = page.evaluate(
        "({title: navigator.mediaSession.metadata.title, art: navigator.mediaSession.metadata.artwork.length})"
    )
    assert data == {"title": "Lower back · 5 s × 1", "art": 1}
    page.evaluate("window.told.nexttrack()")
    until(page, "document.getElementById('part').textContent.startsWith('Cat and cow')")
    page.evaluate("window.told.previoustrack()")
    until(page, "document.getElementById('part').textContent.startsWith('Introduction')")
    names = {"play", "pause", "previoustrack", "nexttrack", "seekbackward", "seekforward", "seekto"}
    assert names <= set(page.evaluate("Object.keys(window.told)"))


def test_a_link_can_be_shared_or_copied(opened: Opened) -> None:
    """Where the browser shares, it is asked to; elsewhere the link is copied."""
    page = opened.go(f"{SLUG}/index.html")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shares = page.evaluate("Boolean(navigator.share)")
    assert page.locator("#share").is_visible() == shares
    assert page.locator("#copy").is_visible() != shares
    if not shares:
        page.locator("#copy").click()
        until(page, "document.getElementById('told').textContent !== ''")
        assert page.evaluate("navigator.clipboard.readText()").endswith(f"{SLUG}/index.html")
    opened.page.add_init_script(
        "navigator.share = (what) => { window.shared = what; return Promise.resolve(); };"
    )
    page = opened.go(f"{SLUG}/index.html")
    page.locator("#share").click()
    assert page.evaluate("window.shared.url").endswith(f"{SLUG}/index.html")


def test_hostile_titles_stay_text(opened: Opened) -> None:
    """On the page, in its data, in the list; nothing of them runs."""
    page = opened.go(f"{HOSTILE_SLUG}/index.html")
    assert page.locator("h1").inner_text().startswith("<script>alert('x')</script> \"Rücken\" & שלום 😀")
    assert page.evaluate("JSON.parse(document.getElementById('session').textContent).title").startswith(
        "<script>"
    )
    page = opened.go("index.html")
    assert page.locator(".card").count() == 2
    assert page.get_by_text("<script>alert('x')</script>").count() == 1
    page.locator(".card").first.click()
    page.wait_for_url(f"**/{SLUG}/index.html")


@pytest.mark.parametrize("opened", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript_it_still_plays(opened: Opened) -> None:
    """By the browser's own controls, and links to each exercise's time."""
    page = opened.go(f"{SLUG}/index.html")
    assert page.locator("audio").get_attribute("controls") is not None
    assert page.locator("audio").is_visible()
    assert not page.locator("#controls").is_visible()
    assert "#t=" in (page.locator("#chapters a").nth(1).get_attribute("href") or "")


@pytest.mark.parametrize("opened", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
@pytest.mark.parametrize("path", ["index.html", f"{SLUG}/index.html", f"{HOSTILE_SLUG}/index.html"])
def test_no_serious_accessibility_fault(opened: Opened, path: str) -> None:
    """By axe-core, with everything opened; and nothing is wider than a small phone."""
    from axe_playwright_python import sync_playwright as axe

    page = opened.go(path)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    script = Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
    # Handed to the page as the tester's own, which its policy allows.
    page.evaluate(script)
    results = page.evaluate("axe.run()")
    serious = [
        (fault["id"], fault["help"], [node["html"][:100] for node in fault["nodes"]][:3])
        for fault in results["violations"]
        if fault["impact"] in {"serious", "critical"}
    ]
    assert serious == [], json.dumps(serious, indent=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_nothing_runs_that_the_policy_forbids(opened: Opened) -> None:
    """A script in the page itself is refused."""
    page = opened.go(f"{SLUG}/index.html")
    page.evaluate(
        "const script = document.createElement('script'); script.textContent = 'window.ran = 1';"
        "document.body.append(script);"
    )
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in text for text in opened.complaints)
    opened.complaints.clear()
