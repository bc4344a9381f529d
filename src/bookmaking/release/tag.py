"""Keep what the book says, commit it and tag it: python -m bookmaking.release.tag v0.2.0.

CHANGELOG.md is written again from all releases that are kept (`changelog`), and the addresses of
the site are kept for the next release, which may not lose one (`addresses`).

The book must be built from the sources as they are, and all must be committed. The file is written
into the repository, because a clone may have no tags; the page on changes reads it from there.
"""

import re
import sys
from dataclasses import replace
from pathlib import Path

import yaml

from bookmaking import reread
from bookmaking.fresh import nothing_changed
from bookmaking.record import built_from, said
from bookmaking.release import ReleaseError, addresses, changelog, run
from decentwork.repository import ROOT


def release(tag: str, root: Path = ROOT) -> Path:
    """Write what the built book says under the name ``tag``, commit and tag it.

    Returns the path of the file. ReleaseError says what to do first.
    """
    now = built_from.commit(root)
    target = root / said.FOLDER / f"{tag}.json"
    if fault := _fault(tag, root, now, target):
        raise ReleaseError(fault)
    kept = replace(
        said.of_book(root),
        name=tag,
        made=f"Built from commit {now.name[:12]} by `make release`.",
        date=now.date.isoformat(),
        rows_not_reread=reread.not_reread(root),
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(kept.as_json(), encoding="utf-8", newline="\n")
    written = [str(target), str(root / changelog.FILE), str(root / addresses.KEPT)]
    changelog.write(root)
    addresses.keep(root)
    run(root, "git", "add", "--", *written)
    run(
        root, "git", "commit", "--quiet", "-m", f"Release {tag}: what the book says", "--", *written
    )
    run(root, "git", "tag", "--annotate", "-m", f"Release {tag}", tag)
    return target


def _fault(tag: str, root: Path, now: built_from.Commit | None, target: Path) -> str | None:
    if not re.fullmatch(r"v\d+\.\d+\.\d+", tag):
        return f"{tag!r} is no name of a release; give one like v0.2.0."
    version = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))["version"]
    if tag != f"v{version}":
        return f"CITATION.cff has the version {version}; set it to {tag[1:]} there, and commit."
    if now is None:
        return "this is no Git repository, so there is nothing to tag."
    if now.changed:
        return "some changes are not committed; commit them, then run `make book` again."
    if target.exists():
        return f"{target.relative_to(root)} is there already; a release is written once."
    if built_from.git(root, "tag", "--list", tag):
        return f"the tag {tag} is there already; a release is tagged once."
    if not nothing_changed(root):
        return "the built book is not that of the sources; run `make book` first."
    if lost := addresses.faults(root):
        return "\n".join(["addresses of the last release would lead nowhere:", *lost])
    return more_not_reread(root)


def more_not_reread(root: Path) -> str | None:
    """Return the sentence on a release with more unread rows than the last one that counted them.

    A release may add rows, but not faster than somebody reads them or older ones.
    """
    counted = (one for one in said.kept(root) if one.rows_not_reread is not None)
    before, now = next(counted, None), reread.not_reread(root)
    if before is None or now <= before.rows_not_reread:
        return None
    return (
        f"{now} rows typed by hand were not re-read by a second reader, and in {before.name} it "
        f"was {before.rows_not_reread}. Compare as many rows as were added, new or old, with their "
        "sources, and sign them: `python -m bookmaking.reread sign …`."
    )


def main(arguments: list[str]) -> int:
    """Run from the command line."""
    try:
        path = release(*arguments[:1] or [""])
    except (ReleaseError, OSError) as error:
        print(f"Nothing was released: {error}", file=sys.stderr)
        return 1
    print(f"{path.relative_to(ROOT)} is written, committed and tagged.")
    print("To publish it: git push --follow-tags")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
