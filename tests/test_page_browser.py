"""The page in a real headless browser, where one is installed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hasila import page
from hasila.markup import parse

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update"
)
ABOUT = {"checkpoint": "c", "encoder": "e", "version": "v"}
MARKED = "قال <script>document.title='run'</script>\n"
MARKED += "قتل [[KILLED 3|ثلاثة جنود]] بينهم [[KILLED 1 part|ضابط]] من [[ACTOR|الجيش]]"


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(page.head() + page.body(parse(MARKED, "خبر"), ABOUT), encoding="utf-8")
    return path


def browse(written: Path, *options: str) -> str:
    profile = f"--user-data-dir={written.parent / 'profile'}"
    command = [str(BROWSER), *QUIET.split(), "--disable-sync", "--disable-quic", profile, *options, written.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here")
def test_the_browser_sees_the_text_and_runs_nothing_of_it(written: Path) -> None:
    seen = browse(written, "--dump-dom")
    assert "<title>حصيلة · Hasila</title>" in seen
    assert "document.title='run'" in seen  # as text
    assert "<script" not in seen
    links, places = re.findall(r'href="#([^"]+)"', seen), re.findall(r'id="([^"]+)"', seen)
    assert len(links) == 6  # two mentions, two records, and the terms of two sums
    assert set(links) <= set(places)
    assert len(set(places)) == len(places)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here")
def test_the_browser_draws_it(written: Path, tmp_path: Path) -> None:
    browse(written, f"--screenshot={tmp_path / 'page.png'}", "--window-size=900,700")
    import matplotlib.image

    picture = matplotlib.image.imread(tmp_path / "page.png")[..., :3]
    red = (abs(picture - (0xD5 / 255, 0x5E / 255, 0)) < 0.02).all(-1)  # the colour of the killed
    assert red.sum() > 100
    left, right = (picture[:200, :450] < 0.5).sum(), (picture[:200, 450:] < 0.5).sum()
    assert right > left  # Arabic text begins on the right
