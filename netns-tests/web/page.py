# Looks at the page of ctl serve: page.py URL. Screenshots go to $WEIR_SHOTS.
import json
import os
import subprocess
import sys
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

url, shots = sys.argv[1], os.environ["WEIR_SHOTS"]
options = webdriver.ChromeOptions()
for flag in (
    "headless=new no-sandbox disable-gpu disable-quic no-first-run disable-background-networking "
    "disable-component-update disable-sync hide-scrollbars disable-dev-shm-usage"
).split():
    options.add_argument("--" + flag)
options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def wait(what, check):
    for _ in range(200):
        if check():
            return
        time.sleep(0.1)
    sys.exit(f"never: {what}; log: {driver.get_log('browser')}")


def rows(table):
    return driver.find_elements(By.CSS_SELECTOR, f"#{table} tbody tr")


def counted():
    return driver.execute_script("return seen.counters.reduce((n, c) => n + c.packets, 0)")


try:
    driver.set_window_size(1440, 900)
    driver.get(url + "/")
    wait("live", lambda: "live" in driver.find_element(By.ID, "state").text)
    wait("charts", lambda: len(driver.find_elements(By.CSS_SELECTOR, ".plot canvas")) >= 4)
    first = counted()
    wait("counts grow", lambda: counted() > first)
    wait("flows", lambda: len(rows("flows")) >= 2)
    wait("rates of flows", lambda: "bit/s" in driver.find_element(By.ID, "flows").text)
    assert len(rows("attachments")) == 4
    wait("paths", lambda: len(driver.find_elements(By.CSS_SELECTOR, ".hop")) >= 3)

    before = len(rows("flows"))
    driver.find_element(By.ID, "search").send_keys("icmp")
    wait("search", lambda: 0 < len(rows("flows")) < before)
    driver.find_element(By.ID, "search").clear()

    # at rest the page shows what ctl says
    fixed = {"udp": 0}
    for c in json.loads(subprocess.check_output([os.environ["WEIR_CTL"], "-j", "counters"])):
        fixed["udp"] += c["protocols"]["udp"]["packets"]
    got = driver.execute_script(
        "return seen.counters.reduce((n, c) => n + c.protocols.udp.packets, 0)"
    )
    assert got == fixed["udp"] > 0, (got, fixed)

    for theme in "light", "dark":
        driver.execute_script(f"theme('{theme}')")
        for width, height in (400, 900), (1440, 1500), (3840, 2160):
            driver.set_window_size(width, height)
            time.sleep(2.2)
            wide = driver.execute_script("return document.documentElement.scrollWidth")
            assert wide <= driver.execute_script("return innerWidth"), f"{width}: {wide} wide"
            driver.save_screenshot(f"{shots}/page-{width}-{theme}.png")
    log = [entry for entry in driver.get_log("browser") if entry["level"] != "INFO"]
    assert not log, log
finally:
    driver.quit()
