"""Publishing: what is written, what is kept, what is refused."""

import json
import os
from dataclasses import replace
from pathlib import Path

import feedparser
import podcastparser
import pytest
import webvtt

from tests.web.conftest import HOSTILE_TITLE, make_mp3
from voiceguide.errors import UsageError, VoiceguideError
from voiceguide.share.reading import read_contents
from voiceguide.web.site import Published, checked_url, publish

URL = "https://example.org/back"
SLUG = "lower-back-5s-1x"
HOSTILE_SLUG = "lower-back-6s-1x"


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
        "index.js",
        "icon.svg",
        "voiceguide-site.json",
    }
    assert set(contents(own_folders / "site")) == wanted
    assert set(published.written) == wanted - {"voiceguide-site.json"}
    assert (own_folders / "site" / SLUG / f"{SLUG}.mp3").read_bytes() == plain_mp3.read_bytes()
    captions = webvtt.read(str(own_folders / "site" / SLUG / "captions.vtt"))
    assert len(captions) > 20


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
    assert guids(site).keys() == {"Lower back, better · 5 s × 1"}


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


@pytest.mark.parametrize("name", ["index.html", "feed.xml", f"{SLUG}/index.html", "voiceguide-site.json"])
def test_other_peoples_files_are_kept(name: str, plain_mp3: Path, own_folders: Path) -> None:
    """Nothing at all is written beside them; the sentence names the one in the way."""
    site = own_folders / "site"
    (site / name).parent.mkdir(parents=True)
    (site / name).write_text("mine")
    with pytest.raises(UsageError, match=r"site.*(not published by voiceguide|cannot be read as the list)"):
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
    with pytest.raises(UsageError, match="leads out of"):
        publish(site, [plain_mp3], URL)
    assert not list(outside.iterdir())


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "a/../../b", "c:\\x", ""])
def test_a_manifest_that_was_tampered_with_is_refused(name: str, plain_mp3: Path, own_folders: Path) -> None:
    """Pruning removes only files below the site."""
    site = own_folders / "site"
    publish(site, [plain_mp3], URL)
    path = site / "voiceguide-site.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, "files": [*data["files"], name]}), encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be read as the list of a published site"):
        publish(site, [plain_mp3], URL, prune=True)


def test_sessions_of_one_name_have_places_of_their_own(own_folders: Path) -> None:
    """The same whatever the order in which they are named later."""
    one = make_mp3(own_folders / "one.mp3", "One")
    other = make_mp3(own_folders / "other.mp3", "Other")
    first = publish(own_folders / "site", [one, other], URL)
    assert len(set(first.pages)) == 2
    again = publish(own_folders / "site", [other, one], URL)
    assert set(again.pages) == set(first.pages)
    assert {name for name in again.written if name.endswith(".mp3")} == set()


def test_one_session_named_twice_is_refused(plain_mp3: Path, own_folders: Path) -> None:
    """Before anything is written."""
    with pytest.raises(UsageError, match="is the same session as another one named here; name it once"):
        publish(own_folders / "site", [plain_mp3, plain_mp3], URL)
    assert not (own_folders / "site").exists()


def test_what_is_no_session_is_refused(own_folders: Path) -> None:
    """Missing, another program's, another format: one sentence, nothing written."""
    (own_folders / "x.mp3").write_bytes(b"ID3")
    for name in ("x.mp3", "missing.mp3", "a.wav"):
        with pytest.raises(VoiceguideError):
            publish(own_folders / "site", [own_folders / name], URL)
    (own_folders / "file").write_text("x")
    with pytest.raises(UsageError, match="is a file; name a folder"):
        publish(own_folders / "file", [], URL)
    assert not (own_folders / "site").exists()


@pytest.mark.parametrize(
    "url",
    ["example.org", "", "ftp://example.org", "https://", "javascript:alert(1)", "https://a/?q", "https://a/#x",
     "https://u:p@a/", "https://a b/", "https://a/\x00", "https://[::1", "//a/"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """With an example of one."""
    with pytest.raises(UsageError, match=r"Write it whole, such as https://example\.org/back/"):
        checked_url(url)
    assert checked_url("http://[::1]:8000/x") == "http://[::1]:8000/x/"


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
    assert {item.title for item in feed.entries} == {"Lower back · 5 s × 1", f"{HOSTILE_TITLE} · 6 s × 1"}
    item = next(item for item in feed.entries if item.title.startswith("Lower back"))
    (sound,) = item.enclosures
    assert sound.href == f"{URL}/{SLUG}/{SLUG}.mp3"
    assert int(sound.length) == plain_mp3.stat().st_size
    assert sound.type == "audio/mpeg"
    assert item.published_parsed
    assert not item.guidislink
    assert item.podcast_chapters["url"] == f"{URL}/{SLUG}/chapters.json"
    assert item.podcast_transcript["url"].startswith(f"{URL}/{SLUG}/")
    seconds = round(read_contents(plain_mp3).plan.duration_ms / 1000)
    assert int(item.itunes_duration) == seconds


def test_a_podcast_program_finds_every_session(site: Path) -> None:
    """Another parser; it knows the podcast namespace by another name, so chapters are read above."""
    with (site / "feed.xml").open("rb") as file:
        feed = podcastparser.parse(f"{URL}/feed.xml", file)
    assert feed["title"] == "Backs & <b>more</b>"
    assert feed["cover_url"] == f"{URL}/{SLUG}/cover.jpg"
    assert feed["explicit"] is False
    item = next(item for item in feed["episodes"] if item["title"].startswith("Lower back"))
    assert item["episode_art_url"] == f"{URL}/{SLUG}/cover.jpg"
    assert item["enclosures"][0]["file_size"] == (site / SLUG / f"{SLUG}.mp3").stat().st_size
    assert item["total_time"] > 60


def test_chapters_are_in_the_podcast_form(site: Path, plain_mp3: Path) -> None:
    """Seconds and titles, in order."""
    found = json.loads((site / SLUG / "chapters.json").read_text(encoding="utf-8"))
    assert found["version"] == "1.2.0"
    plan = read_contents(plain_mp3).plan
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
