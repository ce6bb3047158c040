"""A manual page from what `umemaki --experimental-dump-help` prints, read from the standard input."""
import json
import sys


def text(words):
    """Words as troff takes them: no line begins with a control character."""
    lines = (words or "").replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line.strip() if line.strip()[:1] in (".", "'") else line.strip()
                     for line in lines if line.strip())


def names(argument):
    shown = []
    for name in argument.get("names") or []:
        shown.append(("--" if name["kind"] == "long" else "-") + name["name"])
    value = f"<{argument.get('valueName', 'value')}>"
    if argument["kind"] == "positional":
        return value
    return ", ".join(shown) + (f" {value}" if argument["kind"] == "option" else "")


def arguments(command):
    for argument in command.get("arguments") or []:
        if not argument.get("shouldDisplay", True):
            continue
        print(".TP\n.B", text(names(argument)))
        print(text(argument.get("abstract")) or "\\&")
        if argument.get("defaultValue"):
            print(".br\nDefault:", text(argument["defaultValue"]) + ".")


def section(command, path):
    print(".SS", text(" ".join(path)))
    print(text(command.get("abstract")) or "\\&")
    if command.get("discussion"):
        print(".PP\n.nf\n" + text(command["discussion"]) + "\n.fi")
    arguments(command)
    for below in command.get("subcommands") or []:
        if below["commandName"] != "help" and below.get("shouldDisplay", True):
            section(below, path + [below["commandName"]])


def main():
    command = json.load(sys.stdin)["command"]
    name = command["commandName"]
    print(f'.TH {name.upper()} 1 "" "{name}" "User Commands"')
    print(".SH NAME\n" + name, "\\-", text(command.get("abstract")))
    print(f".SH SYNOPSIS\n.B {name}\n.I command\n[options]")
    if command.get("discussion"):
        print(".SH DESCRIPTION\n.nf\n" + text(command["discussion"]) + "\n.fi")
    print(".SH COMMANDS")
    for below in command.get("subcommands") or []:
        if below["commandName"] != "help" and below.get("shouldDisplay", True):
            section(below, [name, below["commandName"]])
    print(".SH ENVIRONMENT\n.TP\n.B UMEMAKI_LIBRARY")
    print("Folder with arch/ and workloads/, where names are looked up.")
    print(".SH EXIT STATUS")
    for code, what in [
        (0, "Done."), (64, "Bad usage."), (65, "Bad input file."), (66, "Input missing or unreadable."),
        (69, "A required service is not there."), (70, "A bug of the program."),
        (73, "An output cannot be made."), (75, "Interrupted, can be resumed."),
    ]:
        print(f".TP\n.B {code}\n{what}")


main()
