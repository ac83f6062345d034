// SPDX-License-Identifier: Apache-2.0

internal import CRE2
internal import CartloadCore

/// A compiled regular expression of RE2, whose time is linear in the text whatever the pattern.
///
/// Unchecked because matching does not change it and RE2 allows it from several threads.
final class Regex: @unchecked Sendable {
    private let handle: OpaquePointer
    let groups: Int

    /// - Throws: `BindFailure` with what is wrong with the pattern.
    init(_ pattern: UnsafeRawBufferPointer, options: String = "") throws {
        var message = [CChar](repeating: 0, count: 256)
        let letters = Array(options.utf8CString)
        let handle = cl_regex_create(
            pattern.baseAddress?.assumingMemoryBound(to: CChar.self), pattern.count, letters, letters.count - 1,
            &message,
            message.count)
        guard let handle else {
            let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw BindFailure(message: "the regular expression is not valid: \(text)")
        }
        self.handle = handle
        groups = Int(cl_regex_groups(handle))
    }

    deinit { cl_regex_destroy(handle) }

    func matches(_ text: UnsafeRawBufferPointer, whole: Bool = false) -> Bool {
        cl_regex_match(handle, text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count, 0, whole, 0, nil)
    }

    /// Writes the places of the groups of the first match from an offset on.
    func match(_ text: UnsafeRawBufferPointer, from: Int, _ spans: inout [Int64]) -> Bool {
        cl_regex_match(
            handle, text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count, from, false,
            Int32(spans.count / 2), &spans)
    }
}

extension Kernels {
    static func regexMatches(_ regex: Regex, whole: Bool) -> Kernel {
        { arguments in
            let text = arguments[0].text
            let values = Buffer<UInt8>(count: arguments.count) { target in
                for row in 0..<arguments.count { target[row] = regex.matches(text.value(row), whole: whole) ? 1 : 0 }
            }
            return Vector(.boolean, .flags(values), validity: arguments.validity, count: arguments.count)
        }
    }

    /// The text of a group of the first match; empty when there is none.
    static func regexExtract(_ regex: Regex, group: Int) -> Kernel {
        { arguments in
            var spans = [Int64](repeating: -1, count: 2 * (group + 1))
            return part(arguments) { _, text in
                guard regex.match(text, from: 0, &spans), spans[2 * group] >= 0 else {
                    return UnsafeRawBufferPointer(rebasing: text[0..<0])
                }
                return UnsafeRawBufferPointer(rebasing: text[Int(spans[2 * group])..<Int(spans[2 * group + 1])])
            }
        }
    }

    /// Replaces the first match, or all; `\1` in the replacement stands for a group.
    static func regexReplace(_ regex: Regex, _ replacement: [UInt8], isGlobal: Bool) -> Kernel {
        { arguments in
            let text = arguments[0].text
            var spans = [Int64](repeating: -1, count: 20)
            var sink = TextSink(count: arguments.count, byteCapacity: text.bytes.count)
            for row in 0..<arguments.count {
                let value = text.value(row)
                var position = 0
                var copied = 0
                while position <= value.count, sink.bytes.count <= TextSink.byteLimit,
                    regex.match(value, from: position, &spans)
                {
                    let (start, end) = (Int(spans[0]), Int(spans[1]))
                    // An empty match right behind the last one is no match of its own.
                    if start != end || start != copied || copied == 0 || start == 0 {
                        sink.bytes.append(UnsafeRawBufferPointer(rebasing: value[copied..<start]))
                        write(replacement, value, spans, to: &sink.bytes)
                        copied = end
                    }
                    guard isGlobal else { break }
                    position = end
                    if start == end {
                        position += 1
                        while position < value.count, value[position] & 0xc0 == 0x80 { position += 1 }
                    }
                }
                sink.bytes.append(UnsafeRawBufferPointer(rebasing: value[copied...]))
                sink.end()
            }
            return sink.finish(.text, validity: arguments.validity)
        }
    }

    private static func write(
        _ replacement: [UInt8], _ text: UnsafeRawBufferPointer, _ spans: [Int64], to bytes: inout BytesBuilder
    ) {
        var index = 0
        while index < replacement.count {
            let byte = replacement[index]
            if byte == UInt8(ascii: "\\"), index + 1 < replacement.count {
                index += 1
                let next = replacement[index]
                if next &- 0x30 <= 9 {
                    let group = Int(next &- 0x30)
                    if spans[2 * group] >= 0 {
                        bytes.append(
                            UnsafeRawBufferPointer(rebasing: text[Int(spans[2 * group])..<Int(spans[2 * group + 1])]))
                    }
                } else {
                    bytes.append(next)
                }
            } else {
                bytes.append(byte)
            }
            index += 1
        }
    }
}
