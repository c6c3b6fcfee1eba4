"""The commands."""

import logging
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from voiceguide import __version__
from voiceguide.cli.make import make
from voiceguide.cli.parameters import AsJson, Command, Group, RoutineName, takes_options
from voiceguide.cli.printing import print_error, print_json, print_line, print_note
from voiceguide.errors import UsageError
from voiceguide.text.printable import counted, slug

app = typer.Typer(
    name="voiceguide",
    cls=Group,
    help="Turn an exercise routine into one voice-guided MP3 that you can follow with your eyes closed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
cache_app = typer.Typer(
    cls=Group,
    help="Manage the cache, which keeps spoken phrases and encoded audio so that nothing is made twice.",
    no_args_is_help=True,
)
config_app = typer.Typer(
    cls=Group,
    help="Manage the settings, which apply to every session unless an option overrides them.",
    no_args_is_help=True,
)
voices_app = typer.Typer(cls=Group, subcommand_metavar="[COMMAND] [ARGS]...")
app.add_typer(voices_app, name="voices")
app.add_typer(cache_app, name="cache")
app.add_typer(config_app, name="config")


def command(*examples: str, group: typer.Typer = app, **settings: Any) -> Callable[..., Any]:
    """Return a decorator that registers a command whose help ends with examples."""
    return group.command(cls=Command, epilog=_epilog(examples), **settings)


def _epilog(examples: tuple[str, ...]) -> str:
    lines = "\n\n".join(f"voiceguide {example}" for example in examples)
    return f"Examples:\n\n{lines}"


def run() -> int:
    """Run one command line and return its exit code; a usage error is printed as one sentence."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="Note: %(message)s")
    try:
        code = app(prog_name="voiceguide", standalone_mode=False)
    except typer.TyperException as error:
        if sentence := error.format_message().replace("Value error, ", ""):
            end = "" if sentence.endswith("?") else "."
            print_error(f"Error: {sentence.rstrip('.')}{end} Help: voiceguide --help")
        return error.exit_code
    return code if isinstance(code, int) else 0


def _version(asked: bool) -> None:
    if asked:
        print(f"voiceguide {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


command("make lower-back", "make lower-back --hold 40 --reps 3 -o tonight.mp3")(make)


_Force: TypeAlias = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]


def _sound_file(default: str) -> Any:
    """Return the option for the sound file of a command that speaks a few words."""
    return typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="The file to write; the extension chooses the format, such as .wav or .mp3.",
        show_default=default,
    )


@command("plan lower-back", "plan hips --minutes 12 --json")
@takes_options("plan")
def plan(routine: RoutineName, given: dict[str, Any], as_json: AsJson = False) -> None:
    """Show what will be said and done, and when, without making a file."""
    from voiceguide.cli.progress import progress_bars
    from voiceguide.cli.report import fit_note, print_plan
    from voiceguide.options.table import overridden_settings, read
    from voiceguide.session.making import plan_source
    from voiceguide.session.source import find_source
    from voiceguide.settings import read_settings

    request = read("plan", given)
    source = find_source(routine, read_settings(overridden=overridden_settings(request)))
    with progress_bars() as progress:
        result = plan_source(source, request, progress=progress)
    if result.fit:
        print_note((fit_note(result.fit),))
    print_note(result.session.notes)
    if as_json:
        print_json(result.to_dict())
    else:
        print_plan(result.session)


@command("routines", "routines lower-back", "routines --tag neck")
def routines(
    routine: Annotated[
        str | None,
        typer.Argument(
            metavar="ROUTINE",
            help="A built-in routine, a routine file, or a file made by voiceguide, to show with its exercises.",
            show_default=False,
        ),
    ] = None,
    tag: Annotated[
        str | None,
        typer.Option("--tag", metavar="WORD", help="List only routines with this tag, such as neck."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the routines that come with voiceguide, or the exercises of one."""
    from voiceguide.cli.report import print_routine, print_routines
    from voiceguide.session.catalog import catalog, catalog_entry
    from voiceguide.session.source import find_source

    if routine is not None:
        if tag is not None:
            raise UsageError("Name a routine, or choose routines with --tag, but not both.")
        source = find_source(routine)
        entry = catalog_entry(source.routine)
        print_note(source.notes)
        print_json(entry.to_dict()) if as_json else print_routine(entry, routine)
        return
    listed = catalog(tag)
    if as_json:
        print_json([entry.to_dict() for entry in listed])
    else:
        print_routines(listed)


@voices_app.callback(
    invoke_without_command=True,
    epilog=_epilog(("voices", "voices --all", "voices --language en", "voices try heart")),
)
def voices(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="List every voice, not only the few to try first.")
    ] = False,
    language: Annotated[
        str | None,
        typer.Option("--language", metavar="CODE", help="List only voices for this language, such as en."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the voices on this computer, or try one; the default is marked."""
    from voiceguide.cli.report import print_voices
    from voiceguide.speech.registry import list_voices

    if context.invoked_subcommand:
        return
    listing = list_voices(language)
    if as_json:
        fields = ("id", "name", "language", "engine", "version")
        print_json(
            [
                {name: getattr(voice, name) for name in fields} | {"default": voice == listing.default}
                for voice in listing.voices
            ]
        )
    else:
        print_voices(listing, everything=everything)
    print_note(listing.notes)


@command("voices try", "voices try heart --pace 110 -o heart.mp3", group=voices_app, name="try")
@takes_options("voices try")
def voices_try(
    given: dict[str, Any],
    voice: Annotated[
        str | None,
        typer.Argument(
            metavar="VOICE",
            help="A voice, by its id (see: voiceguide voices); for Piper, also a file or folder.",
            show_default="the voice of your sessions",
        ),
    ] = None,
    output: Annotated[Path | None, _sound_file("voice-VOICE.wav, replaced each time")] = None,
    force: _Force = False,
) -> None:
    """Speak a short sample to a file, to hear how a voice sounds."""
    from voiceguide.options.table import overridden_settings, read
    from voiceguide.session.preview import preview, sample_text
    from voiceguide.settings import read_settings

    request = read("say", {**given, "voice": voice})
    speech = request.merge(read_settings(overridden=overridden_settings(request)).request).voice
    path = output or Path("-".join(filter(None, ("voice", slug(voice or "")))) + ".wav")
    spoken = preview(sample_text(), path, speech, force=force or output is None)
    print_note(spoken.notes)
    print_line(f"{path}\n  Voice: {spoken.voice.name}")
    if voice:
        is_id = voice.lower() == spoken.voice.id.lower()
        chosen = shlex.quote(spoken.voice.id if is_id else voice)
        print_line(f"  For every session: voiceguide config set voice {chosen}")


@command("new my-neck", "new morning-stretch")
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of your routine, such as my-neck.")],
) -> None:
    """Write a new routine file to start from; it can be made right away."""
    from voiceguide.session.new_routine import new_routine

    path = new_routine(name)
    quoted = shlex.quote(str(path))
    print_line(f"{path}\n  Make it: voiceguide make {quoted}\n  Change it, then: voiceguide check {quoted}")


@command('say "Breathe in, and lengthen."', 'say "Psoas stretch" --pace 110 -o psoas.wav')
@takes_options("say")
def say(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The sentence to speak, in quotes.")],
    given: dict[str, Any],
    output: Annotated[Path | None, _sound_file("say.wav, replaced each time")] = None,
    force: _Force = False,
    language: Annotated[
        str, typer.Option("--language", metavar="CODE", help="The language of the text, such as en.")
    ] = "en",
) -> None:
    """Speak a sentence to a file, to hear how it sounds."""
    from voiceguide.options.table import overridden_settings, read
    from voiceguide.session.preview import preview
    from voiceguide.settings import read_settings

    request = read("say", given)
    speech = request.merge(read_settings(overridden=overridden_settings(request)).request).voice
    path = output or Path("say.wav")
    spoken = preview(text, path, speech, language, force=force or output is None)
    print_note(spoken.notes)
    print_line(f"{path}\n  Spoken as: {spoken.spoken_as}" if spoken.spoken_as != text else path)


@command("check my-neck.yaml", "check --strict *.yaml")
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="The routine files to check.")],
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check routine files, and list every error and warning with its line and key."""
    from voiceguide.cli.report import checked_as_data, print_check
    from voiceguide.session.checking import check_files

    checked = check_files(files)
    if as_json:
        print_json(checked_as_data(checked))
    else:
        print_check(checked)
    if any(file.diagnostics if strict else file.errors for file in checked):
        raise typer.Exit(1)


@command("schema", "schema > routine.schema.json")
def schema() -> None:
    """Print the JSON Schema of routine files, for editors."""
    from voiceguide.routine import schema as schemas

    print(schemas.schema(), end="")


@command("show output/lower-back-25s-2x.mp3", "show friend.mp3 --json")
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file made by voiceguide.")],
    as_json: AsJson = False,
) -> None:
    """Show what a finished file contains, and how to make it again."""
    from voiceguide.cli.report import print_contents
    from voiceguide.export.finished_file import read_metadata

    contents = read_metadata(file)
    if as_json:
        print_json({"file": str(file), **contents.plan.to_dict()})
    else:
        print_contents(file, contents)


@command(
    "publish site lower-back hips --base-url https://example.org/back/",
    'publish site output/*.mp3 --base-url https://example.org/back/ --title "My stretches"',
)
@takes_options("publish")
def publish(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to write the site to.")],
    sessions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SESSION...]",
            help="MP3 files made by voiceguide, or routines, which are made with the options given.",
            show_default=False,
        ),
    ] = None,
    *,
    given: dict[str, Any],
    base_url: Annotated[
        str,
        typer.Option(
            "--base-url",
            metavar="URL",
            help="The URL where the site will be, such as https://example.org/back/.",
        ),
    ] = "",
    title: Annotated[
        str | None,
        typer.Option(
            "--title", metavar="TEXT", help="The title of the site.", show_default="Voice-guided sessions"
        ),
    ] = None,
    author: Annotated[
        str | None, typer.Option("--author", metavar="TEXT", help="Who made the site, as it shows them.")
    ] = None,
    contact: Annotated[
        str | None,
        typer.Option("--contact", metavar="ADDRESS", help="How to reach them: an e-mail address or a URL."),
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove the files of sessions that are not given this time.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a static website with a page that plays each session, and a podcast feed."""
    from voiceguide.cli.publish import SiteOptions, publish_and_report

    site = SiteOptions(base_url, title, author, contact, prune)
    publish_and_report(folder, sessions or [], given, site, as_json=as_json)


@command("verify output/lower-back-25s-2x.mp3", "verify tonight.mp3 --json")
def verify(
    file: Annotated[Path, typer.Argument(metavar="MP3", help="A file made by voiceguide.")],
    as_json: AsJson = False,
) -> None:
    """Measure a finished file against its plan; the exit code is 1 if something is wrong."""
    from dataclasses import asdict

    from voiceguide.cli.report import print_verification
    from voiceguide.session import verification

    measured = verification.verify(file)
    if as_json:
        print_json({"file": str(file), **asdict(measured)})
    else:
        print_verification(measured)
    if measured.problems:
        raise typer.Exit(1)


@command("doctor")
def doctor() -> None:
    """Show what works on this computer, and how to fix what does not."""
    from voiceguide.cli.report import print_findings
    from voiceguide.session.doctor import examine

    if not print_findings(examine()):
        raise typer.Exit(1)


@command("cache info", "cache info --json", group=cache_app, name="info")
def cache_info(as_json: AsJson = False) -> None:
    """Show where the cache is and what it contains."""
    from dataclasses import asdict

    from voiceguide.cli.report import print_cache
    from voiceguide.store.folder import FolderStore
    from voiceguide.store.user_cache import cache_folder

    size = FolderStore(cache_folder()).size()
    if as_json:
        print_json({"folder": str(cache_folder()), **asdict(size)})
    else:
        print_cache(cache_folder(), size)


@command("cache clear", group=cache_app, name="clear")
def cache_clear() -> None:
    """Empty the cache; phrases are then spoken again when they are next needed."""
    from voiceguide.store.folder import FolderStore
    from voiceguide.store.user_cache import cache_folder

    removed = FolderStore(cache_folder()).clear()
    print_line(f"Removed {counted(removed, 'entry', 'entries')} from {cache_folder()}.")


@command("cache prune", group=cache_app, name="prune")
def cache_prune() -> None:
    """Shrink the cache to its limit (VOICEGUIDE_CACHE_MB, or 500), removing the least recently used entries first."""
    from voiceguide.store.folder import FolderStore
    from voiceguide.store.user_cache import cache_folder, cache_limit_bytes

    removed = FolderStore(cache_folder()).prune(cache_limit_bytes())
    print_line(f"Removed {counted(removed, 'entry', 'entries')} from {cache_folder()}.")


@command("config show", "config show --json", group=config_app, name="show")
def config_show(as_json: AsJson = False) -> None:
    """Show every setting, and where its value comes from."""
    from dataclasses import asdict

    from voiceguide.cli.report import print_settings
    from voiceguide.settings import find_settings

    settings, troubles = find_settings()
    if as_json:
        values = {name: asdict(setting) for name, setting in settings.values.items()}
        print_json({**values, "say": dict(settings.say)})
    else:
        print_settings(settings)
    print_note(settings.notes)
    for trouble in troubles:
        print_error(f"Error: {trouble}")
    if troubles:
        raise typer.Exit(troubles[0].exit_code)


@command("config path", group=config_app, name="path")
def config_path() -> None:
    """Print the path of the settings file."""
    from voiceguide.settings import settings_path

    print_line(settings_path())


# A value such as -6 is not an option.
@command(
    "config set pace 110",
    "config set output ~/Music",
    group=config_app,
    name="set",
    context_settings={"ignore_unknown_options": True},
)
def config_set(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A setting (see: voiceguide config show).")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="The value, written as on the command line.")],
) -> None:
    """Set a value for all sessions from now on."""
    from voiceguide.settings import write_setting

    print_line(f"{name} = {value}, in {write_setting(name, value)}")
    _print_override(name)


@command("config unset pace", "config unset output", group=config_app, name="unset")
def config_unset(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A setting (see: voiceguide config show).")],
) -> None:
    """Remove a setting."""
    from voiceguide.settings import remove_setting

    print_line(f"Removed {name} from {remove_setting(name)}")
    _print_override(name)


def _print_override(name: str) -> None:
    from voiceguide.settings import overriding_variable

    if variable := overriding_variable(name):
        print_note((f"The environment variable {variable} is set, and overrides the settings file.",))
