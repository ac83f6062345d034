// SPDX-License-Identifier: Apache-2.0

/// The OpenAPI 3.1 description of the Batches API, as the server gives it out.
public enum OpenAPI {
    public static let text = #"{"openapi":"3.1.0","info":{"title":"Cartload Batches API","version":"4"},"paths":{}}"#
}
