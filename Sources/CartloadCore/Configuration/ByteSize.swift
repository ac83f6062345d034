// SPDX-License-Identifier: Apache-2.0

/// A number of bytes as people write it: `4096`, `64MB`, `1.5 GiB`.
public struct ByteSize: Sendable, Hashable {
    public var bytes: Int

    public init(_ bytes: Int) { self.bytes = bytes }

    /// Reads a size; kB, MB, GB and TB are powers of 1000, KiB, MiB, GiB and TiB powers of 1024, in any case.
    ///
    /// Nil when the text is no size, is negative or does not fit.
    public init?(_ text: String) {
        let number = text.prefix { ($0.isASCII && $0.isNumber) || $0 == "." }
        let unit = text[number.endIndex...].drop { $0 == " " }.lowercased()
        let units: [String: Int] = [
            "": 1, "b": 1, "k": 1000, "kb": 1000, "m": 1_000_000, "mb": 1_000_000, "g": 1_000_000_000,
            "gb": 1_000_000_000, "tb": 1_000_000_000_000, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30,
            "tib": 1 << 40,
        ]
        guard let factor = units[unit] else { return nil }
        if let whole = Int(number) {
            let (bytes, overflow) = whole.multipliedReportingOverflow(by: factor)
            if overflow { return nil }
            self.init(bytes)
        } else if let fraction = Double(number), let bytes = Int(exactly: (fraction * Double(factor)).rounded()) {
            self.init(bytes)
        } else {
            return nil
        }
    }

    /// Reads a size from a configuration: a text, or a number of bytes.
    public init?(_ value: JSONValue) {
        if let text = value.stringValue {
            self.init(text)
        } else if let bytes = value.intValue, bytes >= 0 {
            self.init(bytes)
        } else {
            return nil
        }
    }
}

extension ByteSize: CustomStringConvertible {
    /// `512 B`, `64.0 kB`, `1.5 MB`
    public var description: String {
        guard bytes >= 1000 else { return "\(bytes) B" }
        var amount = bytes
        var unit = 0
        let names = ["kB", "MB", "GB", "TB", "PB", "EB"]
        // 999.95 would round to 1000.0 of the same unit.
        while amount >= 999_950 && unit < names.count - 1 {
            amount /= 1000
            unit += 1
        }
        let tenths = (amount + 50) / 100
        return "\(tenths / 10).\(tenths % 10) \(names[unit])"
    }
}
