// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

extension Kernels {
    /// upper and lower: all texts of a block at once while they are ASCII.
    static func changeCase(upper: Bool) -> Kernel {
        { arguments in
            let text = arguments[0].text
            let offsets = text.offsets.pointer
            let start = Int(offsets[0])
            let size = Int(offsets[text.count]) - start
            let all = UnsafeRawBufferPointer(start: text.bytes.baseAddress + start, count: size)
            if Letters.isASCII(all) {
                var bytes = BytesBuilder(capacity: size)
                let source = (text.bytes.baseAddress + start).assumingMemoryBound(to: UInt8.self)
                Letters.copyASCII(source, bytes.end, size, upper: upper)
                bytes.advance(size)
                let moved = start == 0 ? text.offsets : mapped(offsets, text.count + 1) { $0 - Int32(start) }
                return Vector(
                    .text, .text(TextBuffer(offsets: moved, bytes: bytes.finish())), validity: arguments.validity,
                    count: arguments.count)
            }
            var sink = TextSink(count: arguments.count, byteCapacity: size + size / 8)
            for row in 0..<arguments.count {
                let value = text.value(row)
                if let source = value.baseAddress, Letters.isASCII(value) {
                    sink.bytes.reserve(value.count)
                    let bytes = source.assumingMemoryBound(to: UInt8.self)
                    Letters.copyASCII(bytes, sink.bytes.end, value.count, upper: upper)
                    sink.bytes.advance(value.count)
                } else {
                    Letters.write(value, upper: upper, to: &sink.bytes)
                }
                sink.end()
            }
            return sink.finish(.text, validity: arguments.validity)
        }
    }

    /// A text function that gives for every row a part of its first argument.
    @inline(__always)
    static func part(
        _ arguments: Arguments, _ body: (Int, UnsafeRawBufferPointer) -> UnsafeRawBufferPointer
    ) -> Vector {
        let text = arguments[0].text
        let mask = arguments[0].mask
        let size = arguments[0].isConstant ? text.bytes.count * arguments.count : text.bytes.count
        var sink = TextSink(count: arguments.count, byteCapacity: min(size, 1 << 24))
        for row in 0..<arguments.count { sink.append(body(row, text.value(row & mask))) }
        return sink.finish(.text, validity: arguments.validity)
    }

    static let length: Kernel = { arguments in
        let text = arguments[0].text
        let values = Buffer<Int64>(count: arguments.count) { target in
            for row in 0..<arguments.count { target[row] = Int64(Letters.count(text.value(row))) }
        }
        return Vector(.integer, .integers(values), validity: arguments.validity, count: arguments.count)
    }

    static let byteLength: Kernel = { arguments in
        let offsets = arguments[0].text.offsets
        let values = Buffer<Int64>(count: arguments.count) { target in
            for row in 0..<arguments.count { target[row] = Int64(offsets[row + 1] - offsets[row]) }
        }
        return Vector(.integer, .integers(values), validity: arguments.validity, count: arguments.count)
    }

    /// Takes letters off the ends: spaces, or those of a second argument.
    static func trim(start: Bool, end: Bool) -> Kernel {
        { arguments in
            part(arguments) { row, text in
                if arguments.vectors.count == 1 {
                    var range = 0..<text.count
                    while start, let first = range.first, text[first] == 0x20 { range.removeFirst() }
                    while end, let last = range.last, text[last] == 0x20 { range.removeLast() }
                    return UnsafeRawBufferPointer(rebasing: text[range])
                }
                return trimmed(text, arguments[1].bytes(row), start: start, end: end)
            }
        }
    }

    private static func trimmed(
        _ text: UnsafeRawBufferPointer, _ letters: UnsafeRawBufferPointer, start: Bool, end: Bool
    ) -> UnsafeRawBufferPointer {
        func letter(at offset: Int, in text: UnsafeRawBufferPointer) -> Range<Int> {
            var end = offset + 1
            while end < text.count, text[end] & 0xc0 == 0x80 { end += 1 }
            return offset..<end
        }
        func isListed(_ range: Range<Int>) -> Bool {
            var offset = 0
            while offset < letters.count {
                let other = letter(at: offset, in: letters)
                if isSame(
                    UnsafeRawBufferPointer(rebasing: text[range]), UnsafeRawBufferPointer(rebasing: letters[other]))
                {
                    return true
                }
                offset = other.upperBound
            }
            return false
        }
        var low = 0
        var high = text.count
        while start, low < high, isListed(letter(at: low, in: text)) { low = letter(at: low, in: text).upperBound }
        while end, high > low {
            var first = high - 1
            while first > low, text[first] & 0xc0 == 0x80 { first -= 1 }
            guard isListed(first..<high) else { break }
            high = first
        }
        return UnsafeRawBufferPointer(rebasing: text[low..<high])
    }

    /// substr: from a position that starts at 1, or counts from the end when negative.
    static let substring: Kernel = { arguments in
        let (positions, lengths) = (arguments[1], arguments.vectors.count > 2 ? arguments[2] : nil)
        return part(arguments) { row, text in
            let position = positions.integers[row & positions.mask]
            let length = lengths.map { $0.integers[row & $0.mask] } ?? .max
            let size = Int64(position < 0 ? Letters.count(text) : 0)
            let (start, overflow) =
                position > 0
                ? (position - 1, false) : position < 0 ? size.addingReportingOverflow(position) : (-1, false)
            guard !overflow else { return UnsafeRawBufferPointer(rebasing: text[0..<0]) }
            let (sum, isFar) = start.addingReportingOverflow(length)
            let end = isFar ? (length > 0 ? Int64.max : Int64.min) : sum
            let range = max(0, Int(min(start, end)))..<max(0, Int(max(start, end)))
            return Letters.slice(text, range)
        }
    }

    /// left and right; a negative count leaves out so many at the other end.
    static func end(isLeft: Bool) -> Kernel {
        { arguments in
            let counts = arguments[1]
            return part(arguments) { row, text in
                let count = counts.integers[row & counts.mask]
                let size = Letters.count(text)
                let wanted =
                    count >= 0 ? Int(min(count, Int64(size))) : max(0, size - Int(min(count.magnitude, UInt64(size))))
                return Letters.slice(text, isLeft ? 0..<wanted : size - wanted..<size)
            }
        }
    }

    /// split_part: the part of that number between separators, counted from the end when negative.
    static let splitPart: Kernel = { arguments in
        let (separators, numbers) = (arguments[1], arguments[2])
        if separators.isConstant, numbers.isConstant, separators.bytes(0).count == 1, numbers.integers[0] > 0 {
            let separator = separators.bytes(0)[0]
            let number = numbers.integers[0]
            return part(arguments) { _, text in field(number, of: text, separator) }
        }
        return part(arguments) { row, text in
            let number = numbers.integers[row & numbers.mask]
            return splitPart(text, separators.bytes(row), number)
        }
    }

    @inline(__always)
    private static func field(
        _ number: Int64, of text: UnsafeRawBufferPointer, _ separator: UInt8
    ) -> UnsafeRawBufferPointer {
        var left = number
        var start = 0
        for index in 0..<text.count where text[index] == separator {
            left -= 1
            if left == 0 { return UnsafeRawBufferPointer(rebasing: text[start..<index]) }
            start = index + 1
        }
        return UnsafeRawBufferPointer(rebasing: text[left == 1 ? start..<text.count : 0..<0])
    }

    private static func splitPart(
        _ text: UnsafeRawBufferPointer, _ separator: UnsafeRawBufferPointer, _ number: Int64
    ) -> UnsafeRawBufferPointer {
        let nothing = UnsafeRawBufferPointer(rebasing: text[0..<0])
        if separator.isEmpty {
            let size = Letters.count(text)
            let index = number > 0 ? number - 1 : number < 0 ? Int64(size) &+ number : -1
            guard index >= 0, index < size else { return nothing }
            return Letters.slice(text, Int(index)..<Int(index) + 1)
        }
        var number = number
        if number < 0 {
            var parts: Int64 = 1
            var from = 0
            while let place = find(separator, in: text, from: from) {
                parts += 1
                from = place + separator.count
            }
            number = parts &+ number &+ 1
        }
        guard number > 0 else { return nothing }
        var start = 0
        while let place = find(separator, in: text, from: start) {
            number -= 1
            if number == 0 { return UnsafeRawBufferPointer(rebasing: text[start..<place]) }
            start = place + separator.count
        }
        return number == 1 ? UnsafeRawBufferPointer(rebasing: text[start...]) : nothing
    }

    /// Where a text is in another, from an offset on.
    static func find(_ needle: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer, from: Int) -> Int? {
        guard let base = text.baseAddress, let pattern = needle.baseAddress, !needle.isEmpty else {
            return needle.isEmpty && from <= text.count ? from : nil
        }
        var start = from
        while start + needle.count <= text.count {
            guard let place = memchr(base + start, Int32(needle[0]), text.count - needle.count - start + 1) else {
                return nil
            }
            start = UnsafeRawPointer(place) - base
            if memcmp(base + start, pattern, needle.count) == 0 { return start }
            start += 1
        }
        return nil
    }

    static let replace: Kernel = { arguments in
        let (texts, needles, others) = (arguments[0], arguments[1], arguments[2])
        var sink = TextSink(count: arguments.count, byteCapacity: texts.text.bytes.count)
        for row in 0..<arguments.count {
            let (text, needle, other) = (texts.bytes(row), needles.bytes(row), others.bytes(row))
            var start = 0
            if !needle.isEmpty {
                while let place = find(needle, in: text, from: start), sink.bytes.count <= TextSink.byteLimit {
                    sink.bytes.append(UnsafeRawBufferPointer(rebasing: text[start..<place]))
                    sink.bytes.append(other)
                    start = place + needle.count
                }
            }
            sink.bytes.append(UnsafeRawBufferPointer(rebasing: text[start...]))
            sink.end()
        }
        return sink.finish(.text, validity: arguments.validity)
    }

    /// `||` and concat; null arguments of concat are left out.
    static let concatenate: Kernel = { arguments in
        var sink = TextSink(count: arguments.count, byteCapacity: 32 * arguments.count)
        for row in 0..<arguments.count {
            for vector in arguments.vectors where vector.isValid(row) { sink.bytes.append(vector.bytes(row)) }
            sink.end()
        }
        return sink.finish(.text, validity: arguments.validity)
    }

    /// lpad and rpad.
    static func pad(isLeft: Bool) -> Kernel {
        { arguments in
            let (texts, widths, fills) = (arguments[0], arguments[1], arguments[2])
            var sink = TextSink(count: arguments.count, byteCapacity: texts.text.bytes.count)
            for row in 0..<arguments.count where sink.padded(arguments, row) {
                let (text, fill) = (texts.bytes(row), fills.bytes(row))
                let width = Int(max(0, widths.integers[row & widths.mask]))
                let size = Letters.count(text)
                let missing = width - size
                if missing <= 0 {
                    sink.append(Letters.slice(text, 0..<width))
                    continue
                }
                if !isLeft { sink.bytes.append(text) }
                let fillSize = Letters.count(fill)
                for _ in 0..<missing / fillSize { sink.bytes.append(fill) }
                sink.bytes.append(Letters.slice(fill, 0..<missing % fillSize))
                if isLeft { sink.bytes.append(text) }
                sink.end()
            }
            return sink.finish(.text, validity: arguments.validity)
        }
    }

    /// Letters as readers see them, the last one first.
    static let reverse: Kernel = { arguments in
        let text = arguments[0].text
        var sink = TextSink(count: arguments.count, byteCapacity: text.bytes.count)
        for row in 0..<arguments.count {
            let value = text.value(row)
            if Letters.isASCII(value) {
                for index in 0..<value.count { sink.bytes.append(value[value.count - 1 - index]) }
            } else {
                sink.bytes.append(String(String(decoding: value, as: UTF8.self).reversed()))
            }
            sink.end()
        }
        return sink.finish(.text, validity: arguments.validity)
    }

    /// starts_with, ends_with and contains.
    static func search(
        _ body: @escaping @Sendable (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool
    ) -> Kernel {
        { arguments in
            let (texts, needles) = (arguments[0], arguments[1])
            let values = Buffer<UInt8>(count: arguments.count) { target in
                for row in 0..<arguments.count { target[row] = body(texts.bytes(row), needles.bytes(row)) ? 1 : 0 }
            }
            return Vector(.boolean, .flags(values), validity: arguments.validity, count: arguments.count)
        }
    }
}

extension TextSink {
    /// Whether a row can be padded; otherwise its value is written here.
    fileprivate mutating func padded(_ arguments: Arguments, _ row: Int) -> Bool {
        guard arguments.isValid(row) else {
            end()
            return false
        }
        let width = arguments[1].integers[row & arguments[1].mask]
        guard width <= 1 << 26 else {
            fail("the text would be padded to \(width) letters")
            return false
        }
        guard width > Letters.count(arguments[0].bytes(row)), arguments[2].bytes(row).isEmpty else { return true }
        fail("there is nothing to pad with")
        return false
    }
}
