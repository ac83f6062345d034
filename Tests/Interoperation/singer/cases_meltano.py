# SPDX-License-Identifier: Apache-2.0
"""Under Meltano: its selection, its state, its pipes."""
import os
import re

from cases import case, control
from difference import expect, expect_rows, table
from meltano_project import Project, our_tap, our_target, sdk_tap, sdk_target
from messages import opened
from place import MELTANO, PROGRAM, ROOT, batch_config
from sample import SECRET, orders, people

SELECT = ["*.*", "!people.secret"]


def bookmark(state):
    """Where `orders` is."""
    expect("orders" in state.get("bookmarks", {}), f"the state has no bookmark of orders: {state}")
    return state["bookmarks"]["orders"]


def expect_orders(path, last):
    """All orders to the last, once each: a tap may read the one at its bookmark again, which replaces itself."""
    expect_rows(table(path, "orders"), orders(1, last), "table", is_exact=False)


def expect_people(path):
    expect_rows(table(path, "people"), people().but_for("secret"), "table", is_exact=False)
    expect(SECRET.encode() not in path.read_bytes(), "a deselected value is in the database")


def expect_two_runs(project, path, grow):
    """The second run reads what the first one has left."""
    first = project.run()
    expect_orders(path, 120)
    grow()
    second = project.run()
    expect_orders(path, 150)
    expect(bookmark(first) != bookmark(second), "the bookmark stands still")


@control("meltano run: sdk tap, sdk target, twice")
def peers(place):
    folder, path = place.tap_folder(orders()), place.path("out.db")
    project = Project(place, sdk_tap({"folder": str(folder)}), sdk_target({"sqlalchemy_url": f"sqlite:///{path}"}))
    expect_two_runs(project, path, lambda: place.add_to_tap_folder(folder, orders(121, 150)))


@control("meltano run: sdk tap, sdk target, select")
def peers_select(place):
    folder, path = place.tap_folder(people(), orders()), place.path("out.db")
    target = sdk_target({"sqlalchemy_url": f"sqlite:///{path}"})
    Project(place, sdk_tap({"folder": str(folder)}), target, SELECT).run()
    expect_people(path)
    expect_orders(path, 120)


def batches(place, mode):
    """Further settings of a tap and of a target of ours."""
    target = {"load_method": "upsert"}
    if mode == "RECORD":
        return {}, target
    folder = place.new_folder("batches")
    return batch_config(folder), target | {"batch_roots": [str(folder)]}


@case("meltano run: our tap, our target, {}, twice", ("RECORD",), ("BATCH",))
def ours(place, mode):
    data, path = place.database(orders()), place.path("out.db")
    tap, target = batches(place, mode)
    tap |= {"path": str(data), "table": "orders", "cursor": {"column": "updated_at"}}
    project = Project(place, our_tap(tap), our_target(target | {"path": str(path)}))
    expect_two_runs(project, path, lambda: place.add_to_database(data, orders(121, 150)))


@case("meltano run: our tap, our target, {}, select", ("RECORD",), ("BATCH",))
def ours_select(place, mode):
    data, path = place.database(people(), orders()), place.path("out.db")
    tap, target = batches(place, mode)
    Project(place, our_tap(tap | {"path": str(data)}), our_target(target | {"path": str(path)}), SELECT).run()
    expect_people(path)
    expect_orders(path, 120)
    for file in place.folder.rglob("part-*"):
        expect(SECRET.encode() not in opened(file), f"a deselected value is in {file.name}")


@case("meltano run: sdk tap, our target, {}, twice", ("RECORD",), ("BATCH",))
def to_ours(place, mode):
    folder, path = place.tap_folder(orders()), place.path("out.db")
    tap, target = batches(place, mode)
    project = Project(place, sdk_tap(tap | {"folder": str(folder)}), our_target(target | {"path": str(path)}))
    expect_two_runs(project, path, lambda: place.add_to_tap_folder(folder, orders(121, 150)))


@case("meltano run: our tap, sdk target, {}, twice", ("RECORD",), ("BATCH",))
def to_sdk(place, mode):
    data, path = place.database(orders()), place.path("out.db")
    tap, _ = batches(place, mode)
    tap |= {"path": str(data), "table": "orders", "cursor": {"column": "updated_at"}}
    project = Project(place, our_tap(tap), sdk_target({"sqlalchemy_url": f"sqlite:///{path}"}))
    expect_two_runs(project, path, lambda: place.add_to_database(data, orders(121, 150)))


@case("meltano run: the project of Docs/singer.md, twice")
def documented(place):
    """What the document says is a whole project runs as it stands."""
    project = place.new_folder("project")
    text = (ROOT / "Docs/singer.md").read_text(encoding="utf-8")
    for name in ("meltano.yml", "tap-cartload", "target-cartload"):
        block = re.search(rf"^```\w+ title={re.escape(name)}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        expect(block, f"Docs/singer.md has no file {name}")
        (project / name).write_text(block[1], encoding="utf-8")
        (project / name).chmod(0o755)
    (project / "cartload").symlink_to(PROGRAM)
    environment = {
        "MELTANO_PROJECT_ROOT": str(project), "NO_COLOR": "1", "PATH": f"{project}:{os.environ['PATH']}"}

    def run():
        place.run([MELTANO, "run", "tap-cartload", "target-cartload"], environment=environment)

    place.add_to_database(project / "shop.db", orders())
    run()
    expect_orders(project / "warehouse.db", 120)
    place.add_to_database(project / "shop.db", orders(121, 150))
    run()
    expect_orders(project / "warehouse.db", 150)
    expect(not list((project / "batches").iterdir()), "batch files are left although they were to be cleaned up")
