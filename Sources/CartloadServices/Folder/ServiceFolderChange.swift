// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
public import CartloadCore

/// What a look at the folder of services found new, for the log.
public struct ServiceFolderChange: Sendable {
    /// URIs of versions that were not there before, or are run by something else now.
    public var loaded: [String]
    /// URIs of versions that are gone.
    public var removed: [String]
    /// What is wrong that was not before.
    public var problems: [CartloadError]

    public var isEmpty: Bool { loaded.isEmpty && removed.isEmpty && problems.isEmpty }

    init(from before: [Service], to after: [Service], problems: [CartloadError]) {
        func revisions(_ services: [Service]) -> [String: String] {
            Dictionary(services.map { ($0.uri, $0.revision) }) { $1 }
        }
        let (old, new) = (revisions(before), revisions(after))
        loaded = new.filter { old[$0.key] != $0.value }.keys.sorted()
        removed = old.keys.filter { new[$0] == nil }.sorted()
        self.problems = problems
    }
}
