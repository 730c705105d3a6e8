"""The page in a browser, opened from disk: what it shows, how it is used, and that nothing on it acts."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="the page is opened with playwright")
pytest.importorskip("jinja2")
pytest.importorskip("numpy")
pytest.importorskip("soundfile")

from playwright.sync_api import Error, sync_playwright

from pytest_agentsim.expect import Outcome, Verdict, Words
from pytest_agentsim.report.asked import Asked, write_asked
from pytest_agentsim.report.page.against import Against
from pytest_agentsim.report.page.other import OtherResults
from pytest_agentsim.report.stored import stored_calls
from pytest_agentsim.result import Speaker, ToolCall, Turn
from pytest_agentsim.scenario.expectations import expectations_from
from tests.report.page.conftest import MET, NOT_JUDGED, SAID, Results, a_baseline, text_result, voice_result
from tests.test_hostile_text import ATTACKS

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
MARKUP = "img, iframe, object, embed, link:not([rel=icon]), base, form"
UNSEEN = "\x00\x07\x1b\x7f\x9b\u202e\u2066\u200b\u200f\u061c"
CAN_BE_REACHED = "a[href], button, input, select, summary, audio, [tabindex='0']"


@pytest.fixture(scope="module")
def chromium():
    """A browser: the one that playwright has brought, or that of the machine."""
    with sync_playwright() as playwright:
        installed = next(filter(None, map(shutil.which, BROWSERS)), None)
        arguments = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--mute-audio"]
        try:
            browser = playwright.chromium.launch(executable_path=installed, args=arguments)
        except Error as error:
            pytest.skip(f"there is no Chromium to open the page with: {error.message.splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture
def show(chromium):
    """Opens a page without a network; nothing may be said on its console, and nothing be asked for but its own files."""
    said, asked = [], []
    with ExitStack() as contexts:

        def open_page(page, address="", **options):
            context = chromium.new_context(**{"viewport": DESKTOP, "offline": True, **options})
            contexts.callback(context.close)
            context.set_default_timeout(10_000)
            shown = context.new_page()
            shown.on("console", lambda message: said.append(message.text))
            shown.on("pageerror", lambda error: said.append(str(error)))
            shown.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
            shown.on("request", lambda request: asked.append(request.url))
            shown.goto(f"{page.as_uri()}{address}")
            shown.click = lambda selector: follow(shown.locator(selector).first)
            return shown

        yield open_page
    # That a file is not there, Chromium says by itself.
    assert not [words for words in said if "ERR_FILE_NOT_FOUND" not in words]
    assert not [url for url in asked if not url.startswith(("file:", "blob:", "data:"))]


def follow(link):
    """Click on something, and wait for what it leads to: the page makes that in a task of its own."""
    link.click()
    link.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


@pytest.fixture
def desk(results):
    """A page of four calls: two by text of which one failed, one by voice, and one that nobody judged."""
    results.add("hours", text_result("Opening hours"), MET, tags=("smoke",))
    results.add("refund", text_result("A refund"), MET, SAID, NOT_JUDGED, tags=("smoke", "money"))
    results.add("noisy", voice_result("A noisy line"), MET)
    results.add("lost", text_result("Lost in the crash", personality="impatient"), judged=False)
    return results.page(name="nightly")


@pytest.fixture
def repeated_desk(results):
    """A page of three scenarios that were run four times and of one that was run once."""
    for item, outcomes in (("steady", "++++"), ("flaky", "+-+-"), ("rarely", "+++-")):
        for number, each in enumerate(outcomes, start=1):
            results.add_run(item, number, MET if each == "+" else SAID, runs=4, pass_rate=0.7)
    results.add("hours", text_result("Opening hours"), MET)
    return results.page()


def groups(shown):
    return shown.locator(".opens:visible").all_inner_texts()


def titles(shown):
    return shown.locator("tbody tr:not([hidden]) .name a").all_inner_texts()


def focused(shown):
    return shown.evaluate("document.activeElement.textContent")


# --- the overview -------------------------------------------------------------------------------------------------


def test_the_calls_are_listed_with_what_failed_first(desk, show):
    shown = show(desk)
    assert shown.title() == "nightly"
    assert titles(shown) == ["A refund", "Lost in the crash", "Opening hours", "A noisy line"]
    assert shown.locator("tbody .badge").all_inner_texts() == ["failed", "unfinished", "passed", "passed"]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("outcome", "passed", ["Opening hours", "A noisy line"]),
        ("channel", "voice", ["A noisy line"]),
        ("personality", "impatient", ["Lost in the crash"]),
        ("tag", "money", ["A refund"]),
    ],
)
def test_a_filter_leaves_the_calls_that_it_names(desk, show, name, value, expected):
    shown = show(desk)
    shown.select_option(f"[data-filter={name}]", value)
    assert titles(shown) == expected
    count = f"{len(expected)} of 4 calls"
    assert shown.locator("[data-count]").inner_text() == count


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("REFUND", ["A refund"]),
        ("line noisy", ["A noisy line"]),
        ("which it never should", ["A refund"]),
        ("smoke", ["A refund", "Opening hours"]),
        ("desk.scenario.yaml::hours", ["Opening hours"]),
    ],
)
def test_all_words_of_a_search_have_to_be_there(desk, show, words, expected):
    shown = show(desk)
    shown.fill("[data-search]", words)
    assert titles(shown) == expected


def test_a_search_that_finds_nothing_says_so_and_can_be_taken_back(desk, show):
    shown = show(desk)
    shown.fill("[data-search]", "no such call")
    assert titles(shown) == []
    shown.click("text=Show all calls")
    assert len(titles(shown)) == 4


def test_the_number_of_an_outcome_is_a_filter_too(desk, show):
    shown = show(desk)
    figure = shown.locator("button[data-outcome=failed]")
    figure.click()
    assert titles(shown) == ["A refund"]
    assert figure.get_attribute("aria-pressed") == "true"
    figure.click()
    assert len(titles(shown)) == 4


def test_a_heading_sorts_and_sorts_the_other_way(desk, show):
    shown = show(desk)
    for order in ("ascending", "descending"):
        shown.click("[data-sort=duration]")
        heading = shown.locator("th[aria-sort]")
        assert (heading.inner_text(), heading.get_attribute("aria-sort")) == ("Duration", order)
    assert titles(shown)[0] == "A noisy line"
    shown.click("[data-sort=title]")
    assert titles(shown) == sorted(titles(shown))


def test_without_javascript_the_overview_can_be_read(desk, show):
    shown = show(desk, java_script_enabled=False)
    assert len(titles(shown)) == 4
    assert "Without JavaScript" in shown.locator(".calls").inner_text()


# --- scenarios that were run several times ------------------------------------------------------------------------


def test_the_runs_of_a_scenario_are_one_row_until_it_is_opened(repeated_desk, show):
    shown = show(repeated_desk)
    assert groups(shown) == ["flaky", "rarely", "steady"]
    assert shown.locator("tr.call:visible .name a").all_inner_texts() == ["Opening hours"]
    opens = shown.locator("text=flaky >> visible=true").first
    opens.focus()
    opens.press("Enter")
    assert opens.get_attribute("aria-expanded") == "true"
    runs = shown.locator("tr.run.call:visible")
    assert runs.locator("a").all_text_contents() == [f"flaky, Run {number}" for number in range(1, 5)]
    assert runs.locator(".badge").all_inner_texts() == ["passed", "failed", "passed", "failed"]
    opens.press("Enter")
    assert runs.count() == 0


def test_a_scenario_says_how_many_of_its_runs_passed_and_how_many_must(repeated_desk, show):
    shown = show(repeated_desk)
    flaky = shown.locator("tbody:has(#runs-0)")
    assert "too few: 2 of 4 runs passed, 70% must" in flaky.inner_text()
    assert "run 2 failed first" in flaky.inner_text()
    rarely = shown.locator("tbody", has_text="rarely")
    rarely.locator(".opens").click()
    summary = rarely.locator(".whole").inner_text()
    assert summary.strip().startswith(
        "Enough: 3 of 4 runs passed, 70% must. Pass rate 75% (30% to 95%), pass@3"
    )


def test_the_flakiest_scenario_is_first_where_runs_are_sorted(repeated_desk, show):
    shown = show(repeated_desk)
    shown.click("[data-sort=title]")
    assert groups(shown) == ["flaky", "rarely", "steady"]
    shown.click("[data-sort=title]")
    shown.click("[data-sort=flakiness]")
    assert groups(shown) == ["flaky", "rarely", "steady"]
    assert shown.locator("tbody").last.inner_text().count("Opening hours") == 1
    shown.click("[data-sort=flakiness]")
    assert groups(shown) == ["steady", "rarely", "flaky"]


def test_a_phone_sorts_the_flakiest_first_too(repeated_desk, show):
    shown = show(repeated_desk, viewport=PHONE)
    shown.click("summary >> text=Filters")
    shown.select_option("[data-sorted]", "title")
    shown.select_option("[data-sorted]", "flakiness")
    assert groups(shown) == ["flaky", "rarely", "steady"]
    assert "4 of 4 runs passed" in shown.locator("tbody", has_text="steady").inner_text()


def test_what_is_looked_for_among_the_runs_is_opened(repeated_desk, show):
    shown = show(repeated_desk)
    shown.select_option("[data-filter=outcome]", "failed")
    assert groups(shown) == ["flaky", "rarely"]
    runs = shown.locator("tr.call:visible a").all_text_contents()
    assert runs == ["flaky, Run 2", "flaky, Run 4", "rarely, Run 4"]
    assert shown.locator("[data-count]").inner_text() == "3 of 13 calls"
    shown.select_option("[data-filter=outcome]", "")
    assert shown.locator("tr.run.call:visible").count() == 0


def test_the_flakiest_leads_to_its_runs_also_where_a_filter_hides_them(repeated_desk, show):
    shown = show(repeated_desk)
    shown.fill("[data-search]", "steady")
    shown.click("aside >> text=flaky >> nth=-1")
    assert focused(shown) in ("flaky", "rarely")
    assert shown.locator("tr.run.call:visible").count() == 4


def test_one_run_leads_to_the_others(repeated_desk, show):
    shown = show(repeated_desk, "#flaky-run2")
    runs = shown.get_by_role("navigation", name="Runs of this scenario").get_by_role("link")
    assert runs.all_text_contents() == ["Run 1, passed", "Run 2, failed", "Run 3, passed", "Run 4, failed"]
    assert runs.nth(1).get_attribute("aria-current") == "page"
    runs.nth(2).click()
    assert "run 3 of 4" in shown.locator(".call-outcome").inner_text()


# --- one call -----------------------------------------------------------------------------------------------------


def test_a_row_opens_its_call_and_back_is_where_one_was(desk, show):
    shown = show(desk)
    shown.click("tbody tr[data-key=refund] td:nth-child(3)")
    assert shown.locator("h1:visible").inner_text() == "A refund"
    assert shown.title() == "A refund · nightly"
    assert focused(shown) == "A refund"
    shown.go_back()
    assert shown.locator("h1:visible").inner_text() == "nightly"
    assert focused(shown) == "A refund"


def test_a_call_has_an_address(desk, show):
    assert show(desk, "#noisy").locator("h1:visible").inner_text() == "A noisy line"


def test_an_address_without_a_call_shows_the_overview(desk, show):
    assert show(desk, "#gone").locator("h1:visible").inner_text() == "nightly"


def test_next_follows_the_order_and_the_filters_of_the_table(desk, show):
    shown = show(desk)
    shown.select_option("[data-filter=outcome]", "passed")
    shown.click("text=Opening hours")
    shown.click("nav >> text=Next")
    assert shown.locator("h1:visible").inner_text() == "A noisy line"
    assert shown.locator("nav >> text=Next").count() == 0


def test_the_evidence_is_marked_and_an_expectation_leads_to_it(desk, show):
    shown = show(desk, "#refund")
    assert shown.locator("mark").all_inner_texts() == ["reschedule"]
    shown.click(".expectations a")
    assert shown.evaluate("document.activeElement.id") == "turn-2"
    shown.click(".evidence a")
    assert shown.evaluate("document.activeElement.id") == "expectation-1"


def test_what_met_an_expectation_is_marked_otherwise_and_gives_way_to_what_did_not(results, show):
    at = partial(Verdict, Outcome.MET, "expect.agent_says[0]", "", ("turn 2",), (2,))
    call = Verdict(Outcome.MET, "expect.tool_calls[0]", "", ("find({})",), tool_calls=(1,))
    met = (at(words=(Words(2, 0, 9),)), at(words=(Words(2, 30, 47),)))
    results.add("a", text_result(tool_calls=(ToolCall("1", "find", {}, 0.2, 2),)), MET, SAID, *met, call)
    shown = show(results.page(), "#a")
    assert shown.locator("mark.good").all_inner_texts() == ["From nine"]
    assert shown.locator("mark.bad").all_inner_texts() == ["reschedule"]
    lines = [
        shown.locator(f"mark.{kind}").evaluate("e => getComputedStyle(e).textDecorationStyle")
        for kind in ("good", "bad")
    ]
    assert lines == ["solid", "wavy"]
    assert shown.locator(".tool-call .evidence .met").count() == 1
    shown.click("text=4 met")
    shown.click("text=function call 1")
    assert shown.evaluate("document.activeElement.id") == "tool-1"


def test_what_was_not_met_stands_first(desk, show):
    badges = show(desk, "#refund").locator(".expectations .badge").all_inner_texts()
    assert badges == ["not met", "not judged", "met"]


def test_many_that_were_met_are_folded_until_the_transcript_leads_to_one(results, show):
    said = Verdict(Outcome.MET, "expect.agent_says[0]", "", ("turn 2",), (2,), words=(Words(2, 0, 9),))
    results.add(
        "a", text_result(), said, *[replace(said, path=f"expect.agent_says[{at}]") for at in (1, 2, 3)]
    )
    shown = show(results.page(), "#a")
    assert shown.locator(".expectations:visible").count() == 0
    follow(shown.locator(".evidence a").first)
    assert shown.evaluate("document.activeElement.id") == "expectation-0"
    assert shown.locator(".expectations:visible .badge").count() == 4


def test_a_metric_has_its_limit_beside_it(results, show):
    late = replace(SAID, path="expect.metrics.latency_p95", message="at most 0.1 s", turns=())
    skipped = replace(
        SAID, path="expect.metrics.pitch", message="no voice", turns=(), outcome=Outcome.SKIPPED
    )
    results.add("a", text_result(), MET, skipped, late)
    shown = show(results.page(), "#a")
    assert "at most 0.1 s" in shown.locator("[data-metric=latency]").inner_text()
    assert shown.locator(".expectations .badge").all_inner_texts() == ["not met", "skipped", "met"]


def test_a_turn_explains_the_callers_decision(desk, show):
    shown = show(desk, "#hours")
    shown.click("summary >> text=Condition 1 holds.")
    rows = shown.locator("#turn-2 tbody tr").all_inner_texts()
    assert [row.split("\t")[1].strip() for row in rows] == ["0.90", "0.10"]
    assert "because of 0.9" in rows[0]


def test_the_time_line_shows_what_happened(desk, show):
    shown = show(desk, "#noisy")
    assert shown.locator(".wave").count() == 2
    assert shown.locator(".block").count() == 5
    assert shown.locator(".lane .gap").all_inner_texts() == ["0.60 s", "?"]
    assert set(shown.locator(".lane.marks .mark").all_inner_texts()) == {"!", "#", "↯", "ƒ"}
    assert shown.locator(".stretch.noise").inner_text() == "office"
    assert shown.locator(".stretch.lost").get_attribute("title") == "3 frames lost to the agent"


def test_a_call_by_text_has_a_time_line_without_sound(desk, show):
    shown = show(desk, "#hours")
    assert shown.locator(".block").count() == 3
    assert shown.locator("audio").count() == shown.locator(".wave").count() == 0


def test_an_unfinished_call_says_what_is_missing(desk, show):
    shown = show(desk, "#lost")
    assert "Nobody has judged this call" in shown.locator(".banner").inner_text()
    assert shown.locator(".turn").count() == 3


# --- two calls side by side ---------------------------------------------------------------------------------------


def spoken(*texts, **changes):
    """A call of these turns, the caller's first, half a second each."""
    turns = tuple(
        Turn(place + 1, Speaker.AGENT if place % 2 else Speaker.CALLER, text, place / 2)
        for place, text in enumerate(texts)
    )
    return text_result("Refund", turns=turns, tool_calls=(), duration=len(texts) / 2, **changes)


HAPPY = ("A refund, please", "Your name?", "Sarah", "You get 20 dollars back", "Thanks")
SLOWER = ("A refund, please", "Sorry?", "A refund", "Your name?", "Sarah", "You get 2 dollars back", "Thanks")


@pytest.fixture
def compared(results, tmp_path):
    """A page of two runs of a scenario and one by somebody else, beside another run's where all went well."""
    latency = text_result().metrics[0]
    slow = (replace(latency, value=0.5), replace(latency, name="turns", title="Turns", value=3, unit=""))
    for number, (texts, verdict, metrics) in enumerate(
        ((HAPPY, replace(SAID, outcome=Outcome.MET), (latency,)), (SLOWER, SAID, slow)), start=1
    ):
        result = spoken(*texts, run_id=f"here-{number}", metrics=metrics)
        results.add_run("refund", number, MET, verdict, runs=2, result=result)
    results.add("other", spoken(*HAPPY, run_id="other", personality="impatient"), MET)
    results.add("alone", text_result("Opening hours"), MET)
    earlier = Results(tmp_path / "earlier")
    for number in (1, 2):
        earlier.add_run("refund", number, MET, runs=2, result=spoken(*HAPPY, run_id=f"there-{number}"))
    return results.page(other=OtherResults("last-week", earlier.path, stored_calls(earlier.path)))


BOTH = "#compare:refund&refund-run2"


def aligned(shown):
    """Each row of the transcripts as who, and what is said in one or both of the calls."""
    return [
        (
            row.locator("th").inner_text().strip().split("\n")[0],
            *[each.locator(".said").all_inner_texts() for each in row.locator("td").all()],
        )
        for row in shown.locator(".aligned tbody tr:visible").all()
    ]


def test_a_call_is_compared_with_another_of_its_scenario(compared, show):
    shown = show(compared, "#refund")
    choices = shown.get_by_label("Compare with").locator("option").all_inner_texts()
    assert choices == [
        "Impatient, run 1: passed",
        "Normal, run 2: failed",
        "Normal, run 1, last-week: passed",
        "Normal, run 2, last-week: passed",
    ]
    shown.get_by_label("Compare with").select_option("refund-run2")
    follow(shown.get_by_role("button", name="Compare"))
    assert shown.locator("h1:visible").inner_text() == "Refund"
    assert shown.locator(".side .badge").all_inner_texts() == ["passed", "failed"]
    assert focused(shown) == "Refund"
    assert shown.title().startswith("Refund, two calls")


def test_a_call_of_which_there_is_no_other_cannot_be_compared(compared, show):
    assert show(compared, "#alone").get_by_role("button", name="Compare").count() == 0


def test_what_both_say_stands_there_once_and_what_differs_side_by_side(compared, show):
    shown = show(compared, BOTH)
    assert aligned(shown) == [
        ("Caller", ["A refund, please"]),
        ("Agent", [], ["Sorry?"]),
        ("Caller", [], ["A refund"]),
        ("Agent", ["Your name?"]),
        ("Caller", ["Sarah"]),
        ("Agent", ["You get 20 dollars back"], ["You get 2 dollars back"]),
        ("Caller", ["Thanks"]),
    ]
    assert [each.strip() for each in shown.locator("mark.differs").all_inner_texts()] == ["20", "2"]
    shown.check("text=Only what differs")
    assert len(aligned(shown)) == 3


def test_what_differs_is_told_in_words_too(compared, show):
    heads = show(compared, BOTH).locator(".aligned tbody th").all_text_contents()
    assert heads[1] == "Agent, only in B"
    assert heads[3] == "Agent, the same"
    assert heads[5] == "Agent, different words"


def test_both_time_lines_have_one_scale(compared, show):
    shown = show(compared, BOTH)
    first, second = (shown.locator(".inner").nth(place) for place in (0, 1))
    over = first.locator(".beyond").bounding_box()
    inner = first.bounding_box()
    assert (over["x"] - inner["x"]) / inner["width"] == pytest.approx(2.5 / 3.5, abs=0.01)
    assert second.locator(".beyond").count() == 0
    shown.click("[aria-label='Show less of both calls, larger']")
    assert first.bounding_box()["width"] == second.bounding_box()["width"] > inner["width"]
    shown.evaluate("document.querySelectorAll('.view')[1].scrollLeft = 90")
    shown.wait_for_function("() => document.querySelector('.view').scrollLeft === 90")


def test_an_expectation_that_changed_tells_both_outcomes(compared, show):
    shown = show(compared, BOTH)
    changed = shown.locator("section", has=shown.locator("h3 >> text=Expectations")).locator("> ul > li")
    assert changed.count() == 1
    assert changed.locator(".badge").all_inner_texts() == ["met", "not met"]
    assert "the agent said 'reschedule'" in changed.inner_text()


def test_metrics_tell_by_how_much_they_differ(compared, show):
    rows = show(compared, BOTH).locator(".compared-metrics tbody tr:visible")
    assert [row.split("\t") for row in rows.all_inner_texts()] == [
        ["Latency", "0.20 s", "0.50 s", "+0.30 s worse"],
        ["Turns", "none", "3", ""],
    ]


def test_another_call_is_chosen_without_losing_ones_place(compared, show):
    shown = show(compared, BOTH)
    choice = shown.get_by_role("combobox", name="Call B")
    choice.focus()
    choice.select_option("other")
    assert shown.evaluate("document.activeElement.getAttribute('aria-label')") == "Call B"
    assert shown.evaluate("location.hash") == "#compare:refund&other"
    assert shown.locator(".side .badge").all_inner_texts() == ["passed", "passed"]
    assert "The same was said in both calls." in shown.locator(".aligned-bar").inner_text()
    follow(shown.get_by_role("button", name="Swap A and B"))
    assert shown.evaluate("location.hash") == "#compare:other&refund"


def test_the_runs_of_a_scenario_lead_to_two_that_differ(compared, show):
    shown = show(compared)
    shown.click(".opens")
    shown.click("text=Compare run 1, which passed, with run 2, which failed")
    assert shown.locator(".side .badge").all_inner_texts() == ["passed", "failed"]


def test_what_went_another_way_than_in_the_other_run_is_told(compared, show):
    shown = show(compared)
    card = shown.locator("aside details", has_text="Compared with last-week")
    assert "worse: 2 of 2 before, 1 of 2 now" in card.inner_text()
    assert "0 scenarios went as before, 2 only in this run." in card.inner_text()
    follow(card.locator("a"))
    assert shown.locator(".side select").evaluate_all("all => all.map(each => each.value)") == [
        "last-week: refund",
        "refund-run2",
    ]
    shown.click("text=Open this call >> nth=0")
    assert "Of another run: last-week" in shown.locator("#call").inner_text()


@pytest.mark.parametrize("address", ["#compare:refund&gone", "#compare:refund", "#compare:%&%"])
def test_an_address_of_calls_that_are_not_there_shows_the_overview(compared, show, address):
    assert show(compared, address).locator("#overview").is_visible()


def test_only_one_of_two_recordings_is_heard(results, show):
    for number in (1, 2):
        results.add_run("noisy", number, MET, runs=2, result=voice_result(run_id=f"{number}"))
    shown = show(results.page(), "#compare:noisy&noisy-run2")
    assert shown.locator(".wave").count() == 4
    for side, name in enumerate("AB"):
        shown.locator(f"[aria-label^='Play call {name} from 0:02']").first.click()
        shown.wait_for_function(
            "side => [...document.querySelectorAll('audio')].every((each, place) => each.paused === (place !== side))"
            " && document.querySelectorAll('audio')[side].currentTime >= 2.6",
            arg=side,
        )


def test_turns_of_long_calls_are_laid_beside_each_other(compared, show):
    shown = show(compared)
    pairs = shown.evaluate(
        "() => { const call = (from) => ({ tools: [], turns: Array.from({ length: 300 }, (_, place) =>"
        " ({ speaker: place % 2 ? 'agent' : 'caller', text: `turn ${from + place}`, number: place, time: 0 })) });"
        " return alignedPieces(call(0), call(4)).map(([a, b]) => [a && a.text, b && b.text]); }"
    )
    assert pairs[:4] == [[f"turn {number}", None] for number in range(4)]
    assert all(a == b for a, b in pairs[4:300])
    assert pairs[300:] == [[None, f"turn {number}"] for number in range(300, 304)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_serious_in_a_comparison(compared, show, size, scheme):
    shown = show(compared, BOTH, viewport=size, color_scheme=scheme)
    assert not serious_violations(shown)
    assert shown.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_a_comparison_can_be_printed(compared, show):
    shown = show(compared, BOTH)
    shown.emulate_media(media="print")
    shown.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert shown.locator("text=1 with the same outcome >> xpath=.. >> .badge").inner_text() == "met"
    assert shown.locator("button:visible").count() == 0


# --- a baseline ---------------------------------------------------------------------------------------------------


@pytest.fixture
def against_main(results):
    """A page of ten runs which are half as quick as those of the baseline, of which there was one before."""
    latency = text_result().metrics[0]
    expected = expectations_from({"metrics": {"latency": {"max": "0.25s"}}})
    for number in range(1, 11):
        seconds = 0.2 + number / 100
        result = text_result(
            "hours", run_id=f"{number}", seed=number, metrics=(replace(latency, value=seconds),)
        )
        outcome = Outcome.MET if seconds <= 0.25 else Outcome.NOT_MET
        verdict = replace(SAID, path=expected[0].path, outcome=outcome, message="", turns=(), evidence=())
        directory = results.add_run("hours", number, verdict, runs=10, result=result)
        write_asked(Asked("hours", expect=expected), directory)
    main = a_baseline(results.path, "main", factor=0.5)
    old = a_baseline(results.path, "v1", factor=0.7, saved_at="2025-01-01")
    return results.page(against=Against(main, (old, main)))


def test_a_metric_tells_its_threshold_and_how_it_was_in_the_baseline(against_main, show):
    metric = show(against_main, "#hours-run10").locator("[data-metric=latency]")
    assert "not met at most 0.25 s" in metric.inner_text().replace("\n", " ")
    assert "Worse than in main: 0.13 s, now 0.26 s in 10 runs; +0.13 s" in metric.inner_text()
    assert (
        metric.get_by_role("img").first.get_attribute("aria-label")
        == "History: v1 0.18 s, main 0.13 s, now 0.26 s"
    )
    value, limit = metric.locator(".bullet span"), metric.locator(".bullet i")
    assert limit.bounding_box()["x"] < value.bounding_box()["x"] + value.bounding_box()["width"]


def test_the_overview_tells_what_differs_from_the_baseline(against_main, show):
    shown = show(against_main)
    card = shown.locator("aside details", has_text="Baseline main")
    assert "Latency worse: 0.13 s, now 0.26 s" in card.inner_text()
    follow(card.locator("a").first)
    assert shown.locator("[data-metric=latency] .against").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("address", ["", "#hours-run10"])
def test_axe_finds_nothing_serious_beside_a_baseline(against_main, show, address, size, scheme):
    shown = show(against_main, address, viewport=size, color_scheme=scheme)
    assert not serious_violations(shown)
    assert shown.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_nothing_that_a_baseline_says_does_anything(results, show):
    attack = ATTACKS["script tags"]
    results.add("a", poisoned(attack), MET, run_id="run", node_id=attack)
    earlier = [
        replace(a_baseline(results.path, attack), batch_id=f"{each}", name=f"{attack}{each}")
        for each in range(3)
    ]
    shown = show(results.page(against=Against(earlier[0], tuple(earlier))), "#a")
    assert shown.locator(MARKUP).count() == 0
    shown.click("nav >> text=All calls")
    assert shown.locator("aside h2").first.inner_text() == f"Baseline {attack}0"
    assert shown.locator(MARKUP).count() == 0


# --- the recording ------------------------------------------------------------------------------------------------


def is_at(shown, least, most):
    shown.wait_for_function(
        "([least, most]) => { const now = document.querySelector('audio').currentTime;"
        " return now >= least && now < most }",
        arg=[least, most],
        timeout=10_000,
    )


def test_a_turn_is_played_from_where_it_begins(desk, show):
    shown = show(desk, "#noisy")
    shown.click("#turn-2 .play")
    is_at(shown, 2.6, 4.5)
    assert shown.evaluate("document.querySelector('audio').paused") is False


def test_a_recording_beside_the_page_is_played_as_well(results, show):
    results.add("a", voice_result(), MET)
    shown = show(results.page(largest=0), "#a")
    shown.click("#turn-4 .play")
    is_at(shown, 5.0, 6.3)


def test_a_recording_that_has_gone_is_told(results, show):
    directory = results.add("a", voice_result(), MET)
    page = results.page(largest=0)
    (directory / "recording.wav").unlink()
    shown = show(page, "#a")
    shown.locator("text=The recording is not where it was").wait_for()


def test_a_click_on_the_time_line_plays_from_there(desk, show):
    shown = show(desk, "#noisy")
    line = shown.locator("[role=slider]")
    box = line.bounding_box()
    line.click(position={"x": box["width"] / 2, "y": 5})
    is_at(shown, 3.0, 5.0)


def test_keys_move_on_the_time_line(desk, show):
    shown = show(desk, "#noisy")
    line = shown.locator("[role=slider]")
    line.focus()
    for _ in range(3):
        line.press("ArrowRight")
    line.press("ArrowLeft")
    is_at(shown, 2.0, 2.1)
    assert line.get_attribute("aria-valuetext") == "0:02.0"
    line.press("Home")
    is_at(shown, 0.0, 0.1)
    line.press("Space")
    is_at(shown, 0.1, 6.3)


def test_a_time_line_can_be_looked_at_closely(desk, show):
    shown = show(desk, "#noisy")
    before = shown.locator(".inner").bounding_box()["width"]
    ticks = shown.locator(".inner .axis span").count()
    shown.click("[aria-label='Show less of the call, larger']")
    assert shown.locator(".inner .axis span").count() > ticks
    assert shown.locator(".inner").bounding_box()["width"] == pytest.approx(2 * before, rel=0.02)
    shown.click("text=Fit")
    assert shown.locator(".inner").bounding_box()["width"] == pytest.approx(before, rel=0.02)


def test_a_phone_shows_the_beginning_of_a_long_call_first(results, show):
    results.add("a", text_result(duration=240.0), MET)
    shown = show(results.page(), "#a", viewport=PHONE)
    assert shown.locator(".inner").bounding_box()["width"] > 2 * PHONE["width"]
    assert shown.evaluate("document.querySelector('.view').scrollLeft") == 0


def test_a_phone_shows_two_calls_as_a_whole(results, show):
    for number in (1, 2):
        results.add_run("a", number, MET, runs=2, result=text_result(duration=240.0, run_id=f"{number}"))
    shown = show(results.page(), "#compare:a&a-run2", viewport=PHONE)
    for line in shown.locator(".inner").all():
        assert line.bounding_box()["width"] < PHONE["width"]


# --- for everybody ------------------------------------------------------------------------------------------------


def test_the_keyboard_alone_reaches_everything_in_a_comparison(compared, show):
    all_can_be_reached(show(compared, BOTH))


@pytest.mark.parametrize("address", ["", "#refund", "#noisy"])
def test_the_keyboard_alone_reaches_everything(desk, show, address):
    all_can_be_reached(show(desk, address))


def all_can_be_reached(shown):
    wanted = shown.evaluate(
        "all => [...document.querySelectorAll(all)].filter(each => each.checkVisibility()"
        " && !each.disabled).map((each, place) => (each.dataset.place = String(place)))",
        CAN_BE_REACHED,
    )
    reached = set()
    for _ in range(3 * len(wanted)):  # some have several stops, as the buttons of a recording
        shown.keyboard.press("Tab")
        reached.add(shown.evaluate("document.activeElement.dataset.place || ''"))
    assert set(wanted) <= reached


def serious_violations(shown):
    """What axe-core finds on a page on which everything is open."""
    if not AXE.is_file():
        pytest.skip(f"axe-core is not installed: npm install --no-package-lock, in {AXE.parents[2]}")
    shown.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    shown.evaluate("for (const each of document.querySelectorAll('.closed .opens')) each.click()")
    shown.evaluate(AXE.read_text(encoding="utf-8"))
    found = shown.evaluate("axe.run().then(({violations}) => violations)")
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("address", ["", "#flaky-run2"])
def test_axe_finds_nothing_serious_in_repeated_calls(repeated_desk, show, address, size, scheme):
    shown = show(repeated_desk, address, viewport=size, color_scheme=scheme)
    assert not serious_violations(shown)
    assert shown.evaluate("document.documentElement.scrollWidth") == size["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("address", ["", "#refund", "#noisy", "#lost"])
def test_axe_finds_nothing_serious(desk, show, address, size, scheme):
    assert not serious_violations(show(desk, address, viewport=size, color_scheme=scheme))


@pytest.mark.parametrize("address", ["", "#refund", "#noisy"])
def test_a_phone_shows_it_without_scrolling_sideways(desk, show, address):
    shown = show(desk, address, viewport=PHONE)
    assert shown.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_it_is_dark_where_everything_is(desk, show):
    light, dark = (
        show(desk, color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    )
    assert sum(map(int, light[4:-1].split(","))) > 700
    assert sum(map(int, dark[4:-1].split(","))) < 100


def test_on_paper_everything_is_open(desk, show):
    shown = show(desk, "#hours")
    shown.emulate_media(media="print")
    shown.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert "because of 0.9" in shown.locator("#call").inner_text()
    assert shown.locator("nav:visible").count() == 0
    shown.evaluate("dispatchEvent(new Event('afterprint'))")
    assert shown.locator("#call details[open]").count() == 0


# --- who means harm -----------------------------------------------------------------------------------------------


def poisoned(attack):
    """A call in which everything that is not ours is an attack."""
    made = text_result(attack)
    turns = tuple(type(turn)(turn.number, turn.speaker, attack, turn.time) for turn in made.turns)
    tool = type(made.tool_calls[0])(attack, attack, {attack: attack}, 0.1, 1, [attack])
    metric = type(made.metrics[0])(
        attack, attack, made.metrics[0].outcome, attack, reason=attack, explanation=(attack,)
    )
    return text_result(
        attack,
        run_id="run",
        personality=attack,
        language=attack,
        detail=attack,
        turns=turns,
        tool_calls=(tool,),
        metadata={attack: attack},
        expected_outcome=attack,
        metrics=(metric,),
    )


def test_nothing_that_an_agent_says_does_anything(results, show):
    for number, attack in enumerate(ATTACKS.values()):
        folder = f"attack-{number:02d}"
        results.add(
            folder, poisoned(attack), SAID, node_id=attack, tags=(attack[:50],), message=attack, run_id="run"
        )
    page = results.page(name=ATTACKS["script tags"])
    assert page.stat().st_size < 5_000_000
    shown = show(page)
    scripts = shown.locator("script").count()
    for number in range(len(ATTACKS)):
        shown.evaluate("number => { location.hash = `attack-${String(number).padStart(2, '0')}` }", number)
        shown.locator("#call .command >> text=pytest").wait_for()
        assert shown.locator("script").count() == scripts
        assert shown.locator(MARKUP).count() == 0
        seen = shown.locator("#call").inner_text()
        assert not set(seen) & set(UNSEEN)
        assert shown.evaluate("document.documentElement.scrollWidth") == DESKTOP["width"]


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_nothing_that_an_agent_says_does_anything_in_a_comparison(results, show, attack, tmp_path):
    earlier = Results(tmp_path / "earlier")
    for each, verdict in ((results, SAID), (earlier, MET)):
        for number in (1, 2):
            call = replace(poisoned(attack), run_id=f"{number}")
            missed = verdict if number == 1 else MET
            each.add_run("attack", number, missed, runs=2, result=call, node_id=attack, message=attack)
    others = OtherResults(attack[:50], earlier.path, stored_calls(earlier.path))
    page = results.page(other=others)
    shown = show(page)
    scripts = shown.locator("script").count()
    shown.click("aside a >> nth=0")
    shown.locator(".comparison .aligned").wait_for()
    assert shown.locator("script").count() == scripts
    assert shown.locator(MARKUP).count() == 0
    assert not set(shown.locator("body").inner_text()) & set(UNSEEN)
    assert shown.evaluate("document.documentElement.scrollWidth") == DESKTOP["width"]


def test_markup_is_shown_as_the_text_that_it_is(results, show):
    attack = ATTACKS["script tags"]
    results.add("a", poisoned(attack), MET, run_id="run")
    shown = show(results.page(), "#a")
    assert shown.locator("h1:visible").inner_text() == attack
    assert shown.locator("#turn-2 .words").inner_text() == attack
