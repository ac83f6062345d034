// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The streams of a target's input, found by their names as messages write them.
struct TargetSlots {
    /// How many streams one run takes (I7).
    private static let maximum = 10_000

    /// By the name as JSON text and by the name itself, which may be written in several ways.
    private var byText: [Bytes: TargetSlot] = [:]
    private var byName: [String: TargetSlot] = [:]
    /// The one that was asked for last: nearly always the next one, too.
    private(set) var last: (text: Bytes, slot: TargetSlot)?

    /// The stream whose name was written so before.
    mutating func find(_ text: Bytes) -> TargetSlot? {
        if let last, last.text == text { return last.slot }
        guard let slot = byText[text] else { return nil }
        last = (text, slot)
        return slot
    }

    /// The stream with a name that is written in a new way.
    ///
    /// - Throws: `CartloadError` when there are too many streams.
    mutating func add(_ name: String, text: Bytes) throws -> TargetSlot {
        guard byName.count < TargetSlots.maximum || byName[name] != nil else {
            throw CartloadError(
                .singerMessage, "there are more than \(TargetSlots.maximum) streams",
                advice: "Divide them between several runs.")
        }
        // Not a part of the block that the message came in, which would be kept with it.
        let copy = text.withUnsafeBytes { Bytes(copying: $0) }
        let slot = byName[name] ?? TargetSlot(name)
        byName[name] = slot
        byText[copy] = slot
        last = (copy, slot)
        return slot
    }
}
