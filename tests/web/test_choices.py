"""The choice on a routine's page: recipes and packs, assembled as a page does it, are the very files of ``make``."""

import gzip
import hashlib
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import chosen_bytes
from voiceguide.cli.publish import SiteOptions, publish_and_report
from voiceguide.errors import TooManyChoices, UsageError
from voiceguide.options.request import Request
from voiceguide.options.session import SessionOptions
from voiceguide.options.table import read_variations
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.reader import find_routine
from voiceguide.session.source import source_of
from voiceguide.web.choices import Choice, RoutineChoices, make_choices
from voiceguide.web.pages import ASSETS, asset
from voiceguide.web.site import checked_imprint, publish

NODE = shutil.which("node")
ASSEMBLE = Path(__file__).parents[2] / "voiceguide" / "web" / "assets" / "assemble.js"
# What a page does for a download and for playing, with files in place of requests.
_PROGRAM = """
const fs = require("fs"), crypto = require("crypto");
require(process.argv[2]);
const { readRecipe, layOut, bytesOf, rangeOf } = globalThis.assembly;
const read = (folder, name) => fs.readFileSync(`${process.argv[3]}/${folder}/${name}.bin`);
const packOf = async (name) => new Uint8Array(read("packs", name));
async function sum(laidOut, from, to) {
  const hash = crypto.createHash("sha256");
  for await (const piece of bytesOf(laidOut, from, to, packOf)) hash.update(piece);
  return hash.digest("hex");
}
async function all(laidOut) {
  const pieces = [];
  for await (const piece of bytesOf(laidOut, 0, laidOut.size, packOf)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
(async () => {
  const { names, ranges } = JSON.parse(fs.readFileSync(0));
  const found = { whole: [], played: "", ranges: [], parsed: [] };
  for (const name of names) {
    const recipe = await readRecipe(read("choices", name).buffer.slice(0));
    const laidOut = layOut(recipe, { picture: true });
    found.whole.push([await sum(laidOut, 0, laidOut.size), recipe.sha256, laidOut.size === recipe.size]);
  }
  const recipe = await readRecipe(read("choices", names[0]).buffer.slice(0));
  const played = layOut(recipe, { picture: false });
  const bytes = await all(played);
  fs.writeFileSync(process.argv[4], bytes);
  for (const [from, to] of ranges) {
    const expected = crypto.createHash("sha256").update(bytes.subarray(from, to)).digest("hex");
    found.ranges.push((await sum(played, from, Math.min(to, played.size))) === expected);
  }
  found.parsed = ["bytes=0-", "bytes=5-9", "bytes=-3", "bytes=5-99", "bytes=10-", "bytes=1-2,4-5", "items=0-1", null]
    .map((header) => rangeOf(header, 10));
  console.log(JSON.stringify(found));
})();
"""


@pytest.fixture(scope="module")
def found_by_node(
    choices: RoutineChoices, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], Path]:
    """What the page's own code makes of every choice."""
    folder = tmp_path_factory.mktemp("node")
    for name, content in choices.contents.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "program.js").write_text(_PROGRAM, encoding="utf-8")
    asked = {
        "names": [choice.name for choice in choices.choices],
        "ranges": [[0, 1], [9, 11], [0, 400], [1000, 90_000], [77_777, 77_778], [100_000, 10**9]],
    }
    done = subprocess.run(
        [str(NODE), str(folder / "program.js"), str(ASSEMBLE), str(folder), str(folder / "played.mp3")],
        input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return json.loads(done.stdout), folder / "played.mp3"


@pytest.mark.skipif(NODE is None, reason="no Node.js on this machine")
def test_the_page_puts_together_the_very_files_that_make_writes(
    choices: RoutineChoices, found_by_node: tuple[dict[str, Any], Path]
) -> None:
    """Byte for byte, for more than forty choices."""
    found, _ = found_by_node
    assert len(choices.choices) >= 40
    for choice, (made, said, has_size) in zip(choices.choices, found["whole"], strict=True):
        expected = chosen_bytes(choice.choice)
        assert made == said == hashlib.sha256(expected).hexdigest()
        assert has_size
        assert choice.size_bytes == len(expected)


@pytest.mark.skipif(NODE is None, reason="no Node.js on this machine")
def test_what_is_played_is_the_file_without_its_picture(
    choices: RoutineChoices, found_by_node: tuple[dict[str, Any], Path]
) -> None:
    """The tag stays right; any part of it can be had alone."""
    from mutagen.id3 import ID3

    found, path = found_by_node
    assert found["ranges"] == [True] * 6
    tag, whole = ID3(path), chosen_bytes(choices.choices[0].choice)
    assert tag.getall("TIT2")
    assert not tag.getall("APIC")
    assert whole.endswith(path.read_bytes()[tag.size :])
    possible = {"isPossible": True}
    assert found["parsed"] == [
        {"from": 0, "to": 10, **possible},
        {"from": 5, "to": 10, **possible},
        {"from": 7, "to": 10, **possible},
        {"from": 5, "to": 10, **possible},
        {"from": 10, "to": 10, "isPossible": False},
        None,
        None,
        None,
    ]


def test_a_piece_lies_in_one_pack_and_a_choice_needs_all_of_its_packs(choices: RoutineChoices) -> None:
    """So another hold loads nothing twice, and nothing in vain."""
    packs = {
        name.removeprefix("packs/").removesuffix(".bin"): content
        for name, content in choices.contents.items()
        if name.startswith("packs/")
    }
    needed = set()
    for choice in choices.choices:
        recipe = _recipe(choices, choice.name)
        used = [(recipe["packs"][pack], at, length) for _, pack, at, length in recipe["blocks"]]
        used += [(recipe["packs"][pack], at, length) for pack, at, length in recipe["picture"]]
        assert {pack for pack, _, _ in used} == set(recipe["packs"])
        for name in recipe["packs"]:
            spans = [(at, at + length) for pack, at, length in used if pack == name]
            assert {byte for start, end in spans for byte in range(start, end)} == set(
                range(len(packs[name]))
            )
        needed |= set(recipe["packs"])
    assert needed == set(packs)
    blocks = [
        (recipe["packs"][pack], at, length)
        for recipe in [_recipe(choices, choice.name) for choice in choices.choices]
        for _, pack, at, length in recipe["blocks"]
    ]
    contents = {packs[pack][at : at + length] for pack, at, length in blocks}
    assert len(contents) == len(set(blocks))


def test_the_scripts_are_small() -> None:
    """At most 30 kB, compressed, of all that a routine's page and its worker load."""
    scripts = [asset(name) for name in ASSETS if name.endswith(".js")]
    assert sum(len(gzip.compress(script)) for script in scripts) <= 30_000


def test_publishing_again_changes_nothing_and_the_old_address_leads_on(
    choices: RoutineChoices, tmp_path: Path
) -> None:
    """The same names, the same bytes."""
    url = "https://example.org/back/"
    first = publish(tmp_path / "site", choices.files, url, routines=[choices])
    again = publish(tmp_path / "site", choices.files, url, routines=[choices])
    assert first.pages == ("lower-back/index.html",)
    assert again.written == ()
    (old_folder,) = {Path(name).parts[0] for name in first.written if name.endswith(".mp3")}
    old = (tmp_path / "site" / old_folder / "index.html").read_text(encoding="utf-8")
    assert 'content="0; url=../lower-back/index.html"' in old
    index = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert index.count('class="card"') == 1
    assert 'href="lower-back/index.html"' in index


def test_the_size_of_a_site_is_that_of_its_parts(choices: RoutineChoices) -> None:
    """Blocks once, and little for each choice: a twentieth of the files."""
    files = sum(choice.size_bytes for choice in choices.choices)
    assert sum(map(len, choices.contents.values())) < files / 8
    covers = [
        sum(length for _, _, length in _recipe(choices, choice.name)["picture"]) for choice in choices.choices
    ]
    packs = {name: content for name, content in choices.contents.items() if name.startswith("packs/")}
    recipes = [_recipe(choices, choice.name) for choice in choices.choices]
    of_covers = {recipe["packs"][pack] for recipe in recipes for pack, _, _ in recipe["picture"]}
    assert sum(len(packs[f"packs/{name}.bin"]) for name in of_covers) < sum(covers) / 5


@pytest.mark.parametrize(
    ("routine", "holds", "reps"),
    [
        ("lower-back", [15, 20, 25, 30, 35, 40, 45, 50, 55, 60], [1, 2, 3, 4]),
        ("hips", [None, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60], [None, 1, 2, 3, 4]),
        ("muscle-relaxation", [5, 7, 10, 15, 20], [1, 2, 3, 4]),
        ("neck-shoulders", [None, 5, 10, 15, 20], [None, 1, 2, 3, 4, 5, 6]),
        ("wind-down-breathing", [None, 15, 30, 45, 60, 75, 90, 105, 120], [1, 2, 3, 4]),
    ],
)
def test_without_a_wish_the_choice_is_around_what_is_advised(
    routine: str, holds: list[float | None], reps: list[int | None]
) -> None:
    """Not for a page of hundreds."""
    from voiceguide.web import choices as module

    source = source_of(find_routine(routine))
    own = Request(SessionOptions(guidance="full"))
    found_holds, found_reps = module._axes(source, [Request()], own)
    assert list(found_reps) == reps
    assert found_holds[0] == holds[0]
    assert len(found_holds) <= 14
    if routine != "wind-down-breathing":
        assert list(found_holds) == holds


def test_a_routine_without_holds_has_none_to_choose(tmp_path: Path) -> None:
    """Counts are not held; guidance and repetitions are still chosen."""
    counted = (
        find_routine("hips")
        .all_exercises[-1]
        .model_copy(update={"movement": _count(), "reps": None, "hold_seconds": None})
    )
    routine = find_routine("hips").model_copy(update={"exercises": (counted,), "id": "counts"})
    requests = [
        Request(SessionOptions(reps=3, guidance=guidance), VoiceOptions(engine="fake"))
        for guidance in ("brief", "cues")
    ]
    made, _ = make_choices(source_of(routine), requests, tmp_path, base_url="https://example.org/")
    assert made.holds == ()
    assert [choice.choice for choice in made.choices] == [Choice(None, 3, "brief"), Choice(None, 3, "cues")]  # fmt: skip


def _count() -> Any:
    from voiceguide.routine.movements import Count

    return Count(kind="count", instruction="Lift.", short=("Lift.",), rep_seconds=2)


def test_too_many_choices_are_refused(tmp_path: Path) -> None:
    """Before anything is made."""
    requests = read_variations("publish", {"hold": "10-60", "reps": "1-9", "guidance": "full,brief"})
    with pytest.raises(
        TooManyChoices, match=r"lower-back would have 920 choices; at most 600 are possible\."
    ):
        make_choices(
            source_of(find_routine("lower-back")), requests, tmp_path, base_url="https://example.org/"
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ("15-60/15", [15, 30, 45, 60]),
        ("20,25", [20, 25]),
        ("20-22,60", [20, 21, 22, 60]),
        (" 5 - 10 / 5 ", [5, 10]),
    ],
)
def test_ranges_are_lists(written: str, holds: list[int]) -> None:
    """For every command that makes several sessions."""
    for taker in ("make", "publish"):
        requests = read_variations(taker, {"hold": written})
        assert [request.session.hold_seconds for request in requests] == holds


@pytest.mark.parametrize("written", ["60-15", "1-5/0", "1-99999", "15-60/5/5", "15-"])
def test_a_range_that_cannot_be_is_refused(written: str) -> None:
    """With the name of the option, and an example."""
    with pytest.raises(UsageError, match="hold"):
        read_variations("publish", {"hold": written})


def _recipe(choices: RoutineChoices, name: str) -> dict[str, Any]:
    line = gzip.decompress(choices.contents[f"choices/{name}.bin"]).split(b"\n", 1)[0]
    return dict(json.loads(line))


def test_the_command_publishes_a_routine_with_a_choice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And a file beside it as it is."""
    given = {"hold": "5", "reps": "1", "guidance": "cues"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VOICEGUIDE_ENGINE", "fake")
        publish_and_report(
            tmp_path / "site",
            ["neck-shoulders"],
            given,
            SiteOptions("https://example.org/"),
            as_json=True,
        )
    assert json.loads(capsys.readouterr().out)["pages"] == ["neck-shoulders/index.html"]
    page = (tmp_path / "site" / "neck-shoulders" / "index.html").read_text(encoding="utf-8")
    assert 'id="choices"' in page


def test_what_an_open_page_may_ask_for_outlives_one_publishing(
    choices: RoutineChoices, tmp_path: Path
) -> None:
    """Pruned away is what two publications no longer need."""
    url, site = "https://example.org/back/", tmp_path / "site"
    fewer = replace(choices, contents=dict(list(choices.contents.items())[:-2]))
    dropped = sorted({*choices.contents} - {*fewer.contents})
    publish(site, choices.files, url, routines=[choices])
    first = publish(site, choices.files, url, routines=[fewer], prune=True)
    assert first.removed == ()
    assert all((site / name).is_file() for name in dropped)
    second = publish(site, choices.files, url, routines=[fewer], prune=True)
    assert sorted(second.removed) == dropped


def test_a_routine_and_a_file_of_it_are_published_side_by_side(
    choices: RoutineChoices, plain_mp3: Path, tmp_path: Path
) -> None:
    """The file as it always was."""
    site = tmp_path / "site"
    published = publish(site, [plain_mp3, *choices.files], "https://example.org/back/", routines=[choices])
    assert [Path(name).parts[0] for name in published.pages] == [
        "lower-back-5s-1x-1-4-of-5-brief",
        "lower-back",
    ]
    page = (site / published.pages[0]).read_text(encoding="utf-8")
    assert 'id="choices"' not in page
    index = (site / "index.html").read_text(encoding="utf-8")
    assert index.count('class="card"') == 2


@pytest.mark.parametrize(
    ("author", "contact", "shown", "owner"),
    [
        (
            "Back <Clinic>",
            "back@example.org",
            '<a href="mailto:back@example.org" dir="auto">Back &lt;Clinic&gt;</a>',
            "back@example.org",
        ),
        (
            None,
            "https://example.org/us",
            '<a href="https://example.org/us" dir="auto">https://example.org/us</a>',
            None,
        ),
        ("Ann", None, "<bdi>Ann</bdi>", None),
    ],
)
def test_a_site_says_who_made_it(
    choices: RoutineChoices,
    tmp_path: Path,
    author: str | None,
    contact: str | None,
    shown: str,
    owner: str | None,
) -> None:
    """On the page, and in the feed where an e-mail address is wanted."""
    imprint = checked_imprint(author, contact)
    publish(tmp_path / "site", choices.files, "https://example.org/", routines=[choices], imprint=imprint)
    assert shown in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    feed = (tmp_path / "site" / "feed.xml").read_text(encoding="utf-8")
    assert (f"<itunes:email>{owner}</itunes:email>" in feed) == (owner is not None)


@pytest.mark.parametrize(
    ("author", "contact"),
    [
        ("", None),
        ("a\nb", None),
        ("x" * 121, None),
        (None, "javascript:alert(1)"),
        (None, "a b@c.org"),
        (None, ""),
    ],
)
def test_who_made_it_can_be_shown(author: str | None, contact: str | None) -> None:
    """An address that a page could not have is refused."""
    with pytest.raises(UsageError, match="author" if contact is None else "contact"):
        checked_imprint(author, contact)


def test_an_address_of_an_earlier_publish_leads_to_that_choice(
    choices: RoutineChoices, tmp_path: Path
) -> None:
    """Its file stays, and its page opens the routine's with the hold and repetitions that it had."""
    site, url = tmp_path / "site", "https://example.org/back/"
    choice = next(one.choice for one in choices.choices if one.choice == Choice(7, 3, "brief"))
    file = tmp_path / "earlier.mp3"
    file.write_bytes(chosen_bytes(choice))
    (name,) = publish(site, [file], url).pages
    published = publish(site, choices.files, url, routines=[choices])
    page = (site / name).read_text(encoding="utf-8")
    assert 'url=../lower-back/index.html?hold=7&amp;reps=3&amp;guidance=brief"' in page
    assert (site / Path(name).parent / f"{Path(name).parts[0]}.mp3").read_bytes() == file.read_bytes()
    assert name not in published.no_longer_named
    assert publish(site, choices.files, url, routines=[choices]).written == ()


@pytest.mark.parametrize(
    ("hold", "reps", "usual"),
    [
        (None, None, (None, None)),
        ("20-30/5", None, (None, None)),
        ("30,40", "3", (30, 3)),
        ("25", "1", (None, 1)),
    ],
)
def test_a_page_begins_with_the_routines_own_dose_unless_only_others_are_given(
    hold: str | None, reps: str | None, usual: tuple[float | None, int | None]
) -> None:
    """So one value means: this one."""
    from voiceguide.web import choices as module

    requests = read_variations("publish", {"hold": hold, "reps": reps})
    assert module._usual(source_of(find_routine("lower-back")), requests[0], requests) == usual
