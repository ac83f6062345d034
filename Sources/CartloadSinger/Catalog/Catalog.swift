// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What a tap can read, and what of it is wanted: Singer's catalog.
public struct Catalog: Sendable, Hashable {
    public var streams: [CatalogEntry]

    public init(_ streams: [CatalogEntry]) { self.streams = streams }

    /// Reads a catalog file, or the older `--properties` file, which has the same shape.
    ///
    /// - Throws: `CartloadError` with code `singer.catalog`.
    public init(_ value: JSONValue) throws {
        guard let streams = value["streams"]?.arrayValue else {
            throw CartloadError(.singerCatalog, "the catalog has no list \"streams\"")
        }
        self.init(try streams.enumerated().map { try CatalogEntry($1, number: $0 + 1) })
    }

    public var json: JSONValue { ["streams": .array(streams.map(\.json))] }
}

extension CartloadError.Code {
    /// A catalog cannot be used.
    public static let singerCatalog = CartloadError.Code("singer.catalog")
}
