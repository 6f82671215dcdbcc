#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our chat markup against Transformers' apply_chat_template, for a folder of chat templates.

usage: compare_chat_markup.py PROGRAM FOLDER... [--edits N] [--write FILE] [--verbose]

PROGRAM is markup_peer. FOLDER holds *.jinja files or model folders (tokenizer_config.json with or
without chat_template.jinja). Prints a row for each template: recognised as what and equal, or why
it was refused. No template may be recognised and differ: ends with 1 then, and with 77 where
Transformers is missing. --edits tries each template with N random changes, too: each must be refused or
be equal, or be one that Transformers can use for nothing (errors). Today is 26 July 2024 for templates
that ask. --write keeps the texts that Transformers makes: so tests/core/text/chat-templates/expected.json
was made (Transformers 5.23.0).
"""
import argparse
import datetime
import json
import pathlib
import random
import re
import subprocess
import sys

SKIPPED = 77

try:
    import tokenizers
    import transformers
    from transformers.utils import chat_template_utils
except ImportError:
    print("skipped: the Python package transformers is not installed")
    sys.exit(SKIPPED)

TEXTS = [
    "Be kind.",
    "  blanks before,\n\nlines between, and behind \n\t ",
    "\u00dcbung \u2014 \u65e5\u672c\u8a9e \U0001f375 e\u0301\u00a0",
    "{{ 7 * 7 }} {% raw %} {role} <|im_end|>\n<|im_start|>system\n<|eot_id|>[/INST]<end_of_turn></s>",
]
CONVERSATIONS = [{"system": "", "user": text} for text in TEXTS]
CONVERSATIONS += [{"system": system, "user": user} for system in TEXTS for user in TEXTS]


class Today(datetime.datetime):
    """The day that our markup names wherever a template asks for today."""

    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 26, 12, tzinfo=tz)


def reference(bos, eos):
    """A tokenizer that is good for nothing but templates."""
    inner = tokenizers.Tokenizer(tokenizers.models.WordLevel({"a": 0}, unk_token="a"))
    return transformers.PreTrainedTokenizerFast(tokenizer_object=inner, bos_token=bos, eos_token=eos)


def rendered(tokenizer, template, turns):
    """The text, or None where the template raises an error."""
    messages = [{"role": role, "content": turns[role]} for role in ("system", "user") if turns[role]]
    try:
        return tokenizer.apply_chat_template(messages, chat_template=template, tokenize=False,
                                             add_generation_prompt=True)
    except Exception:  # noqa: BLE001: a template may raise what it likes
        return None


def token(config, key, otherwise):
    value = config.get(key)
    return value.get("content", "") if isinstance(value, dict) else value if value is not None else otherwise


def templates(folder):
    """(name, template, bos, eos) of all that is in a folder."""
    for file in sorted(folder.glob("*.jinja")):
        yield file.stem, file.read_text(), "<s>", "</s>"
    for file in sorted(folder.glob("*/tokenizer_config.json")):
        config = json.loads(file.read_text())
        beside = file.parent / "chat_template.jinja"
        template = beside.read_text() if beside.exists() else config.get("chat_template")
        if isinstance(template, str):
            yield file.parent.name, template, token(config, "bos_token", ""), token(config, "eos_token", "")


def edited(template, draw):
    """The template with one to three of its words, signs or texts changed, gone or doubled."""
    words = re.split(r"(\{[%{#]-?|-?[%}#]\}|\W)", template)
    for _ in range(draw.choice([1, 1, 2, 3])):
        at, other = draw.randrange(len(words)), draw.randrange(len(words))
        words[at] = draw.choice(["", words[at] * 2, words[other], draw.choice(
            ["x", " ", "\\n", "==", "!=", "not ", " and ", " or ", "user", "system", "'", "| trim", "loop.first",
             "loop.last", "true", "false", "content", "role", "messages", "{{ bos_token }}", "[1:]", "[0]"])])
    return "".join(words)


def ask(program, questions):
    """One answer of ours for each question."""
    ran = subprocess.run([program], input="".join(json.dumps(question) + "\n" for question in questions),
                         capture_output=True, text=True, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def compare_edits(options, tokenizer, question, counts):
    """Counts what becomes of changed templates; prints those that differ."""
    draw = random.Random(question["template"])
    questions = [{**question, "template": edited(question["template"], draw)} for _ in range(options.edits)]
    for asked, answer in zip(questions, ask(options.program, questions), strict=True):
        if "error" in answer or not asked["template"].strip():
            counts["refused"] = counts.get("refused", 0) + 1
            continue
        expected = [rendered(tokenizer, asked["template"], turns) for turns in CONVERSATIONS]
        state, words = judged(answer, expected)
        counts[state] = counts.get(state, 0) + 1
        if state == "DIFFERS":
            print(f"--- a changed template differs:\n{asked['template']}\n{words}")


def judged(answer, expected):
    """What to print in the row."""
    if "error" in answer:
        return "refused", answer["error"]
    alone = [text for turns, text in zip(CONVERSATIONS, expected) if not turns["system"]]
    if all(text is None for text in expected):
        return "errors", f"{answer['name']}, but Transformers can use it for nothing"
    both = list(zip(CONVERSATIONS, expected, answer["texts"], strict=True))
    # A template without a place for a system text raises an error for one, or leaves it out.
    placeless = all(text is None or text in alone for turns, text, _ in both if turns["system"])
    for turns, text, ours in both:
        if text != ours and not (placeless and turns["system"]):
            return "DIFFERS", f"{answer['name']}: {turns}\n  Transformers {text!r}\n  ours         {ours!r}"
    return "equal", answer["name"] + (" (no system turn of its own)" if placeless else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--edits", type=int, default=0, help="changed forms of each template to try")
    parser.add_argument("--write", type=pathlib.Path, help="keep what Transformers makes")
    parser.add_argument("--verbose", action="store_true", help="say why a template was refused")
    options = parser.parse_args()
    chat_template_utils.datetime = Today
    counts, edits, kept = {}, {}, {}
    for name, template, bos, eos in [row for folder in options.folders for row in templates(folder)]:
        tokenizer = reference(bos, eos)
        expected = [rendered(tokenizer, template, turns) for turns in CONVERSATIONS]
        question = {"template": template, "bos": bos, "eos": eos, "conversations": CONVERSATIONS}
        state, words = judged(ask(options.program, [question])[0], expected)
        counts[state] = counts.get(state, 0) + 1
        if options.edits:
            compare_edits(options, tokenizer, question, edits)
        kept[name] = {"bos": bos, "eos": eos, "texts": expected}
        print(f"{name:<48} {state:<8} {words if state != 'refused' or options.verbose else ''}".rstrip())
    for what, found in (("templates", counts), ("changed templates", edits)):
        if found:
            print(f"{what}: " + ", ".join(f"{count} {state}" for state, count in sorted(found.items())))
    if options.write:
        options.write.write_text(json.dumps({"transformers": transformers.__version__,
                                             "conversations": CONVERSATIONS, "templates": kept},
                                            indent=1, ensure_ascii=True) + "\n")
    return 1 if counts.get("DIFFERS") or edits.get("DIFFERS") else 0


if __name__ == "__main__":
    sys.exit(main())
