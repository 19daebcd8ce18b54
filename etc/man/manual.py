#!/usr/bin/env python3
"""Writes the manual page of a program, in the language of man(7), from the program's own help.

    vectorspool --experimental-dump-help | etc/man/manual.py --section 1 --see 'vectorspoold(8)' > vectorspool.1

The same help gives the same page: it bears no date.
"""

import argparse
import json
import sys


def roff(text):
    """Escapes text, and makes text between backquotes bold."""
    result, bold = "", False
    for character in text:
        if character == "`":
            bold = not bold
            result += r"\fB" if bold else r"\fR"
        else:
            result += {"\\": r"\e", "-": r"\-", "~": r"\(ti", "^": r"\(ha", "'": r"\(aq"}.get(character, character)
    # A line that begins with a period would be a request.
    return "\n".join("\\&" + line if line.startswith(".") else line for line in result.split("\n"))


def body(text, between=".PP"):
    """The lines of a text. A new line stays one, because the help of a program has lists of its own."""
    paragraphs = [roff(part.strip()).replace("\n", "\n.br\n") for part in text.split("\n\n") if part.strip()]
    return f"\n{between}\n".join(paragraphs).split("\n") if paragraphs else []


def spelled(name):
    return ("--" if name["kind"] == "long" else "-") + name["name"]


def shown(arguments, hides_common):
    common = {"help", "version"} if hides_common else set()
    return [each for each in arguments if each["shouldDisplay"] and each.get("valueName") not in common]


def usage(argument):
    value = argument.get("valueName", "")
    if argument["kind"] == "positional":
        text = rf"\fI{roff(value)}\fR"
    else:
        text = rf"\fB{roff(spelled(argument['preferredName']))}\fR"
        if argument["kind"] == "option":
            text += rf" \fI{roff(value)}\fR"
    if argument["isRepeating"]:
        text += " ..."
    return f"[{text}]" if argument["isOptional"] else text


def entry(argument):
    value = rf"\fI{roff(argument.get('valueName', ''))}\fR"
    if argument["kind"] == "positional":
        title = value
    else:
        title = ", ".join(rf"\fB{roff(spelled(name))}\fR" for name in argument["names"])
        if argument["kind"] == "option":
            title += " " + value
    facts = []
    if argument.get("allValues"):
        facts.append("Values: " + ", ".join(argument["allValues"]) + ".")
    if argument.get("defaultValue") and argument["kind"] != "flag":
        facts.append(f"Default: {argument['defaultValue']}.")
    lines = [".TP", title] + body(" ".join([argument.get("abstract", "")] + facts).strip(), ".IP")
    if argument.get("discussion"):
        lines += [".IP"] + body(argument["discussion"], ".IP")
    return lines


def synopsis(command, name, hides_common):
    arguments = shown(command["arguments"], hides_common)
    options = [each for each in arguments if each["kind"] != "positional"]
    operands = [each for each in arguments if each["kind"] == "positional"]
    return " ".join([rf"\fB{roff(name)}\fR"] + [usage(each) for each in options + operands])


def page(command, section, see, more):
    name = command["commandName"]
    abstract = command["abstract"].rstrip(".")
    title = {"1": "User Commands", "8": "System Manager\\(aqs Manual"}[section]
    lines = [
        f".\\\" Made by etc/man/manual.py from the help of {name}.",
        f".TH {roff(name).upper()} {section} \"\" \"VectorSpool\" \"{title}\"", ".nh", ".ad l",
        ".SH NAME", f"{roff(name)} \\- {roff(abstract[0].lower() + abstract[1:])}", ".SH SYNOPSIS",
    ]
    subcommands = [
        each for each in command.get("subcommands", []) if each["shouldDisplay"] and each["commandName"] != "help"]
    if subcommands:
        lines += [rf"\fB{roff(name)}\fR \fIcommand\fR [\fIoptions\fR]"]
    else:
        lines += [synopsis(command, name, hides_common=False)]
    lines += [".SH DESCRIPTION"] + body(command["abstract"])
    if command.get("discussion"):
        lines += [".PP"] + body(command["discussion"])
    if subcommands:
        lines.append(".SH COMMANDS")
        for each in subcommands:
            full = f"{name} {each['commandName']}"
            lines += [f".SS {roff(each['commandName'])}", synopsis(each, full, hides_common=True), ".PP"]
            lines += body(each["abstract"])
            if each.get("discussion"):
                lines += [".PP"] + body(each["discussion"])
            for argument in shown(each["arguments"], hides_common=True):
                lines += entry(argument)
    lines.append(".SH OPTIONS")
    for argument in shown(command["arguments"], hides_common=False):
        lines += entry(argument)
    lines += more.splitlines()
    lines += [".SH SEE ALSO", roff(", ".join(see))]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--section", required=True, choices=["1", "8"])
    parser.add_argument("--see", nargs="*", default=[], help="pages to refer to")
    parser.add_argument("--more", type=argparse.FileType(encoding="utf-8"), help="sections in roff to add")
    options = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(page(
        json.load(sys.stdin)["command"], options.section, options.see, options.more.read() if options.more else ""))


if __name__ == "__main__":
    main()
