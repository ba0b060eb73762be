#!/usr/bin/env python3
"""Writes a made-up playbook of any size, twice: as a Cuebook book and as a Hugo site.

    benches/generate.py ENTRIES FOLDER [--seed N]

FOLDER/cuebook holds `book.toml` and `content/`; FOLDER/hugo holds the same entries, words and links for Hugo, with a
plain theme whose frame does not grow. The same ENTRIES and seed give the same bytes on every machine: only
`random.Random` and sorted things are used. Every entry has 150 to 900 words, 3 to 8 links, tags, a list and a table;
all nine kinds are there, and no folder holds more than 200. Nothing in the book is wrong: `cuebook check` is quiet.
"""

import argparse
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

# How many of a hundred entries are of a kind. Contacts and glossaries are few in real playbooks, guides and scripts many.
KINDS = {
    "script": 28, "guide": 27, "decision": 11, "escalation": 9, "checklist": 9,
    "roleplay": 7, "contact": 5, "path": 2, "glossary": 2,
}
FOLDERS = {
    "script": "scripts", "guide": "guides", "decision": "decisions", "escalation": "escalations", "checklist": "checklists",
    "roleplay": "roleplays", "contact": "people", "path": "paths", "glossary": "glossary",
}
A_FOLDER = 150

ACTIONS = """answering explaining refusing opening closing repairing returning exchanging collecting delivering tracking
booking moving cancelling renewing checking pricing charging refunding crediting insuring registering cleaning testing
fitting sizing ordering holding packing sending""".split()
THINGS = """kettle,toaster,grinder,lamp,heater,printer,router,handset,battery,charger,mattress,sofa,wardrobe,carpet,bicycle,
helmet,jacket,boots,watch,necklace,camera,tablet,monitor,keyboard,speaker,freezer,oven,hob,dishwasher,dryer,drill,mower,
ladder,paint,tent,stove,suitcase,ticket,voucher,gift card,subscription,invoice,deposit,warranty,spare part,manual,parcel,
pallet,locker,key,account,password,address,contract,quote,receipt,loyalty card,newsletter,appointment,survey"""
THINGS = [thing.strip() for thing in THINGS.split(",")]
CASES = """without a receipt,after thirty days,on a Saturday,for a neighbour,at the wrong desk,with a missing part,by telephone,
in a chat,at closing time,in the rain,for a business,for a school,from abroad,as a present,when it is late,when it is broken,
when it is sold out,twice in a week,with two names,on a holiday,by letter,before a move,after a fire,with a discount,in parts,
on credit,for a guest,without the box,in a hurry,with a child along,in another language,after a recall,on behalf of a friend,
at the warehouse,during a sale,with an old form,over the limit,under guarantee,out of guarantee,for the third time"""
CASES = [case.strip() for case in CASES.replace("\n", "").split(",")]
NOUNS = """customer colleague desk record rule date price promise question answer form box line screen page number order
parcel repair workshop manager lead till phone window queue voice fact guess reason step word list note copy name address
invoice refund credit charge limit week morning day hour minute door shop store warehouse driver van shelf label code""".split()
VERBS = """asks reads checks writes holds brings gives takes shows names opens closes moves keeps finds sends calls meets
explains repeats counts signs prints stamps answers passes follows settles notes weighs shares offers""".split()
MANNERS = """at once,in writing,before lunch,without a sigh,by name,on the same day,for the record,in one sentence,as agreed,
quietly,in full,with a date,from the screen,in order,by hand,at the counter,on the phone,before anything else,with care,
as soon as it is known"""
MANNERS = [manner.strip() for manner in MANNERS.replace("\n", "").split(",")]
ADJECTIVES = "short honest plain calm clear early late old new second open small firm kind exact useful sound busy quiet fair".split()
SPEAKERS = "Kofi Ines Mei Jonas Amira Piotr Salma Theo".split()
CHANNELS = ["phone", "chat", "counter"]
SKILLS = ["stepping in", "handing over", "clear wording", "escalating", "staying calm", "practising", "listening", "checking facts"]


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass
class Entry:
    kind: str
    title: str
    folder: str
    name: str
    facts: dict = field(default_factory=dict)
    # Markdown, in which `⟦7⟧` stands for a link to the seventh entry.
    body: str = ""


class Writer:
    """Makes up the words of one entry."""

    def __init__(self, random, books, entry, at):
        self.random, self.books, self.entry, self.at = random, books, entry, at
        self.lines = []
        others = random.sample(range(len(books.entries)), min(len(books.entries), random.randint(3, 8) + 1))
        self.links = [other for other in others if other != at][:-1] or [at]
        self.words = random.randint(130, 760)

    def pick(self, of):
        return of[int(self.random.random() * len(of))]

    def phrase(self):
        adjective = f"{self.pick(ADJECTIVES)} " if self.random.random() < 0.4 else ""
        return f"the {adjective}{self.pick(NOUNS)}"

    def clause(self):
        return f"{self.phrase()} {self.pick(VERBS)} {self.phrase()}"

    def sentence(self):
        start = self.clause()
        rest = self.random.random()
        if rest < 0.35:
            start += f" {self.pick(MANNERS)}"
        elif rest < 0.6:
            start += f", and {self.clause()}"
        elif rest < 0.75:
            start += f", because {self.clause()} {self.pick(MANNERS)}"
        elif rest < 0.82:
            start += f" of the {self.pick(THINGS)}"
        elif rest < 0.88:
            start = f"**{start[0].upper()}{start[1:]}**, when {self.clause()}"
        elif rest < 0.92:
            start += f" as `{self.pick(NOUNS)}-{self.random.randint(10, 99)}`"
        return start[0].upper() + start[1:] + "."

    def said(self):
        return f'"{self.sentence().replace("*", "").replace("`", "")}"'

    def link(self):
        """The next link that the entry owes; its first one again when all are used."""
        return f"⟦{self.links.pop(0) if len(self.links) > 1 else self.links[0]}⟧"

    def add(self, *lines):
        self.lines.extend(lines)
        self.lines.append("")

    def paragraph(self, sentences=None):
        said = [self.sentence() for _ in range(sentences or self.random.randint(2, 5))]
        if len(self.links) > 1 and self.random.random() < 0.5:
            said.insert(1, f"More of this is in {self.link()}.")
        self.add(" ".join(said))

    def bullets(self, mark="-", n=None, item=None):
        self.add(*(f"{mark} {(item or self.sentence)()}" for _ in range(n or self.random.randint(3, 5))))

    def table(self, *heads):
        rows = [" | ".join(self.clause() for _ in heads) for _ in range(self.random.randint(3, 5))]
        self.add(f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *(f"| {row} |" for row in rows))

    def heading(self, text, level=2):
        self.add(f"{'#' * level} {text}")

    def fill(self):
        """Sections of prose until the entry is as long as it should be and all its links are used."""
        seen = set()
        while self.length() < self.words:
            head = self.pick(ADJECTIVES).capitalize() + " " + self.pick(THINGS) + " and " + self.pick(NOUNS)
            if head in seen:
                continue
            seen.add(head)
            self.heading(head)
            for _ in range(self.random.randint(1, 3)):
                self.paragraph()
            if self.random.random() < 0.3:
                self.bullets()
        self.see_also()

    def see_also(self):
        if len(self.links) > 1:
            self.add(f"See also {', '.join(self.link() for _ in range(len(self.links)))}.")

    def length(self):
        return sum(len(line.split()) for line in self.lines)

    def write(self):
        self.paragraph(2)
        getattr(self, self.entry.kind)()
        self.entry.body = "\n".join(self.lines).rstrip() + "\n"

    # One function a kind, with the headings that Cuebook gives a meaning.

    def script(self):
        self.heading("Use when")
        self.bullets()
        self.heading("Say")
        self.bullets(item=self.said)
        for head in ["On the phone", "In chat", "At the counter"]:
            self.heading(head, 3)
            self.bullets(n=2, item=self.said)
        self.heading("Say it like this")
        rows = [f"| {self.said()} | {self.said()} | {self.clause()} |" for _ in range(3)]
        self.add("| Instead of | Try | Why |", "| --- | --- | --- |", *rows)
        self.fill()
        self.heading("Customers say")
        self.bullets(item=self.said)

    def guide(self):
        self.heading("In short")
        self.bullets()
        self.heading("What fits when")
        self.table("Case", "What to do", "Next")
        self.add("> [!TIP]", f"> {self.sentence()}")
        self.fill()

    def decision(self):
        steps = [f"{self.pick(ADJECTIVES).capitalize()} {noun}" for noun in self.random.sample(NOUNS, self.random.randint(4, 6))]
        for here, after in zip(steps, steps[1:] + ["Leave it"]):
            self.heading(here)
            self.add(f"Is it so that {self.clause()}?")
            self.add(f"- Yes → {self.link()}", f"- No → [[#{after}]]")
        self.heading("Leave it")
        self.paragraph()
        self.table("Sign", "What it means")
        self.heading("Talk about it")
        self.bullets()
        self.fill_under("Customers say", self.said)

    def escalation(self):
        self.heading("Before you escalate")
        self.bullets("- [ ]")
        levels = self.random.randint(2, 3)
        for level in range(1, levels + 1):
            who = self.books.contact(self.random)
            self.heading(f"Level {level}, {self.books.entries[who].title}")
            self.add(
                f"- **Who:** ⟦{who}⟧",
                f"- **When:** {self.clause()}",
                f"- **Answer within:** {self.random.choice([15, 30, 45])} minutes",
                "- **How:** by phone while the customer waits",
                f"- **Say:** {self.said()}",
                "- **Hand over:**",
                *(f"  - {self.sentence()}" for _ in range(3)),
                f"- **If resolved:** {self.clause()}",
                f"- **If not resolved:** {'stop here' if level == levels else 'next level'}",
                f"- **Out of hours:** ⟦{self.books.contact(self.random)}⟧",
            )
        self.heading("How it comes back down")
        self.paragraph()
        self.table("Case", "Limit", "Who decides")
        self.fill_under("Customers say", self.said)

    def checklist(self):
        self.bullets("- [ ]", 6)
        self.heading("By channel")
        self.table("Channel", "What differs")
        self.fill()

    def roleplay(self):
        for card in ["Customer card", "Colleague card"]:
            self.heading(card)
            self.paragraph(2)
            self.add(
                f"- **You want:** {self.clause()}",
                f"- **You know:** {self.clause()}",
                f"- **You keep back until asked:** {self.clause()}",
            )
        self.heading("Observer card")
        self.bullets("- [ ]", 4)
        self.heading("Twist")
        self.paragraph(2)
        self.heading("Conversation")
        steps = [f"{self.pick(ADJECTIVES).capitalize()} {noun}" for noun in self.random.sample(NOUNS, 4)]
        for at, step in enumerate(steps):
            self.heading(step, 3)
            self.add(f"**{self.pick(SPEAKERS)}:** {self.sentence().replace('*', '')}")
            if at + 1 < len(steps):
                choices = [(f"[[#{steps[at + 1]}]]", 2), (f"[[#{steps[-1]}]]", 0)]
                for after, points in choices:
                    self.lines += [f"- {self.said()} → {after}", f"  - **Points:** {points}", f"  - **Feedback:** {self.sentence()}"]
                self.lines.append("")
        self.add("**Ending:** good")
        self.heading("Debrief")
        self.bullets("1.", 4)
        self.heading("Trainer notes")
        self.table("Minute", "What happens")
        self.prose()

    def contact(self):
        self.heading("Call for")
        self.bullets()
        self.table("Day", "What to bring")
        self.words = min(self.words, 300)
        self.fill()

    def path(self):
        for head in ["Days 1 and 2", "Week 1", "Week 2"]:
            self.heading(head)
            self.add(*(f"1. {self.link()} ({self.random.choice([10, 15, 20])} minutes)" for _ in range(2)))
            self.bullets("- [ ]", 3)
        self.table("If", "Then")
        self.fill_under("Trainer notes")

    def glossary(self):
        for noun in self.random.sample(NOUNS, 10):
            self.heading(f"{self.pick(ADJECTIVES).capitalize()} {noun}")
            self.paragraph(2)
            self.add(f"- **Also called:** {self.pick(ADJECTIVES)} {self.pick(NOUNS)} {self.pick(NOUNS)}")
        self.heading("Notes")
        self.table("Word", "Since")
        self.fill_under("Trainer notes")

    def fill_under(self, head, item=None):
        """Prose under one last heading that the kind knows, where any other heading would be a step or a word."""
        self.prose()
        self.heading(head)
        self.bullets(item=item)

    def prose(self):
        while self.length() < self.words:
            self.paragraph()
        self.see_also()


class Books:
    def __init__(self, n, seed):
        self.random = random.Random(seed)
        kinds = [kind for kind, share in KINDS.items() for _ in range(share)]
        # Of each hundred entries the same mix, so that a book of a tenth of the size is a tenth of the work.
        mixed = []
        while len(mixed) < n:
            self.random.shuffle(kinds)
            mixed += kinds
        mixed = mixed[:n]
        if "contact" not in mixed:
            mixed[0] = "contact"
        places = self.random.sample(range(len(ACTIONS) * len(THINGS) * len(CASES)), n)
        of_kind = {kind: mixed.count(kind) for kind in KINDS}
        self.entries = []
        for kind, place in zip(mixed, places):
            title = self.title(kind, place)
            n_folders = -(-of_kind[kind] // A_FOLDER)
            topic = place * 7919 % n_folders
            folder = FOLDERS[kind] if n_folders == 1 else f"{FOLDERS[kind]}/{slug(THINGS[topic % len(THINGS)])}-{topic + 1}"
            self.entries.append(Entry(kind, title, folder, slug(title)))
        self.contacts = [at for at, entry in enumerate(self.entries) if entry.kind == "contact"]
        # A larger team has more words for things, but not ten times as many.
        self.tags = [f"{self.random.choice(NOUNS)} {at}" for at in range(40 + n // 50)]
        self.situations = [f"the {self.random.choice(NOUNS)} is {self.random.choice(ADJECTIVES)}, case {at}" for at in range(30 + n // 100)]
        for at, entry in enumerate(self.entries):
            # A generator an entry: one more word in one of them changes no other.
            own = random.Random(f"{seed}/{at}")
            writer = Writer(own, self, entry, at)
            entry.facts = self.facts(own, entry, writer)
            writer.write()

    @staticmethod
    def title(kind, place):
        action, rest = divmod(place, len(THINGS) * len(CASES))
        thing, case = divmod(rest, len(CASES))
        ends = {"path": ", a path", "contact": ", who to ask", "glossary": ", the words", "checklist": ", a checklist"}
        return f"{ACTIONS[action].capitalize()} a {THINGS[thing]} {CASES[case]}{ends.get(kind, '')}"

    def contact(self, own):
        return self.contacts[own.randrange(len(self.contacts))]

    def facts(self, own, entry, writer):
        facts = {
            "title": entry.title,
            "kind": entry.kind,
            "summary": writer.sentence().replace("*", "").replace("`", ""),
            # One owner in forty of the contacts looks after most of it, as in real teams.
            "owner": self.entries[self.contacts[own.randrange(-(-len(self.contacts) // 40))]].name,
            "reviewed": f"2026-{own.randint(10, 11)}-{own.randint(1, 28):02}",
            "review-every": "12 months",
            "channel": own.sample(CHANNELS, own.randint(1, 3)),
            "situations": [s.replace(",", "") for s in own.sample(self.situations, own.randint(1, 3))],
            "skills": own.sample(SKILLS, own.randint(1, 2)),
            "tags": own.sample(self.tags, own.randint(2, 4)),
        }
        if entry.kind == "roleplay":
            facts |= {"difficulty": own.choice(["easy", "medium", "hard"]), "minutes": own.choice([10, 15, 20]), "people": 3}
        if entry.kind == "contact":
            facts |= {"phone": f"01632 960{own.randint(100, 999)}", "email": f"{entry.name}@example.org", "hours": "Mon-Fri 09:00-17:00"}
        if entry.kind == "path":
            facts["refresh-every"] = "12 months"
        return facts


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def plain(value):
    if isinstance(value, list):
        return f"[{', '.join(value)}]"
    value = str(value)
    return quoted(value) if re.search(r"[:#\"]|^0|,", value) else value


def write_cuebook(books, folder):
    # Links are drawn by chance, so a few entries get none.
    settings = '[book]\ntitle = "A large playbook"\ndescription = "Made up, to measure with."\n\n[check]\norphan = "off"\n'
    write(folder / "book.toml", settings)
    write(folder / "content/index.md", "---\ntitle: A large playbook\n---\n\nMade up, to measure with.\n")
    for entry in books.entries:
        front = "".join(f"{key}: {plain(value)}\n" for key, value in entry.facts.items())
        body = re.sub("⟦(\\d+)⟧", lambda found: f"[[{books.entries[int(found[1])].name}]]", entry.body)
        write(folder / f"content/{entry.folder}/{entry.name}.md", f"---\n{front}---\n\n{body}")


HUGO = """\
baseURL = "https://example.org/"
title = "A large playbook"
theme = "plain"
# The same addresses as ours: a folder an entry would cost Hugo more.
uglyURLs = true
disableKinds = ["rss", "sitemap", "404"]
[markup.goldmark.renderer]
unsafe = true
"""
BASE = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ .Title }} | {{ .Site.Title }}</title><meta name="viewport" content="width=device-width"></head>
<body>
<header><a href="{{ "" | relURL }}">{{ .Site.Title }}</a><nav>LINKS</nav></header>
<main>{{ block "main" . }}{{ end }}</main>
<footer>Made up, to measure with.</footer>
</body>
</html>
"""
PAGE = """\
{{ define "main" }}<h1>{{ .Title }}</h1>
<p>{{ .Params.summary }}</p>
<dl><dt>Owner</dt><dd>{{ .Params.owner }}</dd><dt>Reviewed</dt><dd>{{ .Params.reviewed }}</dd></dl>
{{ .TableOfContents }}
{{ .Content }}
<ul>{{ range .GetTerms "tags" }}<li><a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a></li>{{ end }}</ul>
{{ end }}
"""
LIST = """\
{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a></li>{{ end }}</ul>
{{ end }}
"""


def write_hugo(books, folder):
    write(folder / "hugo.toml", HUGO)
    layouts = folder / "themes/plain/layouts"
    links = "".join(f'<a href="/{name}.html">{name.capitalize()}</a>' for name in sorted(FOLDERS.values()))
    write(layouts / "baseof.html", BASE.replace("LINKS", links))
    write(layouts / "page.html", PAGE)
    for name in ["home", "section", "taxonomy", "term"]:
        write(layouts / f"{name}.html", LIST)
    write(folder / "content/_index.md", "---\ntitle: A large playbook\n---\n\nMade up, to measure with.\n")
    for entry in books.entries:
        # `kind` and `path` mean something else to Hugo.
        front = "".join(f"{'sort' if key == 'kind' else key}: {plain(value)}\n" for key, value in entry.facts.items())

        def relref(found):
            other = books.entries[int(found[1])]
            return f'[{other.title}]({{{{< relref "/{other.folder}/{other.name}.md" >}}}})'

        body = re.sub("⟦(\\d+)⟧", relref, entry.body)
        body = re.sub(r"\[\[#([^]]+)\]\]", lambda found: f"[{found[1]}](#{slug(found[1])})", body)
        write(folder / f"content/{entry.folder}/{entry.name}.md", f"---\n{front}---\n\n{body}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("entries", type=int)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    books = Books(given.entries, given.seed)
    write_cuebook(books, given.folder / "cuebook")
    write_hugo(books, given.folder / "hugo")


if __name__ == "__main__":
    main()
