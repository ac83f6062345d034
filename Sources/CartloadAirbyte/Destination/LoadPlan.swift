// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What the catalog's modes and generations mean for the loading of one stream.
struct LoadPlan: Sendable, Hashable {
    let method: LoadMethod
    /// Counts the refreshes of the stream; nil when the platform does not.
    let generation: Int?
    /// Whether the records of earlier generations go once the stream is complete, and no sooner.
    let truncates: Bool

    /// - Throws: `CartloadError` with code `airbyte.catalog`.
    init(_ stream: ConfiguredStream) throws {
        generation = stream.generationID
        if let generation, let minimum = stream.minimumGenerationID {
            guard minimum == 0 || minimum == generation else {
                throw AirbyteFault.catalog(
                    "minimum_generation_id of \"\(stream.descriptor)\" is \(minimum), neither 0 nor its generation_id",
                    advice: "Keeping some generations and not others is not known here.")
            }
            truncates = minimum != 0
        } else {
            truncates = stream.destinationSyncMode == .overwrite
        }
        switch stream.destinationSyncMode {
        case .appendDedup: method = .upsert
        case .append, .overwrite: method = truncates ? .overwrite : .append
        }
    }

    /// Whether the stream is loaded aside and changes places with the old one at its end.
    var swaps: Bool { method == .overwrite }
    /// Whether records of earlier generations are told by their column and removed at the end.
    var removes: Bool { method == .upsert && truncates }

    /// What a commit says about the stream, for the next attempt.
    func checkpoint(isComplete: Bool) -> Checkpoint {
        Checkpoint(["generation": generation.map { .int($0) } ?? nil, "complete": .bool(isComplete)])
    }

    /// Whether an earlier attempt at the same generation left a part that this one goes on with.
    func goesOn(with earlier: Commit?) -> Bool {
        swaps && generation != nil && earlier?.checkpoint == checkpoint(isComplete: false)
    }
}
