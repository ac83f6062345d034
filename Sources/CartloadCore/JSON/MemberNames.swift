// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

/// Names of members, kept where C can see them.
struct MemberNames: ~Copyable {
    let names: UnsafeMutableBufferPointer<cl_json_name>
    /// The bytes of all keys together.
    let keyBytes: Int
    private let storage: Bytes

    init(_ texts: [String]) {
        var bytes = BytesBuilder(capacity: 64 * texts.count)
        var places: [(text: Range<Int>, key: Range<Int>)] = []
        var keyBytes = 0
        for text in texts {
            let start = bytes.count
            bytes.append(text)
            let middle = bytes.count
            JSONWriter.append(string: text, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            places.append((start..<middle, middle..<bytes.count))
            keyBytes += bytes.count - middle
        }
        storage = bytes.finish()
        self.keyBytes = keyBytes
        names = .allocate(capacity: texts.count)
        for (index, place) in places.enumerated() {
            let base = storage.baseAddress.assumingMemoryBound(to: UInt8.self)
            names.initializeElement(
                at: index,
                to: cl_json_name(
                    text: base + place.text.lowerBound, length: place.text.count, key: base + place.key.lowerBound,
                    key_length: place.key.count))
        }
    }

    deinit { names.deallocate() }
}
