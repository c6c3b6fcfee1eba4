"""Publishing: what is written, what is kept, what is refused."""

import io
import json
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import unescape
from pathlib import Path

import feedparser
import podcastparser
import pytest
import webvtt
from mutagen.id3 import ID3
from PIL import Image

from tests.program import run
from tests.web.conftest import HOSTILE_TITLE, make_mp3
from voiceguide.errors import UsageError, VoiceguideError
from voiceguide.export.embedded_metadata import serialize
from voiceguide.export.finished_file import read_metadata
from voiceguide.routine.reader import find_routine
from voiceguide.web.feed import podcast_guid
from voiceguide.web.site import (
    LOCK_NAME,
    Published,
    checked_title,
    checked_url,
    publish,
)

URL = "https://example.org/back"
SLUG = "lower-back-5s-1x-1-4-of-5-brief"
HOSTILE_SLUG = "lower-back-6s-1x-1-4-of-5-brief"


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its bytes and the time of its last change."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_site_has_everything_a_session_needs(plain_mp3: Path, own_folders: Path) -> None:
    """The file itself, its page, captions, chapters, transcript, cover; and what all share."""
    published = publish(own_folders / "site", [plain_mp3], URL)
    names = {"index.html", "captions.vtt", "chapters.vtt", "chapters.json", "transcript.txt"}
    names |= {"cover.jpg", "cue-sheet.html"}
    wanted = {f"{SLUG}/{name}" for name in (*names, f"{SLUG}.mp3")}
    wanted |= {
        "index.html",
        "feed.xml",
        "style.css",
        "player.js",
        "plain.css",
        "site.webmanifest",
        "icon-192.png",
        "icon-512.png",
        "assemble.js",
        "daily.js",
        f"{SLUG}/cover-small.jpg",
        "choose.js",
        "worker.js",
        "index.js",
        "icon.svg",
        "cover.jpg",
        "voiceguide-site.json",
    }
    assert set(contents(own_folders / "site")) == wanted
    assert set(published.written) == wanted - {"voiceguide-site.json"}
    assert (own_folders / "site" / SLUG / f"{SLUG}.mp3").read_bytes() == plain_mp3.read_bytes()
    captions = webvtt.read(str(own_folders / "site" / SLUG / "captions.vtt"))
    assert len(captions) >= 15


@pytest.mark.slow
def test_a_page_says_when_to_see_a_doctor_and_what_a_hold_counts_from(
    plain_mp3: Path, own_folders: Path
) -> None:
    """The red flags, also of a session whose guidance leaves them out; and that a move at the bell is part of the hold."""
    publish(own_folders / "site", [plain_mp3], URL)
    page = unescape((own_folders / "site" / SLUG / "index.html").read_text(encoding="utf-8"))
    flags = find_routine("lower-back").safety.red_flags
    assert flags
    assert all(flag in page for flag in flags)
    assert "Each hold counts from its bell" in page


def test_publishing_again_changes_nothing(plain_mp3: Path, hostile_mp3: Path, own_folders: Path) -> None:
    """Not a byte, and not the time of a file."""
    site = own_folders / "site"
    publish(site, [plain_mp3, hostile_mp3], URL)
    before = contents(site)
    again = publish(site, [plain_mp3, hostile_mp3], f"{URL}/")
    assert again.written == ()
    assert contents(site) == before


def test_a_further_session_changes_only_the_lists(
    plain_mp3: Path, hostile_mp3: Path, own_folders: Path
) -> None:
    """And its own files."""
    site = own_folders / "site"
    publish(site, [plain_mp3], URL)
    before = contents(site)
    publish(site, [plain_mp3, hostile_mp3], URL)
    changed = {name for name, content in contents(site).items() if before.get(name) != content}
    assert {name for name in changed if not name.startswith(HOSTILE_SLUG)} == {
        "index.html",
        "feed.xml",
        "voiceguide-site.json",
    }


def guids(site: Path) -> dict[str, str]:
    return {item.title: item.guid for item in feedparser.parse(str(site / "feed.xml")).entries}


def test_a_session_keeps_its_identity(plain_mp3: Path, own_folders: Path) -> None:
    """For feed readers: through publishing again, elsewhere, and with its words changed."""
    site = own_folders / "site"
    publish(site, [plain_mp3], URL)
    first = guids(site)
    publish(site, [plain_mp3], "https://elsewhere.example/")
    assert guids(site) == first
    changed = make_mp3(own_folders / "changed.mp3", "Lower back, better")
    publish(site, [changed], URL)
    assert list(guids(site).values()) == list(first.values())
    assert guids(site).keys() == {"Lower back, better (2 of 5) · every day · 5 s × 1"}


def test_what_is_no_longer_named_is_listed_and_removed_on_demand(
    plain_mp3: Path, hostile_mp3: Path, own_folders: Path
) -> None:
    """With its folder, and nothing else."""
    site = own_folders / "site"
    publish(site, [plain_mp3, hostile_mp3], URL)
    (site / HOSTILE_SLUG / "notes.txt").write_text("mine")
    kept = publish(site, [plain_mp3], URL)
    assert len(kept.no_longer_named) == 7
    assert all(name.startswith(HOSTILE_SLUG) for name in kept.no_longer_named)
    assert (site / HOSTILE_SLUG / "index.html").exists()
    pruned = publish(site, [plain_mp3], URL, prune=True)
    assert set(pruned.removed) == set(kept.no_longer_named)
    assert [path.name for path in (site / HOSTILE_SLUG).iterdir()] == ["notes.txt"]
    assert publish(site, [plain_mp3], URL, prune=True).removed == ()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index.html", "feed.xml", f"{SLUG}/index.html", "voiceguide-site.json"])
def test_other_peoples_files_are_kept(name: str, plain_mp3: Path, own_folders: Path) -> None:
    """Nothing at all is written next to them; the sentence names the one in the way."""
    site = own_folders / "site"
    (site / name).parent.mkdir(parents=True)
    (site / name).write_text("mine")
    with pytest.raises(
        UsageError, match=r"site.*(not published by voiceguide|cannot be read as the manifest)"
    ):
        publish(site, [plain_mp3], URL)
    assert set(contents(site)) == {name}


def test_other_files_in_the_folder_do_no_harm(plain_mp3: Path, own_folders: Path) -> None:
    """Where they are not in the way."""
    site = own_folders / "site"
    site.mkdir()
    (site / "CNAME").write_text("mine")
    publish(site, [plain_mp3], URL, prune=True)
    assert (site / "CNAME").read_text() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
def test_a_folder_that_leads_elsewhere_is_not_followed(plain_mp3: Path, own_folders: Path) -> None:
    """Files outside of the site are never written."""
    site, outside = own_folders / "site", own_folders / "outside"
    site.mkdir()
    outside.mkdir()
    (site / SLUG).symlink_to(outside, target_is_directory=True)
    with pytest.raises(UsageError, match="points outside"):
        publish(site, [plain_mp3], URL)
    assert not list(outside.iterdir())


@pytest.mark.parametrize(
    "changed", [{"guid": "a\x07"}, {"slug": "../evil"}, {"slug": "A b"}, {"guid": ""}, {"content": "<b>"}]
)
def test_a_session_of_the_manifest_that_was_tampered_with_is_refused(
    changed: dict[str, str], plain_mp3: Path, own_folders: Path
) -> None:
    """Its folder and its name for feed readers are such as publishing writes them."""
    site = own_folders / "site"
    publish(site, [plain_mp3], URL)
    path = site / "voiceguide-site.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["sessions"][0] |= changed
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be read as the manifest of a published site"):
        publish(site, [plain_mp3], URL)


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "a/../../b", "c:\\x", ""])
def test_a_manifest_that_was_tampered_with_is_refused(name: str, plain_mp3: Path, own_folders: Path) -> None:
    """Pruning removes only files below the site."""
    site = own_folders / "site"
    publish(site, [plain_mp3], URL)
    path = site / "voiceguide-site.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, "files": [*data["files"], name]}), encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be read as the manifest of a published site"):
        publish(site, [plain_mp3], URL, prune=True)


def test_sessions_of_one_name_have_places_of_their_own(own_folders: Path) -> None:
    """The same in any order in which they are named, now or later."""
    one = make_mp3(own_folders / "one.mp3", "One")
    other = make_mp3(own_folders / "other.mp3", "Other")
    first = publish(own_folders / "site", [one, other], URL)
    assert len(set(first.pages)) == 2
    again = publish(own_folders / "site", [other, one], URL)
    assert set(again.pages) == set(first.pages)
    assert {name for name in again.written if name.endswith(".mp3")} == set()
    publish(own_folders / "fresh", [other, one], URL)
    assert guids(own_folders / "fresh") == guids(own_folders / "site")


def test_another_session_of_one_name_takes_nobodys_place(plain_mp3: Path, own_folders: Path) -> None:
    """Also where the first is not named any more: another routine with its id has a folder and a name of its own."""
    site = own_folders / "site"
    publish(site, [plain_mp3], URL)
    before = contents(site / SLUG)
    renamed = tuple(
        e.model_copy(update={"name": f"My {e.name}"}) for e in find_routine("lower-back").all_exercises
    )
    stranger = make_mp3(own_folders / "stranger.mp3", "Another back", exercises=renamed)
    published = publish(site, [stranger], URL)
    assert published.pages[0] != f"{SLUG}/index.html"
    assert contents(site / SLUG) == before
    publish(site, [plain_mp3, stranger], URL)
    assert len(set(guids(site).values())) == 2
    assert contents(site / SLUG) == before


def test_a_session_made_anew_goes_where_it_was(plain_mp3: Path, own_folders: Path) -> None:
    """With a word changed in an exercise, and also from a site that was published before such things were noted."""
    site = own_folders / "site"
    publish(site, [plain_mp3], URL)
    first, manifest = guids(site), site / "voiceguide-site.json"
    data = json.loads(manifest.read_text(encoding="utf-8"))
    renamed = tuple(
        e.model_copy(update={"name": f"My {e.name}"}) for e in find_routine("lower-back").all_exercises
    )
    better = make_mp3(own_folders / "better.mp3", exercises=renamed)
    assert publish(site, [better], URL).pages == (f"{SLUG}/index.html",)
    assert guids(site) == first
    for name in ("options_hash", "title", "exercise_hash"):
        del data["sessions"][0][name]
    manifest.write_text(json.dumps(data), encoding="utf-8")
    assert publish(site, [better], URL).pages == (f"{SLUG}/index.html",)
    assert guids(site) == first


def test_a_session_has_one_name_for_feed_readers_whatever_the_folder(
    plain_mp3: Path, own_folders: Path
) -> None:
    """Made of its address; so a site that was lost and is published afresh does not come to everyone as new."""
    publish(own_folders / "site", [plain_mp3], URL)
    publish(own_folders / "fresh", [plain_mp3], URL)
    publish(own_folders / "elsewhere", [plain_mp3], "https://example.net")
    assert guids(own_folders / "site") == guids(own_folders / "fresh")
    assert guids(own_folders / "site") != guids(own_folders / "elsewhere")


@pytest.mark.slow
def test_sessions_first_published_together_keep_their_order(
    plain_mp3: Path, hostile_mp3: Path, sided_mp3: Path, own_folders: Path
) -> None:
    """In readers that sort by date: a second lies between them."""
    publish(own_folders / "site", [sided_mp3, plain_mp3, hostile_mp3], URL)
    feed = feedparser.parse(str(own_folders / "site" / "feed.xml"))
    dates = [item.published_parsed for item in feed.entries]
    assert dates == sorted(set(dates), reverse=True)
    assert [item.title.rpartition(" · ")[2] for item in feed.entries] == ["7 s × 2", "5 s × 1", "6 s × 1"]
    assert feed.feed.updated_parsed == dates[0]


def test_a_cover_that_is_none_is_left_out(plain_mp3: Path, own_folders: Path) -> None:
    """No matter what a stranger's file has in its place; there is a note."""
    hostile = own_folders / "hostile.mp3"
    hostile.write_bytes(plain_mp3.read_bytes())
    tags = ID3(hostile)
    tags.getall("APIC")[0].data = b"<script>alert(1)</script>"
    tags.save(v2_version=3)
    published = publish(own_folders / "site", [hostile], URL)
    assert not (own_folders / "site" / SLUG / "cover.jpg").exists()
    (remark,) = published.notes
    assert "hostile.mp3 has a cover that cannot be used" in remark
    assert remark.endswith("The session is published without it.")
    page = (own_folders / "site" / SLUG / "index.html").read_text(encoding="utf-8")
    assert "cover.jpg" not in page


def test_one_session_named_twice_is_refused(plain_mp3: Path, own_folders: Path) -> None:
    """Before anything is written."""
    with pytest.raises(UsageError, match="is the same session as another one in the list; include it once"):
        publish(own_folders / "site", [plain_mp3, plain_mp3], URL)
    assert not (own_folders / "site").exists()


def test_a_session_that_is_cut_short_is_refused(plain_mp3: Path, own_folders: Path) -> None:
    """As after a download that broke off, in the last frame, in the middle, or behind the tags."""
    data = plain_mp3.read_bytes()
    sound = data.index(b"Info")
    for kept in (len(data) - 1, len(data) * 7 // 10, sound + 200, sound - 60):
        Path("part.mp3").write_bytes(data[:kept])
        with pytest.raises(VoiceguideError, match=r"part\.mp3 is cut short: ") as caught:
            publish(Path("site"), [Path("part.mp3")], URL)
        assert str(caught.value).endswith("Copy or download it again, or make it again.")
        assert not Path("site").exists()


def test_a_session_with_holes_is_refused(plain_mp3: Path, own_folders: Path) -> None:
    """Of the right length, and with nothing in its second half, as after a download of several parts."""
    data = plain_mp3.read_bytes()
    half = len(data) // 2
    Path("holes.mp3").write_bytes(data[:half] + bytes(len(data) - half))
    with pytest.raises(VoiceguideError, match=r"holes\.mp3 is damaged: \d+ frames cannot be played\."):
        publish(Path("site"), [Path("holes.mp3")], URL)


def test_a_session_that_another_program_encoded_is_published(plain_mp3: Path, own_folders: Path) -> None:
    """Where its sound is as long as it should be; its tags are ours still."""
    data = plain_mp3.read_bytes()
    start = data.index(b"Info")
    other = data[:start] + data[start:].replace(b"Info", b"Onfo", 1)
    Path("again.mp3").write_bytes(other)
    publish(Path("site"), [Path("again.mp3")], URL)
    Path("again.mp3").write_bytes(other[: len(other) * 7 // 10])
    with pytest.raises(VoiceguideError, match="is cut short"):
        publish(Path("site"), [Path("again.mp3")], URL)


def test_what_is_no_session_is_refused(own_folders: Path) -> None:
    """Missing, another program's, another format: one sentence, nothing written."""
    (own_folders / "x.mp3").write_bytes(b"ID3")
    for name in ("x.mp3", "missing.mp3"):
        with pytest.raises(VoiceguideError):
            publish(own_folders / "site", [own_folders / name], URL)
    with pytest.raises(UsageError, match=r"a\.wav is not an MP3; a site can play only MP3 files\."):
        publish(own_folders / "site", [own_folders / "a.wav"], URL)
    (own_folders / "file").write_text("x")
    with pytest.raises(UsageError, match="is a file; choose a folder"):
        publish(own_folders / "file", [], URL)
    assert not (own_folders / "site").exists()


@pytest.mark.parametrize(
    "url",
    ["example.org", "", "ftp://example.org", "https://", "javascript:alert(1)", "https://a/?q", "https://a/#x",
     "https://u:p@a/", "https://a b/", "https://a/\x00", "https://[::1", "//a/", "https://a?", "https://a/x#",
     "https://a:99999/", "https://a:abc/", "https://a/%zz", "https://a/%", 'https://a/"', "https://a/'x",
     "https://a/<b>", "https://a\\b/", "https://-a-/", "https://a..b/", "https://a_b!/", "https://[::g]/",
     "https://@a/", f"https://{'a' * 64}.org/"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """With an example of one."""
    with pytest.raises(
        UsageError, match=r"Include https:// and leave out \? and #, such as https://example\.org/back/"
    ):
        checked_url(url)


def test_an_address_that_is_missing_is_asked_for() -> None:
    """It is needed, and the sentence says so."""
    with pytest.raises(UsageError, match="'' is not the URL of a site"):
        checked_url("")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://[::1]:8000/x", "http://[::1]:8000/x/"),
        ("https://Example.ORG", "https://example.org/"),
        ("https://example.org:8443/a/", "https://example.org:8443/a/"),
        ("https://bücher.example/rücken/", "https://xn--bcher-kva.example/r%C3%BCcken/"),
        ("https://example.org/a%20b/~me", "https://example.org/a%20b/~me/"),
    ],
)
def test_an_address_is_written_as_feeds_need_it(url: str, expected: str) -> None:
    """ASCII, with a slash at its end (RFC 3986, RFC 3490)."""
    assert checked_url(url) == expected
    assert checked_url(expected) == expected


@pytest.mark.parametrize("title", ["کمر\u200cدرد", "Family \U0001f468\u200d\U0001f469", "Backs  at work"])
def test_a_title_may_be_joined(title: str) -> None:
    """As Persian words and joined emoji are."""
    assert checked_title(title) == " ".join(title.split())


@pytest.mark.parametrize("title", ["", "  ", "a\x07b", "a\nb", "x" * 121, "\u202ea"])
def test_a_title_that_is_none_is_refused(title: str, own_folders: Path) -> None:
    """It would make a feed that no reader reads; nothing is written."""
    with pytest.raises(UsageError, match=r"is not a title of 1 to 120 letters"):
        publish(own_folders / "site", [], URL, title=title)
    assert not (own_folders / "site").exists()


# --- the feed ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, plain_mp3: Path, hostile_mp3: Path) -> Path:
    folder = tmp_path_factory.mktemp("feed")
    publish(folder, [plain_mp3, hostile_mp3], URL, title="Backs & <b>more</b>")
    return folder


def test_a_feed_reader_finds_every_session(site: Path, plain_mp3: Path) -> None:
    """Title, date, sound with its right length, cover, transcript and chapters."""
    feed = feedparser.parse(str(site / "feed.xml"))
    assert not feed.bozo
    assert feed.feed.title == "Backs & <b>more</b>"
    assert {item.title for item in feed.entries} == {
        "Lower back (2 of 5) · every day · 5 s × 1",
        f"{HOSTILE_TITLE} (2 of 5) · every day · 6 s × 1",
    }
    item = next(item for item in feed.entries if item.title.startswith("Lower back"))
    (sound,) = item.enclosures
    assert sound.href == f"{URL}/{SLUG}/{SLUG}.mp3"
    assert int(sound.length) == plain_mp3.stat().st_size
    assert sound.type == "audio/mpeg"
    assert item.published_parsed
    assert not item.guidislink
    assert item.podcast_chapters["url"] == f"{URL}/{SLUG}/chapters.json"
    assert item.podcast_transcript["url"].startswith(f"{URL}/{SLUG}/")
    seconds = round(read_metadata(plain_mp3).plan.duration_ms / 1000)
    assert int(item.itunes_duration) == seconds


def test_a_podcast_program_finds_every_session(site: Path) -> None:
    """Another parser; it knows the podcast namespace by another name, so chapters are read above."""
    with (site / "feed.xml").open("rb") as file:
        feed = podcastparser.parse(f"{URL}/feed.xml", file)
    assert feed["title"] == "Backs & <b>more</b>"
    assert feed["cover_url"] == f"{URL}/cover.jpg"
    assert feed["explicit"] is False
    item = next(item for item in feed["episodes"] if item["title"].startswith("Lower back"))
    assert item["episode_art_url"] == f"{URL}/{SLUG}/cover.jpg"
    assert item["enclosures"][0]["file_size"] == (site / SLUG / f"{SLUG}.mp3").stat().st_size
    assert item["total_time"] > 60


def test_the_feed_has_a_cover_and_a_name_of_its_own(site: Path) -> None:
    """A square picture for the channel; and the guid by which a podcast is known everywhere (Podcasting 2.0)."""
    feed = feedparser.parse(str(site / "feed.xml")).feed
    assert feed.image.href == f"{URL}/cover.jpg"
    assert Image.open(io.BytesIO((site / "cover.jpg").read_bytes())).size == (1400, 1400)
    expected = uuid.uuid5(uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6"), "example.org/back/feed.xml")
    assert feed.podcast_guid == str(expected)
    # The example of the standard.
    assert podcast_guid("https://mp3s.nashownotes.com/pc20rss.xml") == "917393e3-1b1e-5cef-ace4-edaa54e1f810"


def test_a_plan_that_no_feed_can_hold_is_refused(plain_mp3: Path, own_folders: Path) -> None:
    """A control character in the plan of a stranger's file makes no feed that nobody can read."""
    mp3 = own_folders / "a.mp3"
    mp3.write_bytes(plain_mp3.read_bytes())
    tags, found = ID3(mp3), read_metadata(plain_mp3)
    carried = serialize(replace(found.plan, title="a\x07b"), found.routine)
    tags.getall("GEOB:voiceguide session 1")[0].data = carried
    tags.save(v2_version=3)
    with pytest.raises(VoiceguideError, match=r"U\+0007"):
        publish(own_folders / "site", [mp3], URL)
    assert not (own_folders / "site").exists()


def test_chapters_are_in_the_podcast_form(site: Path, plain_mp3: Path) -> None:
    """Seconds and titles, in order."""
    found = json.loads((site / SLUG / "chapters.json").read_text(encoding="utf-8"))
    assert found["version"] == "1.2.0"
    plan = read_metadata(plain_mp3).plan
    assert [(part["startTime"] * 1000, part["title"]) for part in found["chapters"]] == [
        (chapter.start_ms, chapter.title) for chapter in plan.chapters
    ]


def test_hostile_titles_are_escaped(site: Path) -> None:
    """In the feed and on every page."""
    for path in (site / "feed.xml", site / "index.html", site / HOSTILE_SLUG / "index.html"):
        text = path.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "<b>more" not in text


def test_a_site_of_nothing_is_a_site(own_folders: Path) -> None:
    """With an empty list and a feed without items."""
    published: Published = publish(own_folders / "site", [], URL)
    assert replace(published, folder=Path()).pages == ()
    assert feedparser.parse(str(own_folders / "site" / "feed.xml")).entries == []


# --- from the command line ---------------------------------------------------------------------


@pytest.mark.slow
def test_what_is_set_holds_for_what_is_published(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does for make; with the same notes."""
    monkeypatch.setenv("VOICEGUIDE_ENGINE", "fake")
    monkeypatch.setenv("VOICEGUIDE_HOLD", "200")
    monkeypatch.setenv("VOICEGUIDE_REPS", "1")
    ended = run("publish", "site", "lower-back", "--base-url", "https://example.org/x", "--json")
    assert ended.code == 0, ended.err
    found = json.loads(ended.out)
    assert found["pages"] == ["lower-back/index.html"]
    assert "lower-back-200s-1x/index.html" in found["written"]
    page = Path("site/lower-back/index.html").read_text(encoding="utf-8")
    assert '<option value="200" selected>200 s</option>' in page
    assert '<option value="1" selected>1</option>' in page
    assert "Note: " in ended.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "publish needs --base-url"),
        (("--base-url", "https://example.org", "--title", ""), "is not a title of 1 to 120 letters"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_made(
    arguments: tuple[str, ...], sentence: str, own_folders: Path
) -> None:
    """Exit code 2, one sentence, no folder."""
    ended = run("publish", "site", "lower-back", *arguments)
    assert ended.code == 2
    assert sentence in ended.err
    assert not Path("site").exists()


def test_a_session_without_a_hold_has_a_page(plain_mp3: Path, own_folders: Path) -> None:
    """Such as one that another version made, or that only talks."""
    mp3 = own_folders / "a.mp3"
    mp3.write_bytes(plain_mp3.read_bytes())
    tags, found = ID3(mp3), read_metadata(plain_mp3)
    events = tuple(event for event in found.plan.events if event.kind != "hold")
    tags.getall("GEOB:voiceguide session 1")[0].data = serialize(
        replace(found.plan, events=events), found.routine
    )
    tags.save(v2_version=3)
    published = publish(own_folders / "site", [mp3], URL)
    assert (own_folders / "site" / published.pages[0]).read_text(encoding="utf-8").count("<h1") == 1


def test_the_feed_is_plain_ascii(hostile_mp3: Path, own_folders: Path) -> None:
    """Whatever charset a server announces, its letters arrive: those beyond ASCII are character references."""
    publish(own_folders / "site", [hostile_mp3], URL)
    data = (own_folders / "site" / "feed.xml").read_bytes()
    assert data.isascii()
    for charset in ("", "; charset=iso-8859-1"):
        found = feedparser.parse(data, response_headers={"content-type": f"text/xml{charset}"})
        assert found.entries[0].title.startswith(HOSTILE_TITLE)


def test_publishing_at_the_same_time_loses_nothing(
    plain_mp3: Path, hostile_mp3: Path, own_folders: Path
) -> None:
    """Each waits for the other, and the site takes further sessions afterwards."""
    site = own_folders / "site"
    with ThreadPoolExecutor(2) as pool:
        for _ in pool.map(lambda mp3: publish(site, [mp3], URL), [plain_mp3, hostile_mp3]):
            pass
    manifest = json.loads((site / "voiceguide-site.json").read_text(encoding="utf-8"))
    assert {session["slug"] for session in manifest["sessions"]} == {SLUG, HOSTILE_SLUG}
    assert all((site / name).is_file() for name in manifest["files"])
    assert publish(site, [plain_mp3, hostile_mp3], URL).no_longer_named == ()
    assert not (site / LOCK_NAME).exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_named_pipe_is_refused_at_once(own_folders: Path) -> None:
    """Nobody waits for somebody to write into it."""
    os.mkfifo("pipe.mp3")
    for command in (
        ("publish", "site", "pipe.mp3", "--base-url", URL),
        ("show", "pipe.mp3"),
        ("verify", "pipe.mp3"),
    ):
        ended = run(*command)
        assert ended.code in {1, 2}
        assert ended.err.count("\n") == 1
        assert "pipe.mp3" in ended.err
