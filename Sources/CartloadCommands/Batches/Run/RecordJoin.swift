// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Puts an input and its output into one object: first the members of the input, then those of the output.
///
/// An output of a name that the input has too is called `NAME_output`.
struct RecordJoin {
    /// Whether texts can be joined without looking at their members: no name is on both sides.
    private let areApart: Bool

    /// - Parameters:
    ///   - inputs: The objects of a chunk.
    ///   - outputs: Theirs, null where there is none.
    init(_ inputs: JSONElements, _ outputs: JSONElements) throws {
        let names = try RecordJoin.names(inputs)
        areApart = try names.isDisjoint(with: RecordJoin.names(outputs))
    }

    private static let maximumNames = 10_000

    private static func names(_ elements: JSONElements) throws -> Set<String> {
        let places = elements.places.indices.filter { !elements.isNull($0) }.map { position in
            let place = elements.places[position]
            return RowPlace(start: UInt32(place.lowerBound), end: UInt32(place.upperBound))
        }
        let rows = Rows(bytes: elements.text, places: Buffer(places), isLineFed: false)
        return Set(try rows.memberNames(atMost: maximumNames))
    }

    /// Writes one object.
    func write(_ input: Bytes, _ output: Bytes, into text: inout BytesBuilder) throws {
        guard areApart else { return text.append(try merged(input, output)) }
        let inputEnd = input.withUnsafeBytes { RecordJoin.end($0) }
        let start = output.withUnsafeBytes { RecordJoin.start($0) }
        let isInputEmpty = input.withUnsafeBytes { bytes in
            bytes[..<inputEnd].dropFirst().allSatisfy { $0 <= 0x20 }
        }
        let isOutputEmpty = output.withUnsafeBytes { bytes in bytes[start...].dropLast().allSatisfy { $0 <= 0x20 } }
        text.append(input[0..<inputEnd])
        if !isInputEmpty, !isOutputEmpty { text.append(UInt8(ascii: ",")) }
        text.append(output[start..<output.count])
    }

    /// Where the last brace is.
    private static func end(_ text: UnsafeRawBufferPointer) -> Int {
        text.lastIndex(of: UInt8(ascii: "}")) ?? text.count
    }

    /// Behind the first brace.
    private static func start(_ text: UnsafeRawBufferPointer) -> Int {
        text.firstIndex(of: UInt8(ascii: "{")).map { $0 + 1 } ?? 0
    }

    private func merged(_ input: Bytes, _ output: Bytes) throws -> String {
        var object = try JSONValue(parsing: input).objectValue ?? JSONObject()
        for (name, value) in try JSONValue(parsing: output).objectValue?.members ?? [] {
            var free = name
            while object[free] != nil { free += "_output" }
            object[free] = value
        }
        return JSONValue.object(object).description
    }
}
