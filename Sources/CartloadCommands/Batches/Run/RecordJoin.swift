// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Puts an input and its output into one object: first the members of the input, then those of the output.
///
/// An output of a name that the input has too is called `NAME_output`.
struct RecordJoin {
    /// Other names for outputs, as bytes of JSON text without quotes, where the inputs of a chunk have the same.
    private let renames: [(name: [UInt8], other: [UInt8])]

    /// - Parameters:
    ///   - inputs: The objects of a chunk.
    ///   - outputs: Theirs, null where there is none.
    init(_ inputs: JSONElements, _ outputs: JSONElements) throws {
        var taken = try RecordJoin.names(inputs)
        let own = try RecordJoin.names(outputs)
        let clashing = own.intersection(taken).sorted()
        taken.formUnion(own)
        renames = clashing.map { name in
            var other = "\(name)_output"
            while !taken.insert(other).inserted { other += "_output" }
            return (RecordJoin.text(name), RecordJoin.text(other))
        }
    }

    /// How many names the records of a chunk may have together (I7).
    private static let maximumNames = 10_000

    private static func names(_ elements: JSONElements) throws -> Set<String> {
        let places = elements.places.indices.filter { !elements.isNull($0) }.map { position in
            let place = elements.places[position]
            return RowPlace(start: UInt32(place.lowerBound), end: UInt32(place.upperBound))
        }
        let rows = Rows(bytes: elements.text, places: Buffer(places), isLineFed: false)
        return Set(try rows.memberNames(atMost: maximumNames))
    }

    private static func text(_ name: String) -> [UInt8] {
        Array(JSONValue.string(name).description.utf8.dropFirst().dropLast())
    }

    /// Writes one object.
    func write(_ input: Bytes, _ output: Bytes, into text: inout BytesBuilder) {
        let end = input.withUnsafeBytes { $0.lastIndex(of: UInt8(ascii: "}")) ?? $0.count }
        let start = output.withUnsafeBytes { bytes in
            bytes.firstIndex(of: UInt8(ascii: "{")).map { $0 + 1 } ?? 0
        }
        let isInputEmpty = input.withUnsafeBytes { $0[..<end].dropFirst().allSatisfy { $0 <= 0x20 } }
        let isOutputEmpty = output.withUnsafeBytes { $0[start...].dropLast().allSatisfy { $0 <= 0x20 } }
        text.append(input[0..<end])
        if !isInputEmpty, !isOutputEmpty { text.append(UInt8(ascii: ",")) }
        let rest = output[start..<output.count]
        if renames.isEmpty { text.append(rest) } else { rest.withUnsafeBytes { writeRenamed($0, into: &text) } }
    }

    /// Writes what follows the first brace of an object, with other names for some of its members.
    private func writeRenamed(_ object: UnsafeRawBufferPointer, into text: inout BytesBuilder) {
        var at = 0
        var depth = 0
        var isName = true
        var copied = 0
        while at < object.count {
            switch object[at] {
            case UInt8(ascii: "\""):
                let start = at + 1
                at += 1
                while at < object.count, object[at] != UInt8(ascii: "\"") {
                    at += object[at] == UInt8(ascii: "\\") ? 2 : 1
                }
                if depth == 0, isName {
                    let name = object[start..<min(at, object.count)]
                    if let rename = renames.first(where: { $0.name.elementsEqual(name) }) {
                        text.append(UnsafeRawBufferPointer(rebasing: object[copied..<start]))
                        rename.other.withUnsafeBytes { text.append($0) }
                        copied = min(at, object.count)
                    }
                    isName = false
                }
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ",") where depth == 0: isName = true
            default: break
            }
            at += 1
        }
        text.append(UnsafeRawBufferPointer(rebasing: object[copied...]))
    }
}
