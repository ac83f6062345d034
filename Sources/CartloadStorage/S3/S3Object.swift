// SPDX-License-Identifier: Apache-2.0

/// What a store says about an object.
public struct S3Object: Sendable, Hashable {
    public let key: String
    public let byteCount: Int
    /// Changes with the content; with the quotes that stores put around it.
    public let tag: String?
    /// As the store writes it.
    public let modified: String?
}

/// One page of the objects of a bucket.
public struct S3Listing: Sendable {
    public let objects: [S3Object]
    /// What the next page is asked for with; nil on the last.
    public let continuation: String?
}
