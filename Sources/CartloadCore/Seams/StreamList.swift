// SPDX-License-Identifier: Apache-2.0

/// A source of streams that are known beforehand.
public struct StreamList: Source {
    private let all: [any Stream]

    public init(_ streams: [any Stream]) { all = streams }

    public func streams() async throws -> [any Stream] { all }
}
