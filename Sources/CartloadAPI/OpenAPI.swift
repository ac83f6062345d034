// SPDX-License-Identifier: Apache-2.0

/// The OpenAPI 3.1 description of the Batches API, as the server gives it out: `Resources/openapi.json`.
public enum OpenAPI {
    public static let text = String(decoding: PackageResources.openapi_json, as: UTF8.self)
}
