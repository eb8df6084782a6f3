# The manual page of the configuration, made of the schema of its keys. Arguments: the schema, the version, the date.

import json
import sys
import textwrap

HEAD = r""".Dd {date}
.Dt INSIGHTLY-WEBHOOKS.JSON 5
.Os "insightly-webhooks {version}"
.Sh NAME
.Nm insightly-webhooks.json
.Nd configuration of the insightly-webhooks daemon
.Sh DESCRIPTION
One JSON object of dotted keys.
.Xr insightly-webhooks 1
reads it at its start and again when it is told to reload; its
.Cm check
says all that is wrong with it.
A secret is a text, or one of
.Ql {{\(dqenv\(dq: NAME}} ,
.Ql {{\(dqfile\(dq: PATH}}
and
.Ql {{\(dqcredential\(dq: NAME}} .
Durations are written
.Ql 200ms ,
.Ql 5s ,
.Ql 2m ,
.Ql 1h
or
.Ql 30d .
.Sh KEYS
.Bl -tag -width Ds
"""
TAIL = r""".El
.Sh FILES
.Bl -tag -width Ds
.It Pa /etc/insightly-webhooks/config.json
The configuration of the service.
.El
.Sh SEE ALSO
.Xr insightly-webhooks 1
"""


def roff(text):
    """A text that no line of begins with what roff would take for a request of its own."""
    lines = textwrap.wrap(text.replace("\\", r"\e"), 110)
    return "\n".join(r"\&" + line if line[0] in ".'" else line for line in lines)


def item(name, key):
    default = key.get("default")
    # In the arguments of a macro, a quote would open one.
    written = json.dumps(default, ensure_ascii=False).replace('"', r"\(dq")
    said = "" if default is None else f"\nDefault:\n.Ql {written} ."
    return f".It Ic {name}\n{roff(key['description'])}{said}\n"


def main():
    path, version, date = sys.argv[1:]
    with open(path, encoding="utf-8") as schema:
        keys = json.load(schema)["$defs"]["keys"]["properties"]
    items = "".join(item(name, key) for name, key in keys.items() if not name.startswith("$"))
    print(HEAD.format(version=version, date=date) + items + TAIL, end="")


main()
