"""Command lines from the dataclasses of `configs.schema`: every option a flag and a YAML key, unknown ones refused."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar, get_origin, get_type_hints

from jsonargparse import ArgumentParser

Options = TypeVar("Options")


def parse(options: type[Options], arguments: Sequence[str] | None = None) -> Options:
    """Parse the command line of a script without subcommands.

    Exits with code 2 and a message for wrong use, with 0 after `--help` or `--print_config`.
    """
    parser = _parser(options)
    return _built(parser, options, parser.parse_args(_lists_gathered(options, arguments)))


def parse_verb(verbs: Mapping[str, type[Any]], summary: str, arguments: Sequence[str] | None = None) -> tuple[str, Any]:
    """Parse the command line of a script with subcommands.

    Returns:
        The chosen verb and its options.
    """
    parser = ArgumentParser(description=summary)
    commands = parser.add_subcommands(dest="verb")
    parsers = {verb: _parser(options) for verb, options in verbs.items()}
    for verb, subparser in parsers.items():
        commands.add_subcommand(verb, subparser, help=(subparser.description or "").splitlines()[0])
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given and given[0] in verbs:
        given = [given[0], *_switches_set(verbs[given[0]], _lists_gathered(verbs[given[0]], given[1:]))]
    chosen = parser.parse_args(given)
    return chosen.verb, _built(parsers[chosen.verb], verbs[chosen.verb], chosen[chosen.verb])


def _parser(options: type[Any]) -> ArgumentParser:
    parser = ArgumentParser(description=(options.__doc__ or "").split("\n\n")[0])
    parser.add_argument("--config", action="config", help="YAML file of these options")
    parser.add_class_arguments(options, as_group=False)
    return parser


def _lists_gathered(options: type[Any], arguments: Sequence[str] | None) -> list[str]:
    """Turn `--name A --name B` into `--name=["A", "B"]` for lists: jsonargparse takes one value for a flag."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    hints = get_type_hints(options)
    for flag in (f"--{field.name}" for field in fields(options) if get_origin(hints[field.name]) is list):
        values = [given[place + 1] for place, word in enumerate(given[:-1]) if word == flag]
        if values and not values[0].startswith("["):
            taken = {place for place, word in enumerate(given) if word == flag}
            rest = [word for place, word in enumerate(given) if place not in taken and place - 1 not in taken]
            given = [*rest, f"{flag}={json.dumps(values)}"]
    return given


def _switches_set(options: type[Any], given: list[str]) -> list[str]:
    """Turn a bare `--name` into `--name=true` for switches: jsonargparse wants a value."""
    hints = get_type_hints(options)
    switches = {f"--{field.name}" for field in fields(options) if hints[field.name] is bool}
    values = {"true", "false", "yes", "no"}
    return [
        f"{word}=true" if word in switches and not {*given[place + 1 : place + 2]} & values else word
        for place, word in enumerate(given)
    ]


def _built(parser: ArgumentParser, options: type[Options], parsed: Any) -> Options:
    values = dict(parser.instantiate(parsed).as_dict())
    values.pop("config", None)
    return options(**values)
