# SPDX-License-Identifier: Apache-2.0
"""Batch files in S3: ours, and those that the SDK writes and reads through s3fs."""
from cases import case, control
from cases_from_sdk import sdk_messages
from difference import expect, expect_equal, expect_rows, lines, table
from messages import last_state
from place import HERE, PROGRAM, SDK_PYTHON
from sample import orders, people
from store import SECRET, Store, is_there

COMPRESSIONS = [("none",), ("gzip",)]


def stored(store, bucket, compression="gzip", with_parameters=True):
    """Settings of taps for batch files in a bucket, with a name that has to be encoded in requests."""
    storage = {"root": f"s3://{bucket}/night 1/a+b", "prefix": "part-"}
    if with_parameters:
        storage["params"] = store.parameters
    return {"batch_config": {
        "encoding": {"format": "jsonl", "compression": compression}, "storage": storage, "batch_size": 100}}


def ours(place, words, config, data=b"", environment=None, is_failure=False):
    words = [PROGRAM, *words, "--config", place.json(config)]
    done = place.run(words, data, environment=environment, is_failure=is_failure)
    expect(SECRET not in done.output.decode() + done.errors, "a secret is shown")
    return done


def sdk(place, peer, config, data=b"", environment=None):
    return place.run([SDK_PYTHON, HERE / f"peers/{peer}.py", "--config", place.json(config)], data, environment=environment)


def our_tap(place, store, bucket, compression, **more):
    config = {"path": str(place.database(people(), orders())), "table": ["people", "orders"]}
    messages = ours(place, ["tap", "sqlite"], config | stored(store, bucket, compression) | more).messages
    urls = [url for one in messages.of("BATCH") for url in one["manifest"]]
    expect(urls and not messages.of("RECORD"), "our tap wrote no BATCH")
    expect_equal(sorted(f"s3://{bucket}/{key}" for key in store.keys(bucket)), sorted(urls), "the objects")
    return messages


def sdk_tap(place, store, bucket):
    config = {"folder": str(place.tap_folder(people(), orders()))} | stored(store, bucket)
    messages = sdk(place, "tap_sample", config, environment=store.variables).messages
    expect(messages.of("BATCH"), "the SDK tap wrote no BATCH")
    return messages


def expect_target(place, store, bucket, messages):
    """Our target reads the messages; the credentials come from the environment."""
    path = place.path("out.db")
    config = {"path": str(path), "batch_roots": [f"s3://{bucket}/night 1"], "clean_up_batch_files": True}
    done = ours(place, ["target", "sqlite"], config, messages.output, environment=store.variables)
    for stream in [people(), orders()]:
        expect_rows(table(path, stream.name), stream, "table", is_exact=False)
    expect_equal(last_state(done.output), messages.final_state(), "the state")
    expect_equal(store.keys(bucket), [], "what is left in the bucket")


def expect_sdk_target(place, store, messages):
    folder = place.new_folder("out")
    done = sdk(place, "target_lines", {"folder": str(folder)}, messages.output, environment=store.variables)
    for stream in [people(), orders()]:
        expect_rows(lines(folder / f"{stream.name}.jsonl"), stream, "file", is_exact=False)
    expect_equal(last_state(done.output), messages.final_state(), "the state")


if is_there():

    @control("sdk tap to sdk lines target, through S3")
    def sdk_to_sdk(place):
        store = Store.started()
        expect_sdk_target(place, store, sdk_tap(place, store, store.new_bucket()))

    @case("our tap to our target, through S3, {}", *COMPRESSIONS, ("zstd",))
    def ours_to_ours(place, compression):
        store = Store.started()
        bucket = store.new_bucket()
        expect_target(place, store, bucket, our_tap(place, store, bucket, compression))

    @case("our tap to sdk lines target, through S3, {}", *COMPRESSIONS)
    def ours_to_sdk(place, compression):
        store = Store.started()
        expect_sdk_target(place, store, our_tap(place, store, store.new_bucket(), compression))

    @case("sdk tap to our target, through S3")
    def sdk_to_ours(place):
        store = Store.started()
        bucket = store.new_bucket()
        expect_target(place, store, bucket, sdk_tap(place, store, bucket))

    @case("sdk tap, pack, unpack, our target, through S3")
    def filters(place):
        store = Store.started()
        bucket = store.new_bucket()
        messages, _ = sdk_messages(place, "RECORD", people(), orders())
        packed = ours(place, ["pack"], stored(store, bucket)["batch_config"], messages.output)
        expect(packed.messages.of("BATCH") and store.keys(bucket), "nothing was packed")
        roots = {"batch_roots": [f"s3://{bucket}"]}
        unpacked = ours(place, ["unpack"], roots, packed.output, environment=store.variables)
        expect_equal(len(unpacked.messages.of("RECORD", "people")), len(people().rows), "the records")
        expect_target(place, store, bucket, packed.messages)

    @case("objects outside of the roots are refused")
    def confined(place):
        store = Store.started()
        bucket, other = store.new_bucket(), store.new_bucket()
        messages = our_tap(place, store, bucket, "none")
        for root in [f"s3://{other}", f"s3://{bucket}/night", f"s3://{bucket}/night 1/a"]:
            config = {"path": str(place.path("out.db")), "batch_roots": [root]}
            done = ours(place, ["target", "sqlite"], config, messages.output, store.variables, is_failure=True)
            expect("singer.batch-file" in done.errors and not done.output, f"{root} allowed it: {done.errors}")

    @case("a wrong secret writes nothing and is not shown")
    def denied(place):
        store = Store.started()
        bucket = store.new_bucket()
        config = {"path": str(place.database(people())), "table": "people"} | stored(store, bucket)
        config["batch_config"]["storage"]["params"] = store.parameters | {"secret": "wr0ng-s3cret"}
        done = ours(place, ["tap", "sqlite"], config, is_failure=True)
        expect("s3.denied" in done.errors, done.errors)
        expect(not done.messages.of("BATCH") and not done.messages.of("STATE"), "a message left")
        expect("wr0ng-s3cret" not in done.output.decode() + done.errors, "the secret is shown")
        expect_equal(store.keys(bucket), [], "the bucket")
