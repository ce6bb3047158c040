#!/usr/bin/env python3
"""Runs the code of the page UsingPython and of the package's README as it stands there.

    sh scripts/test_python.sh
"""
import contextlib
import io
import os
import re
import unittest
from importlib.util import find_spec

from support import ROOT, Scratch

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Articles(Scratch):
    def run_code(self, article):
        """Runs the blocks of an article in its order: one that begins with `# NAME.py` or `# NAME.yaml` is that file,
        other ones in Python share their names. What they print."""
        for name in ("arch", "workloads"):
            (self.folder / name).symlink_to(ROOT / name)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)
        names, printed = {}, io.StringIO()
        for language, text in FENCE.findall((ROOT / article).read_text()):
            first = text.split("\n")[0]
            if re.fullmatch(r"# [\w.-]+\.(py|yaml)", first):
                self.file(first[2:], text)
            elif language == "python":
                with contextlib.redirect_stdout(printed):
                    exec(compile(text, article, "exec"), names)
            else:
                self.assertIn(language, ("sh", "text"))
        return printed.getvalue()

    @unittest.skipUnless(find_spec("pandas") and find_spec("xarray"), "there is no pandas or no xarray")
    def test_the_page_and_what_it_prints(self):
        article = "Sources/umemaki/umemaki.docc/UsingPython.md"
        printed = self.run_code(article)
        shown = [text for language, text in FENCE.findall((ROOT / article).read_text()) if language == "text"]
        self.assertEqual(printed, "".join(shown))

    @unittest.skipUnless(find_spec("pandas"), "there is no pandas")
    def test_the_readme(self):
        self.assertEqual(self.run_code("scripts/python/README.md"), "0.06717195 stem.0\n")

    def test_every_page_of_the_documentation_leads_there(self):
        docc = ROOT / "Sources/umemaki/umemaki.docc"
        self.assertIn("<doc:UsingPython>", (docc / "umemaki.md").read_text())
        self.assertIn("<doc:UsingPython>", (docc / "WritingAPolicy.md").read_text())


if __name__ == "__main__":
    unittest.main()
