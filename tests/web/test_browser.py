"""The site in a real browser."""

import gzip
import hashlib
import io
import json
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from tests.language.pseudo import PseudoLanguage, in_pseudo, unmarked_words
from tests.waiting import LIMIT_SECONDS
from tests.web.conftest import STORE, chosen_bytes
from tests.web.server import served
from voiceguide.export.cue_sheet import cue_sheet
from voiceguide.export.finished_file import read_metadata
from voiceguide.language.registry import LANGUAGES, register_language
from voiceguide.options.session import SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.reader import built_in_ids, find_routine
from voiceguide.session.making import write_file
from voiceguide.session.planning import plan_session
from voiceguide.web.choices import Choice, RoutineChoices
from voiceguide.web.site import publish

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
SLUG = "lower-back-5s-1x-1-4-of-5-brief"
HOSTILE_SLUG = "lower-back-6s-1x-1-4-of-5-brief"
SIDED_SLUG = "lower-back-7s-2x-1to2-of-5-brief"
_FLAGS = (
    "no-sandbox disable-gpu disable-background-networking disable-component-update disable-sync no-first-run "
    "disable-quic mute-audio autoplay-policy=no-user-gesture-required"
)
# Events of a sound do not bubble, but pass by on their way down.
_NOTE_WHERE_IT_IS_SOUGHT = (
    "const note = ({ target }) => { window.soughtMs = 1000 * target.currentTime; };"
    "document.addEventListener('seeking', note, true);"
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
def folder(
    tmp_path_factory: pytest.TempPathFactory, plain_mp3: Path, hostile_mp3: Path, sided_mp3: Path
) -> Path:
    folder = tmp_path_factory.mktemp("site")
    publish(folder, [plain_mp3, hostile_mp3, sided_mp3], "https://example.org/some/where/")
    return folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    with served(folder) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=_SILENT)
        yield launched
        launched.close()


def patient_context(browser: "Browser", **options: Any) -> "BrowserContext":
    """Open a context that waits as long as it takes, and whose pages note where their sound is sought."""
    context = browser.new_context(**options)
    context.set_default_timeout(LIMIT_SECONDS * 1000)
    context.add_init_script(_NOTE_WHERE_IT_IS_SOUGHT)
    return context


@pytest.fixture
def opened(browser: "Browser", site: str, request: pytest.FixtureRequest) -> Iterator[Opened]:
    options = getattr(request, "param", {})
    context = patient_context(browser, **{"viewport": {"width": 360, "height": 740}, **options})
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
    assert [url for url in found.requests if not url.startswith((found.base, "blob:"))] == []


def until(page: "Page", expression: str, argument: object = None) -> None:
    """Wait for something to be true. (The driver's own way evaluates a string, which the page forbids.)"""
    deadline = monotonic() + LIMIT_SECONDS
    while not page.evaluate(expression, argument):
        if monotonic() > deadline:
            raise AssertionError(f"never true: {expression} ({argument})")
        page.wait_for_timeout(50)


def sought(page: "Page", milliseconds: int) -> None:
    """Wait for the page to have set the sound to a place; where it plays, it has gone on from there."""
    until(page, "at => Math.abs(window.soughtMs - at) < 400", milliseconds)


def frames(page: "Page", number: int) -> None:
    """Wait for so many pictures to be drawn, however long each takes."""
    page.evaluate(
        "number => new Promise((done) => { const next = () => number-- ? requestAnimationFrame(next) : done(); next(); })",
        number,
    )


def ready(page: "Page") -> "Page":
    """Wait for the sound to be known."""
    until(page, "document.getElementById('audio').readyState > 0")
    return page


def move(page: "Page", milliseconds: int) -> None:
    """Set the sound to a place, as a browser's own controls would."""
    page.evaluate("at => { document.getElementById('audio').currentTime = at / 1000; }", milliseconds)


def shows(page: "Page", identity: str, text: str) -> None:
    """Wait for an element to say something."""
    until(page, "([id, text]) => document.getElementById(id).textContent === text", [identity, text])


def top(page: "Page", selector: str = "#play") -> float:
    box = page.locator(selector).bounding_box()
    assert box
    return box["y"]


def test_it_plays(opened: Opened) -> None:
    """At the press of the large button; and pauses at the next."""
    page = opened.go(f"{SLUG}/index.html")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "document.getElementById('audio').currentTime > 1")
    page.get_by_role("button", name="Pause", exact=True).click()
    assert page.evaluate("document.getElementById('audio').paused")


def test_the_browser_knows_the_exact_length(opened: Opened, plain_mp3: Path) -> None:
    """Before it has read the whole file."""
    page = ready(opened.go(f"{SLUG}/index.html"))
    heard = 1000 * float(page.evaluate("document.getElementById('audio').duration"))
    assert heard == pytest.approx(read_metadata(plain_mp3).plan.duration_ms, abs=60)


def test_chapters_are_sought(opened: Opened, plain_mp3: Path) -> None:
    """By the list, by the buttons; the one that plays is marked."""
    plan = read_metadata(plain_mp3).plan
    page = ready(opened.go(f"{SLUG}/index.html"))
    page.get_by_role("link", name="Flat back stretch").first.click()
    sought(page, plan.chapters[2].start_ms)
    page.locator("#play").click()
    page.locator("#position").focus()
    page.keyboard.press("n")
    sought(page, plan.chapters[3].start_ms)
    page.get_by_role("button", name="Previous exercise").click()
    sought(page, plan.chapters[2].start_ms)
    assert page.locator("#chapters [aria-current]").inner_text().endswith("Flat back stretch")


def test_the_words_show_when_they_are_heard(opened: Opened, plain_mp3: Path) -> None:
    """Each sentence of the plan, a moment after its beginning, in large type; and in the transcript."""
    plan = read_metadata(plain_mp3).plan
    page = ready(opened.go(f"{SLUG}/index.html"))
    for event in plan.of_kind("say")[::3]:
        move(page, event.start_ms + 100)
        shows(page, "cue", event.text)
        marked = "document.querySelector('#transcript [aria-current]')?.dataset.at === String(at)"
        until(page, f"at => {marked}", event.start_ms)


def test_a_hold_is_shown_as_a_hold(opened: Opened, sided_mp3: Path) -> None:
    """The seconds left, large enough to be read across a room; side and repetition; what comes next; its share as a ring."""
    plan = read_metadata(sided_mp3).plan
    page = ready(opened.go(f"{SIDED_SLUG}/index.html"))
    left = next(hold for hold in plan.of_kind("hold") if hold.side == "left")
    move(page, left.start_ms + 2500)
    shows(page, "count", "5")
    shows(page, "place", "Left side · 1 of 2")
    shows(page, "next-part", "Right side · 1 of 2")
    assert (
        96 <= page.evaluate("parseFloat(getComputedStyle(document.getElementById('count')).fontSize)") <= 200
    )
    assert page.evaluate("parseFloat(getComputedStyle(document.getElementById('cue')).fontSize)") >= 20
    share = float((page.locator("#ring").get_attribute("stroke-dasharray") or "").split()[0])
    assert share == pytest.approx(100 * 5 / 7, abs=0.1)
    assert float(
        page.evaluate("parseFloat(getComputedStyle(document.getElementById('ring')).strokeDasharray)")
    ) == (pytest.approx(share, abs=0.1))
    last = plan.of_kind("hold")[-1]
    move(page, last.start_ms + 1000)
    shows(page, "next-part", plan.chapters[-1].title)
    move(page, left.start_ms - 3500)
    shows(page, "unit", "until the hold")
    shows(page, "count", "4")


@pytest.mark.parametrize(
    "opened",
    [
        {"viewport": {"width": 360, "height": 740}},
        {"viewport": {"width": 740, "height": 360}},
        {"viewport": {"width": 1280, "height": 800}},
    ],
    indirect=True,
)
def test_the_buttons_are_on_the_first_screen_and_stay_where_they_are(opened: Opened, sided_mp3: Path) -> None:
    """Whatever is said, and whether it plays: a finger finds Play without looking."""
    page = ready(opened.go(f"{SIDED_SLUG}/index.html"))
    height = page.evaluate("window.innerHeight")
    before = top(page)
    page.evaluate("document.querySelector('h1').textContent = 'A very long title of many words '.repeat(16)")
    page.evaluate("document.getElementById('status').textContent = 'The sound cannot be loaded. '.repeat(4)")
    assert top(page) == before
    page.evaluate("document.getElementById('status').textContent = ''")
    box = page.locator("#position").bounding_box()
    assert box
    assert box["y"] + box["height"] <= height
    page.locator("#play").click()
    until(page, "document.querySelector('main').dataset.state === 'playing'")
    assert top(page) == before
    page.locator("#play").click()
    for event in read_metadata(sided_mp3).plan.of_kind("say"):
        move(page, event.start_ms + 50)
        shows(page, "cue", event.text)
        assert top(page) == before
        assert page.evaluate(
            "document.getElementById('cue').scrollHeight <= document.querySelector('.cue-box').clientHeight"
        )


def test_keys_do_what_buttons_do(opened: Opened) -> None:
    """Space and arrows anywhere; on a button, space is the button's."""
    page = ready(opened.go(f"{SLUG}/index.html"))
    page.keyboard.press("ArrowRight")
    sought(page, 10_000)
    page.keyboard.press("ArrowLeft")
    sought(page, 0)
    page.keyboard.press("Space")
    until(page, "!document.getElementById('audio').paused")
    page.keyboard.press("Space")
    until(page, "document.getElementById('audio').paused")
    page.get_by_role("button", name="Next exercise").focus()
    page.keyboard.press("Space")
    until(page, "document.getElementById('audio').currentTime > 3")
    assert page.evaluate("document.getElementById('audio').paused")


def test_space_pauses_after_a_chapter_was_chosen(opened: Opened) -> None:
    """And after a line of the transcript; the page does not scroll."""
    page = ready(opened.go(f"{SLUG}/index.html"))
    page.locator("#transcript summary").click()
    for link in ("#chapters a", "#transcript a"):
        page.locator(link).nth(2).click()
        until(page, "!document.getElementById('audio').paused")
        before = page.evaluate("window.scrollY")
        page.keyboard.press("Space")
        until(page, "document.getElementById('audio').paused")
        frames(page, 10)
        assert page.evaluate("window.scrollY") == before


def test_letters_act_only_in_the_player(opened: Opened, plain_mp3: Path) -> None:
    """Who speaks to the machine, or presses a key by chance, is not thrown out of the exercise (WCAG 2.1.4)."""
    plan = read_metadata(plain_mp3).plan
    page = ready(opened.go(f"{SLUG}/index.html"))
    page.keyboard.press("n")
    page.locator("#chapters a").first.focus()
    page.keyboard.press("n")
    assert page.evaluate("document.getElementById('audio').currentTime") == 0
    page.locator("#play").focus()
    page.keyboard.press("n")
    sought(page, plan.chapters[1].start_ms)
    page.keyboard.press("P")
    sought(page, plan.chapters[0].start_ms)


def test_the_transcript_is_one_stop_of_the_tab_key(opened: Opened, plain_mp3: Path) -> None:
    """The arrows go from line to line; a line is chosen with Enter."""
    line = read_metadata(plain_mp3).plan.of_kind("say")[2]
    page = ready(opened.go(f"{SLUG}/index.html"))
    page.locator("#transcript summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.at") == str(line.start_ms)
    assert page.locator("#transcript a[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    shows(page, "cue", line.text)
    page.keyboard.press("Tab")
    assert page.evaluate("!document.getElementById('transcript').contains(document.activeElement)")


def test_the_screen_stays_on_while_it_plays(opened: Opened) -> None:
    """And may go dark when it is paused."""
    opened.page.add_init_script(
        "window.locks = []; Object.defineProperty(navigator, 'wakeLock', { value: { request: async (kind) => {"
        " window.locks.push(kind); return { addEventListener() {}, release: async () => { window.locks.push('off'); } };"
        " } } });"
    )
    page = ready(opened.go(f"{SLUG}/index.html"))
    page.locator("#play").click()
    until(page, "window.locks.join() === 'screen'")
    page.locator("#play").click()
    until(page, "window.locks.join() === 'screen,off'")


def test_the_player_fills_the_screen(opened: Opened) -> None:
    """By its button, and by F in the player."""
    page = ready(opened.go(f"{SLUG}/index.html"))
    page.get_by_role("button", name="Full screen").click()
    until(page, "document.fullscreenElement?.id === 'screen'")
    until(page, "document.getElementById('full').getAttribute('aria-pressed') === 'true'")
    page.keyboard.press("f")
    until(page, "!document.fullscreenElement")


def test_the_place_is_kept(opened: Opened) -> None:
    """It is offered, not jumped to; and forgotten when the session has ended."""
    page = ready(opened.go(f"{SLUG}/index.html"))
    assert not page.locator("#resume").is_visible()
    move(page, 31_000)
    page.locator("#play").click()
    until(page, "document.getElementById('audio').currentTime > 31.2")
    page.locator("#play").click()
    seconds = int(page.evaluate("document.getElementById('audio').currentTime"))
    page = ready(opened.go(f"{SLUG}/index.html"))
    assert page.evaluate("document.getElementById('audio').currentTime") == 0
    page.get_by_role("button", name=f"Resume at 0:{seconds}").click()
    assert not page.locator("#resume").is_visible()
    until(page, f"document.getElementById('audio').currentTime >= {seconds}")
    until(page, "!document.getElementById('audio').paused")
    page.evaluate("document.getElementById('audio').currentTime = 100000")
    until(page, "document.getElementById('audio').ended")
    page = ready(opened.go(f"{SLUG}/index.html"))
    assert not page.locator("#resume").is_visible()


def test_an_address_can_name_a_time(opened: Opened) -> None:
    """Of the first look, and of a later change."""
    page = opened.go(f"{SLUG}/index.html#t=12.5")
    sought(page, 12_500)
    page.evaluate("location.hash = '#t=20'")
    sought(page, 20_000)


def test_audio_that_cannot_be_loaded_is_reported(opened: Opened) -> None:
    """At the press of Play at the latest; and it plays when the sound is there again."""
    page = opened.page
    page.route("**/*.mp3", lambda route: route.abort())
    opened.go(f"{SLUG}/index.html")
    until(page, "document.getElementById('audio').error !== null")
    # The page may have said it before the press, and takes it back while it tries again: what counts is what stays.
    page.evaluate(
        "() => { const audio = document.getElementById('audio'), play = audio.play.bind(audio); window.refused = 0;"
        "audio.play = () => { const begun = play(); begun.catch(() => setTimeout(() => { window.refused += 1; }));"
        "return begun; }; }"
    )
    page.locator("#play").click()
    until(page, "window.refused === 1")
    message = page.get_by_role("status").first.inner_text()
    assert message.startswith("The sound cannot be loaded.")
    assert "download the MP3" in message
    page.unroute("**/*.mp3")
    page.locator("#play").click()
    until(page, "document.getElementById('audio').currentTime > 0.2")
    until(page, "document.getElementById('status').textContent === ''")
    assert all("ERR_FAILED" in text for text in opened.complaints)
    opened.complaints.clear()


def test_a_host_without_byte_ranges_is_no_hindrance(opened: Opened, folder: Path, plain_mp3: Path) -> None:
    """The file is fetched as one, and the listener is told; it plays on from where the listener wanted to be."""
    plan = read_metadata(plain_mp3).plan
    with served(folder, with_ranges=False) as url:
        opened.base = url
        page = ready(opened.go(f"{SLUG}/index.html"))
        page.locator("#chapters a").nth(2).click()
        sought(page, plan.chapters[2].start_ms)
        until(page, "!document.getElementById('audio').paused")
        until(
            page, "at => document.getElementById('audio').currentTime * 1000 > at", plan.chapters[2].start_ms
        )
        page.locator("#previous").click()
        sought(page, plan.chapters[1].start_ms)
        page.locator("#play").click()
        assert page.evaluate("document.getElementById('audio').currentSrc").startswith("blob:")
        page.goto("about:blank")


def test_nothing_is_drawn_twice(opened: Opened) -> None:
    """While it plays, the page changes when a second, a cue or a chapter does, and not with every picture."""
    page = ready(opened.go(f"{SLUG}/index.html"))
    page.locator("#play").click()
    until(page, "document.getElementById('audio').currentTime > 0.5")
    page.evaluate(
        "window.changes = 0; new MutationObserver((all) => { window.changes += all.length; }).observe("
        "document.querySelector('main'), { subtree: true, childList: true, attributes: true, characterData: true });"
    )
    until(page, "document.getElementById('audio').currentTime > 2.5")
    assert page.evaluate("window.changes / document.getElementById('audio').currentTime") < 30


def test_the_lock_screen_has_its_buttons(opened: Opened, plain_mp3: Path) -> None:
    """It shows the exercise, the session and the picture; and previous and next mean exercises."""
    plan = read_metadata(plain_mp3).plan
    opened.page.add_init_script(
        "window.handlers = {}; const set = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);"
        "navigator.mediaSession.setActionHandler = (name, call) => { window.handlers[name] = call; set(name, call); };"
    )
    page = ready(opened.go(f"{SLUG}/index.html"))
    page.evaluate("window.handlers.nexttrack()")
    shows(page, "part", "Cat and cow")
    data = page.evaluate(
        "(({title, artist, album, artwork}) => [title, artist, album, artwork.length])(navigator.mediaSession.metadata)"
    )
    assert data == ["Cat and cow", "Lower back (2 of 5) · every day · 5 s × 1", "Lower back", 1]
    page.evaluate("window.handlers.previoustrack()")
    shows(page, "part", plan.chapters[0].title)
    names = {"play", "pause", "previoustrack", "nexttrack", "seekbackward", "seekforward", "seekto"}
    assert names <= set(page.evaluate("Object.keys(window.handlers)"))


def test_a_link_can_be_shared_or_copied(opened: Opened) -> None:
    """Where the browser shares, it is asked to; elsewhere the link is copied."""
    page = opened.go(f"{SLUG}/index.html")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shares = page.evaluate("Boolean(navigator.share)")
    assert page.locator("#share").is_visible() == shares
    assert page.locator("#copy").is_visible() != shares
    if not shares:
        page.locator("#copy").click()
        until(page, "document.getElementById('copy-status').textContent !== ''")
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
    assert page.locator(".card").count() == 3
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


@pytest.mark.parametrize(
    "opened",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark"},
        {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    ],
    indirect=True,
)
@pytest.mark.parametrize("path", ["index.html", f"{SIDED_SLUG}/index.html", f"{HOSTILE_SLUG}/index.html"])
def test_no_serious_accessibility_fault(opened: Opened, path: str) -> None:
    """By axe-core up to WCAG 2.2 AA, with everything opened, before it plays and in a hold."""
    from axe_playwright_python import sync_playwright as axe

    page = opened.go(path)
    script = Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
    # Handed to the page as the tester's own, which its policy allows.
    page.evaluate(script)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert serious_faults(page) == []
    if path.startswith("lower"):
        ready(page).locator("#play").click()
        begins = "JSON.parse(document.getElementById('session').textContent).holds[0].start"
        move(page, page.evaluate(begins) + 500)
        shows(page, "unit", "seconds left")
        page.locator("#play").click()
        assert serious_faults(page) == []


def serious_faults(page: "Page") -> list[str]:
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    results = page.evaluate("tags => axe.run(document, { runOnly: tags })", tags)
    return [
        json.dumps(
            [diagnostic["id"], diagnostic["help"], [node["html"][:100] for node in diagnostic["nodes"]][:3]]
        )
        for diagnostic in results["violations"]
        if diagnostic["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("path", ["index.html", f"{SIDED_SLUG}/index.html", f"{HOSTILE_SLUG}/index.html"])
def test_everything_can_be_hit_and_nothing_runs_over(opened: Opened, path: str) -> None:
    """Targets are 24 px and the player's 44 (WCAG 2.2, 2.5.8); at twice the text size nothing is wider than a phone."""
    page = opened.go(path)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    small = page.evaluate(
        "[...document.querySelectorAll('a, button, input, summary')].map((e) => [e, e.getBoundingClientRect()])"
        ".filter(([e, box]) => box.width > 0 && Math.min(box.width, box.height) < (e.closest('#player') ? 44 : 24))"
        ".map(([e]) => e.outerHTML.slice(0, 80))"
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_feed_and_the_cue_sheet_are_one_press_away(opened: Opened) -> None:
    """The feed's address can be copied; the sheet opens."""
    page = opened.go("index.html")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the feed's address").click()
    until(page, "document.getElementById('copy-status').textContent !== ''")
    assert page.evaluate("navigator.clipboard.readText()") == f"{opened.base}feed.xml"
    page = opened.go(f"{SLUG}/index.html")
    page.get_by_role("link", name="Cue sheet to print").click()
    page.wait_for_url("**/cue-sheet.html")
    assert page.locator("h1").inner_text() == "Lower back"


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("name", built_in_ids())
def test_a_cue_sheet_prints_on_one_page(browser: "Browser", name: str, paper: str) -> None:
    """That of every built-in routine, on the paper of either side of the ocean."""
    routine = find_routine(name)
    session = plan_session(routine, SessionOptions(), VoiceOptions(engine="fake"), store=STORE)
    page = browser.new_page()
    page.set_content(cue_sheet(session.plan, routine))
    printed = page.pdf(format=paper, prefer_css_page_size=True)
    page.close()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


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


def shown_on(page: "Page") -> str:
    """Everything that can be read on a page, or is read aloud by a screen reader."""
    labels = ("aria-label", "aria-valuetext", "alt", "title")
    read = (
        "[document.body.innerText, ...names.flatMap(name => [...document.querySelectorAll(`[${name}]`)].map("
    )
    return str(page.evaluate(f"names => {read}node => node.getAttribute(name)))].join(' ')", labels))


def test_the_player_shows_the_words_of_the_language(
    browser: "Browser", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it plays, in a hold, between holds, at the end, where it goes on, and where a link is copied."""
    monkeypatch.setattr("voiceguide.language.registry.LANGUAGES", dict(LANGUAGES))
    register_language(PseudoLanguage())
    options = SessionOptions(hold_seconds=20, reps=2, only=("cat-cow", "knee-roll"))
    routine = in_pseudo(find_routine("lower-back"))
    session = plan_session(routine, options, VoiceOptions(engine="fake"), store=STORE)
    write_file(session, tmp_path / "a.mp3", None)
    publish(tmp_path / "site", [tmp_path / "a.mp3"], "https://example.org/")
    (hold, later, *_, last) = session.plan.of_kind("hold")
    with served(tmp_path / "site") as base:
        context = patient_context(browser)
        page = context.new_page()
        page.goto(f"{base}lower-back-20s-2x-1to2-of-5/index.html")
        ready(page)
        seen = [shown_on(page)]
        for at_ms in (hold.start_ms + 5000, later.start_ms - 2000, last.start_ms + 5000, last.end_ms + 4000):
            move(page, at_ms)
            sought(page, at_ms)
            page.get_by_role("button", name="«Play»", exact=True).click()
            page.get_by_role("button", name="«Pause»", exact=True).click()
            seen.append(shown_on(page))
        move(page, hold.start_ms + 5000)
        sought(page, hold.start_ms + 5000)
        page.evaluate("window.dispatchEvent(new Event('pagehide'))")
        page.locator("#copy").evaluate("button => button.click()")
        until(page, "document.getElementById('copy-status').textContent !== ''")
        seen.append(shown_on(page).replace(page.url, ""))
        page.reload()
        page.get_by_role("button", name="«Resume» «at»").wait_for()
        seen.append(shown_on(page))
        context.close()
    assert [unmarked_words(text) for text in seen] == [[]] * len(seen)
    for words in (
        "«seconds» «left»",
        "«until» «the» «hold»",
        "«to» «the» «end»",
        "«Press» «Play»",
        "«right»",
    ):
        assert any(words in text for text in seen), words


# --- the choice ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def choice_folder(tmp_path_factory: pytest.TempPathFactory, choices: RoutineChoices) -> Path:
    folder = tmp_path_factory.mktemp("choice")
    publish(folder, choices.files, "https://example.org/some/where/", routines=[choices])
    return folder


@pytest.fixture(scope="module")
def choice_site(choice_folder: Path) -> Iterator[str]:
    with served(choice_folder) as url:
        yield url


@contextmanager
def opened_choice(browser: "Browser", base: str, query: str = "", **options: Any) -> Iterator[Opened]:
    """A routine's page, with the worker in control where there can be one."""
    context = patient_context(browser, viewport={"width": 390, "height": 844}, **options)
    found = Opened(context.new_page(), base)
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on("request", lambda asked: found.requests.append(asked.url))
    # What a worker asks for is seen only here.
    context.on("request", lambda asked: found.requests.append(asked.url))
    page = found.go(f"lower-back/index.html{query}")
    if page.evaluate("isSecureContext"):
        until(page, "Boolean(navigator.serviceWorker.controller)")
    yield found
    context.close()
    assert found.complaints == []
    assert [url for url in found.requests if not url.startswith((found.base, "blob:"))] == []


def choose(page: "Page", **values: object) -> None:
    """Choose, and wait for the choice to be there."""
    for name, value in values.items():
        page.select_option(f"#choose-{name}", str(value))
    title = " × ".join(
        f"{values[name]}{unit}" for name, unit in (("hold", " s"), ("reps", "")) if name in values
    )
    until(page, "title => document.getElementById('title').textContent.includes(title)", title)


_SUM = """async () => {
  const file = await globalThis.choice.wholeFile();
  const sum = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [file.name, [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("")];
}"""


def test_every_choice_is_handed_out_as_make_writes_it(
    browser: "Browser", choice_site: str, choices: RoutineChoices
) -> None:
    """Byte for byte, for forty choices; and each pack is asked for once."""
    with opened_choice(browser, choice_site) as found:
        for made in choices.choices[1:]:
            hold, reps = made.choice.hold_seconds, made.choice.reps
            choose(found.page, hold=hold, reps=reps)
            name, digest = found.page.evaluate(_SUM)
            assert digest == hashlib.sha256(chosen_bytes(made.choice)).hexdigest()
            assert name == f"lower-back-{hold}s-{reps}x-brief.mp3"
        packs = {url.rsplit("/", 1)[1][:-4] for url in found.requests if "/packs/" in url}
        recipes = [recipe_of(choices, made.name) for made in choices.choices[1:]]
        assert packs == {pack for recipe in recipes for pack in recipe["packs"]}


def test_another_hold_loads_only_what_is_new(
    browser: "Browser", choice_site: str, choices: RoutineChoices
) -> None:
    """Seen in the requests of the page."""
    packs = {
        (made.choice.hold_seconds, made.choice.reps): packs_of(choices, made.name) for made in choices.choices
    }
    with opened_choice(browser, choice_site) as found:

        def loaded_by(hold: int) -> set[str]:
            before = len(found.requests)
            choose(found.page, hold=hold, reps=2)
            wanted = {f"{choice_site}packs/{name}.bin" for name in packs[hold, 2] - known}
            until(
                found.page,
                "urls => urls.every((url) => performance.getEntriesByName(url).length)",
                sorted(wanted),
            )
            return {url for url in found.requests[before:] if "/packs/" in url}

        known: set[str] = set()
        first = loaded_by(5)
        known = set(packs[5, 2])
        second = loaded_by(9)
        assert {url.rsplit("/", 1)[1][:-4] for url in first} >= packs[5, 2]
        assert {url.rsplit("/", 1)[1][:-4] for url in second} == packs[9, 2] - packs[5, 2]
        assert packs[9, 2] & packs[5, 2]


def packs_of(choices: RoutineChoices, name: str) -> set[str]:
    """The packs that playing a choice needs."""
    recipe = recipe_of(choices, name)
    return {recipe["packs"][pack] for _, pack, _, _ in recipe["blocks"]}


def recipe_of(choices: RoutineChoices, name: str) -> dict[str, Any]:
    """What a page loads for a choice."""
    return dict(json.loads(gzip.decompress(choices.contents[f"choices/{name}.bin"]).split(b"\n", 1)[0]))


def test_a_chosen_session_plays_and_is_sought(browser: "Browser", choice_site: str) -> None:
    """From an address that only the worker knows."""
    with opened_choice(browser, choice_site, "?hold=7&reps=2&guidance=brief") as found:
        page = found.page
        until(page, "document.getElementById('title').textContent.includes('7 s × 2')")
        until(page, "document.getElementById('audio').src.includes('/play/')")
        page.click("#play")
        until(page, "document.getElementById('audio').currentTime > 0")
        page.evaluate("document.getElementById('audio').currentTime = 60")
        until(page, "document.getElementById('audio').currentTime > 60")
        assert page.evaluate("document.getElementById('audio').error") is None
        assert "7 seconds" not in page.inner_text("#length")


def test_a_link_to_a_choice_that_is_not_there_opens_the_nearest_and_says_so(
    browser: "Browser", choice_site: str
) -> None:
    """Also where somebody made the link up."""
    with opened_choice(browser, choice_site, "?hold=90&reps=3&guidance=%3Cb%3E") as found:
        until(found.page, "document.getElementById('title').textContent.includes('14 s × 3')")
        until(
            found.page, "document.getElementById('status').textContent.startsWith('There is no such choice.')"
        )
        assert "hold=14&reps=3" in found.page.url


def test_the_address_says_the_choice(browser: "Browser", choice_site: str) -> None:
    """So a link is a prescription."""
    with opened_choice(browser, choice_site) as found:
        assert "?" not in found.page.url
        choose(found.page, hold=8, reps=3)
        assert found.page.url.endswith("?hold=8&reps=3")


def test_without_a_worker_it_plays_and_downloads_all_the_same(
    browser: "Browser", choice_site: str, choices: RoutineChoices
) -> None:
    """As on a clinic's own network: plain http, where there is neither a worker nor a checksum."""
    with (
        browser_of_a_clinic(browser) as elsewhere,
        opened_choice(elsewhere, choice_site.replace("127.0.0.1", "clinic.test")) as found,
    ):
        page = found.page
        assert page.evaluate("[isSecureContext, 'serviceWorker' in navigator, crypto.subtle === undefined]") == [
            False, False, True,
        ]  # fmt: skip
        choose(page, hold=9, reps=1)
        page.click("#play")
        until(page, "document.getElementById('audio').currentTime > 0")
        with page.expect_download() as download:
            page.click("#download")
        wanted = next(made for made in choices.choices if made.choice == Choice(9, 1, "brief"))
        assert Path(download.value.path()).read_bytes() == chosen_bytes(wanted.choice)
        assert download.value.suggested_filename == "lower-back-9s-1x-brief.mp3"


@contextmanager
def browser_of_a_clinic(browser: "Browser") -> Iterator["Browser"]:
    """One for which clinic.test is this machine, so that a page has an address that is not secure."""
    names = "--host-resolver-rules=MAP clinic.test 127.0.0.1"
    launched = browser.browser_type.launch(executable_path=CHROMIUM, args=[*_SILENT, names])
    yield launched
    launched.close()


_KEPT = """async (wanted) => {
  const stores = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const names = await Promise.all(stores.map((store) => store.keys()));
  const kept = names.flat().map((request) => request.url.split("/").pop());
  return wanted.every((name) => kept.includes(name));
}"""


def test_a_session_that_was_chosen_plays_without_a_network(
    browser: "Browser", choice_site: str, choices: RoutineChoices
) -> None:
    """What was loaded is kept, and so is the page."""
    name = next(made.name for made in choices.choices if made.choice == Choice(6, 1, "brief"))
    files = [f"{pack}.bin" for pack in packs_of(choices, name)]
    with opened_choice(browser, choice_site) as found:
        page = found.page
        choose(page, hold=6, reps=1)
        until(page, _KEPT, [*files, f"{name}.bin", "index.html", "style.css", "player.js", "choose.js"])
        page.context.set_offline(True)
        page.reload()
        until(page, "document.getElementById('title').textContent.includes('6 s × 1')")
        page.click("#play")
        until(page, "document.getElementById('audio').currentTime > 0")
        page.evaluate("document.getElementById('audio').currentTime = audio.duration - 3")
        until(page, "document.getElementById('audio').ended")
        page.context.set_offline(False)


def test_a_look_loads_nothing_and_ten_seconds_of_listening_keep_all(
    browser: "Browser", choice_site: str, choices: RoutineChoices
) -> None:
    """A visitor on a mobile network pays for what they listen to; that is completed, and can be removed."""
    name = next(made.name for made in choices.choices if made.choice == Choice(12, 1, "brief"))
    packs = [f"{pack}.bin" for pack in recipe_of(choices, name)["packs"]]
    with opened_choice(browser, choice_site, "?hold=12&reps=1") as found:
        page = found.page
        until(page, "document.getElementById('title').textContent.includes('12 s × 1')")
        frames(page, 20)
        assert not [url for url in found.requests if "/packs/" in url or url.endswith(".mp3")]
        assert page.inner_text("#keep") == "Keep it for when there is no network"
        page.click("#play")
        until(page, _KEPT, packs)
        until(page, "document.getElementById('keep').textContent === 'Remove it from this device'")
        page.click("#play")
        page.click("#keep")
        until(page, "async () => (await (await caches.open('voiceguide lasting 1')).keys()).length === 0")
        assert page.inner_text("#keep") == "Keep it for when there is no network"


def test_what_another_kept_session_needs_stays(
    browser: "Browser", choice_site: str, choices: RoutineChoices
) -> None:
    """Only what no one needs any more is removed."""
    names = {
        reps: next(made.name for made in choices.choices if made.choice == Choice(13, reps, "brief"))
        for reps in (1, 2)
    }
    with opened_choice(browser, choice_site) as found:
        page = found.page
        for reps in (1, 2):
            choose(page, hold=13, reps=reps)
            page.click("#keep")
            until(page, "document.getElementById('keep').textContent === 'Remove it from this device'")
        page.click("#keep")
        wanted = sorted({names[1], *recipe_of(choices, names[1])["packs"]})
        until(
            page,
            """async (wanted) => {
              const kept = await (await caches.open("voiceguide lasting 1")).keys();
              return kept.map(({ url }) => url.split("/").pop().split(".")[0]).sort().join() === wanted.join();
            }""",
            wanted,
        )


def test_in_a_hold_the_page_shows_where_to_be(browser: "Browser", choice_site: str) -> None:
    """And not the numbers, which the dial counts."""
    with opened_choice(browser, choice_site, "?hold=14&reps=2") as found:
        page = found.page
        until(page, "document.getElementById('title').textContent.includes('14 s × 2')")
        row = "[...document.querySelectorAll('#transcript a')].find((line) => line.textContent.includes('Three.'))"
        seconds = page.evaluate(f"{row}.dataset.at / 1000 + 0.2")
        page.evaluate("at => { location.hash = `#t=${at}`; }", seconds)
        until(page, "document.getElementById('stage').dataset.phase === 'hold'")
        assert page.inner_text("#cue") == "Onto all fours, out to the cat, in to the cow."
        assert page.inner_text("#count") == "3"


@pytest.mark.parametrize("size", [(390, 844), (320, 640), (1280, 800)])
def test_nothing_moves_when_the_script_comes_late(
    browser: "Browser", choice_site: str, size: tuple[int, int]
) -> None:
    """The sum of all shifts is at most 0.05 (Web Vitals: good is 0.1)."""
    context = patient_context(
        browser, viewport={"width": size[0], "height": size[1]}, service_workers="block"
    )
    page = context.new_page()
    page.add_init_script(
        "window.shifted = 0; const add = (one) => { window.shifted += one.value; };"
        "new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type: 'layout-shift', buffered: true });"
    )
    waiting: list[Any] = []

    def hold_back(route: Any) -> None:
        waiting.append(route)

    page.route("**/player.js", hold_back)
    page.goto(f"{choice_site}lower-back/index.html", wait_until="commit")
    until(page, "document.readyState !== 'loading' || document.getElementById('choices')")
    frames(page, 30)
    for route in waiting:
        route.continue_()
    until(page, "globalThis.player && globalThis.choice")
    frames(page, 30)
    assert page.evaluate("window.shifted") <= 0.05
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    context.close()


def test_the_site_can_be_put_on_the_home_screen(browser: "Browser", choice_site: str) -> None:
    """The policy of the page allows the manifest, and its pictures are there."""
    with opened_choice(browser, choice_site) as found:
        manifest = found.page.evaluate(
            "async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json()"
        )
        assert manifest["display"] == "standalone"
        assert manifest["start_url"] == "index.html"
        sizes = found.page.evaluate(
            """async (names) => Promise.all(names.map(async (name) => {
              const picture = await createImageBitmap(await (await fetch(`../${name}`)).blob());
              return `${picture.width}x${picture.height}`;
            }))""",
            [icon["src"] for icon in manifest["icons"]],
        )
        assert sizes == [icon["sizes"] for icon in manifest["icons"]] == ["192x192", "512x512"]


def test_a_reminder_goes_into_the_calendar(browser: "Browser", choice_site: str) -> None:
    """Every day at the time that is chosen, as RFC 5545 has it, with the address of the choice."""
    with opened_choice(browser, choice_site) as found:
        page = found.page
        choose(page, hold=9, reps=2)
        page.fill("#remind-at", "06:45")
        with page.expect_download() as download:
            page.click("#remind")
        text = Path(download.value.path()).read_bytes().decode()
        lines = text.replace("\r\n ", "").split("\r\n")
        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
        assert lines[0] == "BEGIN:VCALENDAR"
        assert lines[-2:] == ["END:VCALENDAR", ""]
        assert "RRULE:FREQ=DAILY" in lines
        assert next(line for line in lines if line.startswith("DTSTART")).endswith("T064500")
        assert f"URL:{page.url}" in lines
        assert page.url.endswith("?hold=9&reps=2")
        summary = next(line for line in lines if line.startswith("SUMMARY:"))
        assert summary == "SUMMARY:Lower back (2 of 5) · every day · 9 s × 2"


def test_days_in_a_row_are_counted_on_the_device(browser: "Browser", choice_site: str) -> None:
    """Pressed again, today does not count."""
    with opened_choice(browser, choice_site) as found:
        page = found.page
        page.evaluate(
            """() => {
              const days = [1, 2, 4].map((ago) => {
                const date = new Date();
                date.setDate(date.getDate() - ago);
                return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, "0")).join("");
              });
              localStorage.setItem("voiceguide days", JSON.stringify(days));
            }"""
        )
        page.reload()
        assert page.inner_text("#streak") == "Days in a row: 2"
        page.click("#done")
        assert page.inner_text("#streak") == "Days in a row: 3"
        page.click("#done")
        assert page.inner_text("#streak") == "Days in a row: 2"


def test_sessions_are_found_by_body_part_equipment_and_length(browser: "Browser", site: str) -> None:
    """Three cards and more have a search; it says where nothing is found."""
    context = patient_context(browser)
    page = context.new_page()
    page.goto(f"{site}index.html")

    def shown() -> int:
        return int(page.evaluate("document.querySelectorAll('#cards > li:not([hidden])').length"))

    assert shown() == 3
    page.fill("#words", "CHAIR")
    assert shown() == 2
    page.fill("#words", "towel nothing")
    assert shown() == 0
    assert page.is_visible("#nothing")
    page.fill("#words", "back")
    page.select_option("#most", "10")
    assert shown() == 3
    assert not page.is_visible("#nothing")
    context.close()


def test_it_begins_before_the_last_piece_has_come(
    browser: "Browser", choice_folder: Path, choices: RoutineChoices
) -> None:
    """Over a slow line, the first words do not wait for the last; and it goes on when they come."""
    name = next(made.name for made in choices.choices if made.choice == Choice(14, 4, "brief"))
    recipe = recipe_of(choices, name)
    order = list(dict.fromkeys(recipe["packs"][pack] for _, pack, _, _ in recipe["blocks"]))
    rest = threading.Event()
    held = (rest, frozenset(f"{pack}.bin" for pack in order[len(order) // 2 :]))
    with served(choice_folder, held=held) as base, opened_choice(browser, base) as found:
        page = found.page
        choose(page, hold=14, reps=4)
        page.click("#play")
        until(page, "document.getElementById('audio').currentTime > 1")
        assert not rest.is_set()
        rest.set()
        page.evaluate(
            "document.getElementById('audio').currentTime = document.getElementById('audio').duration - 2"
        )
        until(page, "document.getElementById('audio').ended")


def test_a_choice_that_cannot_be_loaded_is_not_shown_as_chosen(browser: "Browser", choice_site: str) -> None:
    """Without a network, what was never loaded stays away, and the page says so."""
    with opened_choice(browser, choice_site) as found:
        page = found.page
        choose(page, hold=8, reps=2)
        page.context.set_offline(True)
        page.select_option("#choose-hold", "11")
        until(
            page, "document.getElementById('status').textContent.startsWith('This choice was never loaded')"
        )
        assert page.input_value("#choose-hold") == "8"
        assert page.url.endswith("?hold=8&reps=2")
        page.context.set_offline(False)


def test_a_phone_reads_the_address_of_the_choice(browser: "Browser", choice_site: str) -> None:
    """From the screen, in the dark scheme too."""
    import zxingcpp
    from PIL import Image

    with opened_choice(browser, choice_site, color_scheme="dark") as found:
        page = found.page
        page.click("details.code summary")

        def read() -> str:
            picture = Image.open(io.BytesIO(page.locator("#code").screenshot()))
            found = zxingcpp.read_barcode(picture)
            return str(found.text) if found else ""

        assert read() == "https://example.org/some/where/lower-back/index.html"
        choose(page, hold=10, reps=4)
        assert read() == "https://example.org/some/where/lower-back/index.html?hold=10&reps=4&guidance=brief"
