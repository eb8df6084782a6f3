"""What the guides tell people to type, so that the very words are what is tried."""
import re


class Guide:
    def __init__(self, path, heading):
        """The blocks of code below one heading, in their order, as (language, text)."""
        with open(path) as file:
            text = file.read()
        body = re.split(r"^#+ " + re.escape(heading) + r"$", text, maxsplit=1, flags=re.M)[1]
        body = re.split(r"^#+ ", re.sub(r"(?s)```.*?```", lambda code: code[0].replace("\n#", "\n\0#"), body),
                        maxsplit=1, flags=re.M)[0].replace("\0", "")
        self.path, self.heading = path, heading
        self.blocks = [
            (language, re.sub(r"(?m)^" + indent, "", code))
            for indent, language, code in re.findall(r"(?ms)^( *)```(\w+)\n(.*?)^ *```$", body)]

    def block(self, language, word):
        """The one block of that language that has the word."""
        found = [code for name, code in self.blocks if name == language and word in code]
        if len(found) != 1:
            raise ValueError(f"{self.path}, {self.heading}: {len(found)} blocks of {language} have {word!r}, not one")
        return found[0]

    def line(self, word):
        """The one line of commands that has the word, without the comment behind it."""
        lines = [line for name, code in self.blocks if name == "sh" for line in code.splitlines() if word in line]
        if len(lines) != 1:
            raise ValueError(f"{self.path}, {self.heading}: {len(lines)} lines have {word!r}, not one")
        return re.sub(r" {2,}#.*", "", lines[0])
