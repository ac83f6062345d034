# SPDX-License-Identifier: Apache-2.0
"""What orchestrators ask before they run: --discover, --about, --test; and `cartload singer check`."""
import json

from cases import case, control
from difference import expect, expect_equal, expect_rows
from place import HERE, SDK_PYTHON
from sample import orders, people

# What singer-sdk's --about --format=json has, and what a Meltano plugin definition is made of.
KEYS = {"name", "description", "version", "capabilities", "settings"}


def expect_about(text, capabilities):
    about = json.loads(text)
    expect(KEYS <= set(about), f"--about lacks {sorted(KEYS - set(about))}")
    missing = capabilities - set(about["capabilities"])
    expect(not missing, f"--about lacks the capabilities {sorted(missing)}")
    settings = about["settings"]
    expect(settings.get("type") == "object" and settings.get("properties"), "the settings are no JSON Schema")
    return about


@control("--about of the sdk")
def sdk_about(place):
    done = place.run([SDK_PYTHON, HERE / "peers/tap_sample.py", "--about", "--format=json"])
    expect_about(done.output, {"catalog", "state", "discover", "about"})


@case("--about of our {} tap", ("sqlite",), ("files",))
def tap_about(place, connector):
    about = expect_about(
        place.ours_words("tap", connector, "--about", "--format", "json").output,
        {"catalog", "state", "discover", "about", "batch"})
    expect("path" in about["settings"]["properties"], "there is no setting for the path")
    for form in ["text", "markdown"]:
        expect(place.ours_words("tap", connector, "--about", "--format", form).output.strip(), f"nothing as {form}")


@case("--about of our {} target", ("sqlite",), ("files",))
def target_about(place, connector):
    expect_about(place.ours_words("target", connector, "--about", "--format", "json").output, {"about", "batch"})


@case("our catalog goes through an sdk's reader")
def discover(place):
    config = {"path": str(place.database(people(), orders())), "table": ["people", "orders"]}
    catalog = place.ours("tap", "sqlite", config, discover=True).catalog
    reader = (
        "import json, sys; from singer_sdk.singerlib import Catalog\n"
        "catalog = Catalog.from_dict(json.load(sys.stdin))\n"
        "print(json.dumps({\n"
        "    key: ['.'.join(crumb) for crumb, on in one.metadata.resolve_selection().items() if on]\n"
        "    for key, one in catalog.items()}))")
    done = place.run([SDK_PYTHON, "-c", reader], json.dumps(catalog).encode())
    found = json.loads(done.output)
    for stream in [people(), orders()]:
        wanted = {"", *(f"properties.{name}" for name in stream.schema["properties"])}
        expect_equal(set(found.get(stream.name, [])), wanted, f"what the SDK selects of {stream.name}")
    # And back: a catalog that is handed over unchanged changes nothing.
    messages = place.ours("tap", "sqlite", config, catalog=catalog).messages
    for stream in [people(), orders()]:
        expect_rows(messages.rows(stream.name), stream, "messages", is_exact=False)


@case("--test of our tap")
def test(place):
    config = {"path": str(place.database(people())), "table": "people"}
    place.ours("tap", "sqlite", config, test=True)
    place.ours("tap", "sqlite", config | {"path": str(place.path("absent.db"))}, is_failure=True, test=True)


@case("singer check accepts an sdk tap, and refuses a broken one")
def check(place):
    settings = place.json({"folder": str(place.tap_folder(people(20), orders()))})
    tap = [SDK_PYTHON, HERE / "peers/tap_sample.py", "--config", settings]
    place.ours_words("singer", "check", "--", *tap)
    broken = place.path("broken.py")
    broken.write_text('print(\'{"type":"RECORD","stream":"a","record":{"id":1}}\')\n', encoding="utf-8")
    place.ours_words("singer", "check", "--", SDK_PYTHON, broken, is_failure=True)
