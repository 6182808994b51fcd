# page.py SCENE URL [PID] checks the page of ctl serve. If $WEIR_SHOTS is set, screenshots go there:
# chromedriver gives up after ten seconds, which is not enough on a busy machine.
# SCENE is traffic, empty, refused (no probes), or lost (PID is killed meanwhile).
import json
import os
import signal
import subprocess
import sys
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

scene, url, shots = sys.argv[1], sys.argv[2], os.environ.get("WEIR_SHOTS")
options = webdriver.ChromeOptions()
for flag in (
    "headless=new no-sandbox disable-gpu disable-quic no-first-run disable-background-networking "
    "disable-component-update disable-sync hide-scrollbars disable-dev-shm-usage"
).split():
    options.add_argument("--" + flag)
options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
script = driver.execute_script


def wait(what, check):
    limit = time.monotonic() + 90
    while time.monotonic() < limit:
        if check():
            return
        time.sleep(0.1)
    sys.exit(f"never: {what}; log: {driver.get_log('browser')}")


def find(id):
    return driver.find_element(By.ID, id)


def rows(table):
    """Returns the cells of each row, read at once, because rows are replaced all the time."""
    return script(
        "return [...document.querySelectorAll('#' + arguments[0] + ' tbody tr')]"
        ".map((row) => [...row.cells].map((cell) => cell.textContent))",
        table,
    )


def clear(id):
    script("const e = document.getElementById(arguments[0]); e.value = '';"
           " e.dispatchEvent(new Event('input')); e.blur()", id)


def counted():
    return script("return seen.counters.reduce((n, c) => n + c.packets, 0)")


def ctl(*words):
    return json.loads(subprocess.check_output([os.environ["WEIR_CTL"], "-j", *words]))


def shoot():
    """Checks the page at three sizes, light and dark; nothing may be wider than the window."""
    for theme in "light", "dark":
        script(f"theme('{theme}')")
        for width, height in (400, 900), (1440, 900), (3840, 2160):
            driver.set_window_size(width, height)
            time.sleep(0.5)
            full = script("return document.documentElement.scrollHeight")
            driver.set_window_size(width, max(height, min(full + 20, 5000)))
            script("scrollTo(0, 0)")
            time.sleep(2.2)
            wide = script("return document.documentElement.scrollWidth")
            assert wide <= script("return innerWidth"), f"{width}: {wide} wide"
            if shots:
                driver.save_screenshot(f"{shots}/{scene}-{width}-{theme}.png")


def labelled():
    """Checks that every control has a name, and that headings are nested."""
    nameless = script(
        "return [...document.querySelectorAll('input, select, button, [tabindex]')].filter((e) => e.offsetParent &&"
        " !(e.labels && e.labels.length) && !e.textContent.trim() && !e.ariaLabel).map((e) => e.id)"
    )
    assert not nameless, nameless
    assert script("return document.querySelectorAll('h1').length") == 1
    assert script("return document.documentElement.lang") == "en"


def traffic():
    wait("charts", lambda: len(driver.find_elements(By.CSS_SELECTOR, ".plot canvas")) >= 4)
    first = counted()
    wait("counts grow", lambda: counted() > first)
    drawn = script("return charts.values().next().value.rows.length")
    wait("charts move", lambda: script("return charts.values().next().value.rows.length") > drawn)
    wait("flows", lambda: len(rows("flows")) >= 2)
    wait("rates of flows", lambda: "bit/s" in find("flows").text)
    wait("attachments", lambda: len(rows("attachments")) == 6)
    wait("paths", lambda: len(driver.find_elements(By.CSS_SELECTOR, ".hop")) >= 3)

    before = len(rows("flows"))
    find("search").send_keys("icmp")
    wait("search", lambda: 0 < len(rows("flows")) < before)
    find("search").clear()
    find("filter").send_keys("prt 80\n")
    wait("a wrong filter says so", lambda: "prt" in find("flow-note").text)
    find("filter").clear()
    find("filter").send_keys("udp\n")
    wait("filter", lambda: {r[0] for r in rows("flows")} == {"udp"})
    find("filter").clear()
    find("filter").send_keys("\n")
    wait("all flows again", lambda: len(rows("flows")) == before)

    def said(header):
        return script(f"return lookedAt(new Headers({{'Weir-Flows': '{header}'}}))")
    some = said("131072 of 140000").replace("\u202f", "")
    assert some == "looked at the 131072 with the most bytes, of 140000 flows", some
    assert said("15 of 15") == "" == find("flow-note").text.partition(";")[2]

    # without traffic the page equals ctl's output
    fixed = sum(c["protocols"]["udp"]["packets"] for c in ctl("counters"))
    assert fixed > 0
    wait(f"{fixed} datagrams", lambda: script(
        "return seen.counters.reduce((n, c) => n + c.protocols.udp.packets, 0)") == fixed)
    wait("connections", lambda: len(rows("tcp")) == len(ctl("tcp")) == 4)
    assert "7000" in find("tcp").text and "python3" in find("tcp").text
    find("tcp-search").send_keys("nothing-like-that")
    wait("search of connections", lambda: "None of these 4" in find("tcp").text)
    clear("tcp-search")
    wait("all connections again", lambda: len(rows("tcp")) == 4)
    wait("drops", lambda: any(
        r[0] == "NO_SOCKET" and "vb@" in r[2] and r[4] == "25" for r in rows("drops")))
    ours = [r for r in rows("drops") if r[1] == "weir"]
    assert [(r[0], r[4]) for r in ours] == [("socket-filter", "6")], ours
    assert ours[0][2].startswith("udp 127.0.0.1:7000@"), ours
    assert find("drops-note").text.startswith("Since "), find("drops-note").text
    wait("checks", lambda: len(driver.find_elements(By.CSS_SELECTOR, ".check")) == 11)
    wait("tuning", lambda: "rto-min 20.0 ms" in find("tune").text)
    script("document.getElementById('sockets-panel').open = true")
    wait("sockets", lambda: "python3" in find("sockets").text)
    find("sockets-search").send_keys("7000")
    wait("search of sockets", lambda: find("sockets-note").text.startswith("6 of"))
    clear("sockets-search")
    script("document.getElementById('sockets-panel').open = false")
    labelled()


def empty():
    wait("empty state", lambda: find("empty").is_displayed())
    assert "ctl attach" in find("empty").text
    assert not find("flows").is_displayed() and find("drops").is_displayed()


def refused():
    wait("sentence on drops", lambda: "--no-probes" in find("drops-note").text)
    wait("sentence on health", lambda: "--no-probes" in find("health-note").text)
    wait("the rest works", lambda: len(driver.find_elements(By.CSS_SELECTOR, ".plot canvas")) >= 2)


def lost():
    wait("charts", lambda: len(driver.find_elements(By.CSS_SELECTOR, ".plot canvas")) >= 2)
    os.kill(int(sys.argv[3]), signal.SIGKILL)
    wait("sentence", lambda: "No connection to" in find("fault").text)
    wait("state", lambda: find("state").text.strip() == "no connection")


try:
    driver.set_window_size(1440, 900)
    driver.get(url + "/")
    wait("live", lambda: "live" in find("state").text)
    globals()[scene]()
    shoot()
    log = [entry for entry in driver.get_log("browser") if entry["level"] != "INFO"]
    # the browser logs requests for missing files
    expected = {"refused": "501", "lost": "net::ERR_", "traffic": "400"}.get(scene)
    log = [entry for entry in log if not expected or expected not in entry["message"]]
    assert not log, log
finally:
    driver.quit()
