"""The project's pages, and the blocks of commands in them.

A block begins with ```sh. What is said above it, in comments that readers do not see:

    <!-- runs until stopped -->           it has no end: it must not fail in its first seconds
    <!-- in the test: COMMANDS -->        runs in this short form
    <!-- tests/run GROUP: FILE -->        FILE, of that group of tests, runs what is not in the short form
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(page for pattern in ("*.md", "docs/*.md", "model/*.md", "model/weights/*.md", "tests/*.md") for page in ROOT.glob(pattern))
MARK = r"<!-- (?:runs until stopped|in the test: [^\n]+|tests/run \S+: \S+) -->"


@dataclass
class Block:
    page: str
    commands: str
    endless: bool = False
    short: list[str] = field(default_factory=list)
    elsewhere: list[tuple[str, str]] = field(default_factory=list)  # a group, a file

    def __str__(self) -> str:
        return f"{self.page}: {self.commands.splitlines()[0]}"

    def runs(self) -> str:
        """What is to run here."""
        return "\n".join(self.short) if self.short or self.elsewhere else self.commands

    def lines(self) -> list[list[str]]:
        """The words of each command, without comments and without what it adds to the environment."""
        found = [shlex.split(line, comments=True) for line in self.commands.replace("\\\n", " ").splitlines()]
        for words in found:
            while words and re.match(r"\w+=", words[0]):
                del words[0]
        return [words for words in found if words]


def blocks() -> list[Block]:
    found = []
    for page in PAGES:
        for match in re.finditer(rf"((?:{MARK}\n)*)^```sh\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL):
            block = Block(str(page.relative_to(ROOT)), match[2], "runs until stopped" in match[1])
            block.short = re.findall(r"<!-- in the test: (.+) -->", match[1])
            block.elsewhere = re.findall(r"<!-- tests/run (\S+): (\S+) -->", match[1])
            found.append(block)
    return found
