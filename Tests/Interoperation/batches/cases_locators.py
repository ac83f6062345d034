# SPDX-License-Identifier: Apache-2.0
"""How the vendor's client names services, and what they are found by."""
import cspark.sdk as Spark

from difference import expect
from place import refusal

SERVICE = "6c1f6a4e-0000-4000-8000-000000000001"
VERSION = "6c1f6a4e-0000-4000-8000-000000000011"


def found(shared, uri, **options):
    with shared.client() as client:
        return client.batches.create(uri, **options).data["data"]


def a_folder_and_a_service_find_the_newest_version_in_force(shared):
    # 2.0.0 is in force from the year 2999 on.
    data = found(shared, "shop/price")
    expect(data["service_uri"], "shop/price[1.1.0]", "service_uri")
    expect((data["service_id"], data["version_id"]), (SERVICE, VERSION), "ids")


def every_spelling_of_a_locator_finds_its_version(shared):
    spellings = {
        "shop/price[1.0.0]": "1.0.0", "folders/shop/services/price[1.0.0]": "1.0.0", "/shop//price[1.1.0]/": "1.1.0",
        "folders/shop/services/price[1.1.0]": "1.1.0", f"service/{SERVICE}": "1.1.0", f"version/{VERSION}": "1.1.0",
        "version/price-one": "1.0.0", "shop/price[2.0.0]": "2.0.0", "folders/trial/services/double": None,
    }
    for uri, version in spellings.items():
        wanted = f"shop/price[{version}]" if version else "trial/double[1.0.0]"
        expect(found(shared, uri)["service_uri"], wanted, f"service_uri of {uri}")


def parameters_instead_of_a_text_find_the_version(shared):
    cases = [
        (Spark.UriParams(folder="shop", service="price", version="1.1.0"), "shop/price[1.1.0]"),
        (Spark.UriParams(service_id=SERVICE), "shop/price[1.1.0]"),
        (Spark.UriParams(version_id="price-one"), "shop/price[1.0.0]"),
        # Both are sent; the version is the more precise one.
        (Spark.UriParams(folder="trial", service="double", version_id="price-one"), "shop/price[1.0.0]"),
    ]
    for parameters, wanted in cases:
        expect(found(shared, parameters)["service_uri"], wanted, f"service_uri of {parameters}")


def a_time_finds_the_version_that_was_in_force(shared):
    for time, version in {
        "2024-06-01T00:00:00Z": "1.0.0", "2025-06-01T00:00:00.000Z": "1.1.0", "2024-12-31": "1.0.0",
        "3000-01-01T00:00:00+01:00": "2.0.0",
    }.items():
        expect(found(shared, "shop/price", active_since=time)["service_uri"], f"shop/price[{version}]", time)


def unknown_services_are_not_found(shared):
    with shared.client() as client:
        for uri in ["no/such", "shop/price[9.9]", "service/none", "version/none"]:
            error = refusal(lambda: client.batches.create(uri), 404)
            expect("SERVICE_NOT_FOUND" in error.details, True, f"code for {uri} in {error.details}")
        refusal(lambda: client.batches.create("shop/price", active_since="2000-01-01T00:00:00Z"), 404)


def a_proxy_is_a_bad_request(shared):
    with shared.client() as client:
        error = refusal(lambda: client.batches.create("proxy/custom"), 400)
        expect("SERVICE_REQUIRED" in error.details, True, f"code in {error.details}")


CASES = [
    a_folder_and_a_service_find_the_newest_version_in_force, every_spelling_of_a_locator_finds_its_version,
    parameters_instead_of_a_text_find_the_version, a_time_finds_the_version_that_was_in_force,
    unknown_services_are_not_found, a_proxy_is_a_bad_request,
]
