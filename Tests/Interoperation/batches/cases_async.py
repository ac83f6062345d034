# SPDX-License-Identifier: Apache-2.0
"""The vendor's asynchronous client."""
import asyncio

import cspark.sdk as Spark

import shapes
from difference import Difference, expect, require
from place import PATIENCE, secret


def asynchronous(shared, user="ada", **options):
    if not options:
        options["token"] = secret(f"{user}-token")[0]
    return Spark.AsyncClient(base_url=shared.base(), logger=False, **options)


async def everything(pipeline, count):
    results = {}
    async with asyncio.timeout(PATIENCE):
        while len(results) < count:
            answer = shapes.pull((await pipeline.pull()).data)
            results |= {chunk["id"]: chunk for chunk in answer["data"]}
    return results


async def operations(shared):
    async with asynchronous(shared) as client:
        shapes.description((await client.batches.describe()).data)
        batch = shapes.envelope((await client.batches.create("trial/double", accuracy=0.9)).data)
        pipeline = client.batches.of(batch["id"])
        chunks = Spark.create_chunks([["value"], *[[n] for n in range(100)]], chunk_size=10)
        await asyncio.gather(*[pipeline.push(chunks=[chunk]) for chunk in chunks])
        results = await everything(pipeline, len(chunks))
        values = sorted(row[0] for chunk in results.values() for row in chunk["outputs"][1:])
        expect(values, [2 * n for n in range(100)], "values")
        shapes.status((await pipeline.get_status()).data)
        shapes.envelope((await pipeline.get_info()).data, whole=True)
        expect((await pipeline.dispose()).data["data"]["batch_status"], "closed", "state")
        other = client.batches.of((await client.batches.create("trial/double")).data["id"])
        expect((await other.cancel()).data["data"]["batch_status"], "cancelled", "state")
        try:
            await client.batches.of("none").get_info()
        except Spark.SparkApiError as error:
            expect(error.status, 404, "status")
        else:
            raise Difference("an unknown id was found")


def every_operation_of_the_asynchronous_client(shared):
    asyncio.run(operations(shared))


def the_asynchronous_client_gets_its_token_by_itself(shared):
    async def run():
        oauth = {"client_id": "bob-client", "client_secret": secret("bob-client")[0]}
        async with asynchronous(shared, oauth=oauth) as client:
            batch = (await client.batches.create("trial/double")).data
            expect(batch["data"]["created_by"], "bob", "created_by")
            require(client.config.auth.oauth.access_token, "the client has no token")
    asyncio.run(run())


def many_pipelines_at_once(shared):
    async def one(client, number):
        pipeline = client.batches.of((await client.batches.create("trial/add")).data["id"])
        await pipeline.push(data=Spark.ChunkData([["value"], [number]], {"common": 1000}))
        result = next(iter((await everything(pipeline, 1)).values()))
        expect(result["outputs"], [["total"], [1000 + number]], "outputs")
        await pipeline.dispose()

    async def run():
        async with asynchronous(shared) as client:
            await asyncio.gather(*[one(client, number) for number in range(30)])
    asyncio.run(run())


CASES = [
    every_operation_of_the_asynchronous_client, the_asynchronous_client_gets_its_token_by_itself, many_pipelines_at_once,
]
