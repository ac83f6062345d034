# SPDX-License-Identifier: Apache-2.0
"""Who may do what: tokens, keys, OAuth2, tenants and users."""
import json
import tempfile

import httpx

from difference import expect, require
from place import Server, chunk, created, pulled, refusal, secret, server, until


def a_bearer_token_is_enough(shared):
    token = secret("ada-token")[0]
    for text in [token, f"Bearer {token}", f"bearer {token}"]:
        with shared.client(token=text) as client:
            expect(client.batches.create("trial/double").data["data"]["created_by"], "ada", "created_by")


def an_api_key_is_enough(shared):
    with shared.client(api_key=secret("bob-key")[0]) as client:
        expect(client.batches.create("trial/double").data["data"]["created_by"], "bob", "created_by")


def wrong_credentials_are_refused(shared):
    for options in [{"token": "wrong"}, {"api_key": "wrong"}, {"token": secret("ada-key")[0]},
                    {"api_key": secret("ada-token")[0]}, {"token": "open"}, {"api_key": "open"}]:
        with shared.client(**options) as client:
            error = refusal(client.batches.describe, 401)
            body = json.loads(error.cause.response.body)
            expect((body["errorCode"], body["status"]), ("INVALID_TOKEN", "Error"), f"body for {options}")


def an_oauth2_client_gets_its_token_by_itself(shared):
    seen = []

    def note(response):
        headers = response.request.headers
        seen.append((
            response.request.method, response.status_code, headers.get("authorization", "").split("_")[0],
            headers["x-request-id"]))
    oauth = {"client_id": "ada-client", "client_secret": secret("ada-client")[0]}
    with httpx.Client(event_hooks={"response": [note]}, trust_env=False) as http, \
            shared.client(oauth=oauth, http_client=http) as client:
        require(client.config.auth.oauth.access_token is None, "there is a token before the first call")
        pipeline = created(client)
        require((client.config.auth.oauth.access_token or "").startswith("clo_"), "the client has no token")
        expect(
            [entry[:3] for entry in seen],
            [("POST", 401, "Bearer None"), ("POST", 200, "Bearer None"), ("POST", 200, "Bearer clo")],
            "the first requests of the client")
        expect(seen[0][3], seen[2][3], "x-request-id of the same request")
        pipeline.push(inputs=[["value"], [1]])
        expect(len(pulled(pipeline, 1)), 1, "chunks")
        expect(pipeline.get_info().data["data"]["created_by"], "ada", "created_by")


def oauth2_credentials_can_be_in_a_file(shared):
    path = shared.folder / "oauth.json"
    path.write_text(json.dumps({"client_id": "bob-client", "client_secret": secret("bob-client")[0]}), encoding="utf-8")
    with shared.client(oauth=str(path)) as client:
        client.batches.describe()


def a_wrong_oauth2_secret_gives_no_token(shared):
    with shared.client(oauth={"client_id": "ada-client", "client_secret": "wrong"}) as client:
        try:
            client.batches.describe()
        except Exception as error:
            require("access token" in str(error), f"the error is {error!r}")
        else:
            require(False, "a wrong secret was accepted")


def an_expired_token_is_refreshed():
    with server(token_lifetime="1s") as own:
        with own.client(oauth={"client_id": "ada-client", "client_secret": secret("ada-client")[0]}) as client:
            pipeline = created(client)
            first = client.config.auth.oauth.access_token
            with own.wire(headers={"Authorization": f"Bearer {first}"}) as wire:
                until(lambda: wire.get("batch/status").status_code == 401, "the token was over")
            pipeline.push(chunks=[chunk("refreshed", 4)])
            require(client.config.auth.oauth.access_token != first, "the token is the same")
            expect(list(pulled(pipeline, 1)), ["refreshed"], "ids")


def an_open_server_takes_everybody():
    with server(open=True) as own:
        for options in [{"token": "open"}, {"api_key": "open"}]:
            with own.client(**options) as client:
                pipeline = created(client)
                pipeline.push(inputs=[["value"], [1]])
                expect(len(pulled(pipeline, 1)), 1, "chunks")
        with own.client(token="wrong") as client:
            refusal(client.batches.describe, 401)


def another_tenant_is_forbidden(shared):
    with shared.client("ada", tenant="globex") as client:
        error = refusal(client.batches.describe, 403)
        expect("TENANT_MISMATCH" in error.details, True, f"code in {error.details}")
    with shared.client("ada", tenant="nowhere") as client:
        refusal(client.batches.describe, 403)
    with shared.wire() as wire:
        answer = wire.get("batch/status", headers={"x-tenant-name": "globex"})
        expect((answer.status_code, answer.json()["code"]), (403, "TENANT_MISMATCH"), "another x-tenant-name")


def the_pipelines_of_others_are_not_found(shared):
    with shared.client("ada") as ada, shared.client("bob") as bob, shared.client("zoe", tenant="globex") as zoe:
        pipeline = created(ada)
        for client in [bob, zoe]:
            for call in [
                client.batches.of(pipeline.batch_id).get_info, client.batches.of(pipeline.batch_id).get_status,
                client.batches.of(pipeline.batch_id).pull, client.batches.of(pipeline.batch_id).dispose,
                lambda: client.batches.of(pipeline.batch_id).push(chunks=[chunk("foreign", 1)]),
            ]:
                refusal(call, 404)
        listed = bob.batches.describe().data
        rows = listed["in_progress_batches"] + listed["recent_batches"]
        require({row["data"]["created_by"] for row in rows} <= {"bob"}, "describe shows somebody else's pipelines")


def a_supervisor_sees_all_of_the_tenant(shared):
    with shared.client("ada") as ada, shared.client("eve") as eve, shared.client("zoe", tenant="globex") as zoe:
        pipeline, foreign = created(ada), created(zoe)
        ids = {row["id"] for row in eve.batches.describe().data["in_progress_batches"]}
        require(pipeline.batch_id in ids, "the supervisor does not see a pipeline of the tenant")
        require(foreign.batch_id not in ids, "the supervisor sees a pipeline of another tenant")
        expect(eve.batches.of(pipeline.batch_id).get_info().data["data"]["created_by"], "ada", "created_by")
        refusal(eve.batches.of(foreign.batch_id).get_info, 404)
        eve.batches.of(pipeline.batch_id).cancel()


def a_server_without_users_has_a_token_of_its_own():
    with tempfile.TemporaryDirectory(prefix="cartload-batches-") as folder:
        own = Server(folder, options=["--listen", "127.0.0.1:0", "--data", "none"])
        try:
            token = own.greeting["token"]
            for options in [{"token": token}, {"api_key": token}]:
                with own.client(tenant="demo", **options) as client:
                    pipeline = created(client, "demo/double")
                    pipeline.push(inputs=[["value"], [21]])
                    expect(next(iter(pulled(pipeline, 1).values()))["outputs"], [["value"], [42]], "outputs")
        finally:
            own.stop()


CASES = [
    a_bearer_token_is_enough, an_api_key_is_enough, wrong_credentials_are_refused,
    an_oauth2_client_gets_its_token_by_itself, oauth2_credentials_can_be_in_a_file,
    a_wrong_oauth2_secret_gives_no_token, an_expired_token_is_refreshed, an_open_server_takes_everybody,
    another_tenant_is_forbidden, the_pipelines_of_others_are_not_found, a_supervisor_sees_all_of_the_tenant,
    a_server_without_users_has_a_token_of_its_own,
]
