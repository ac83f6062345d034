// SPDX-License-Identifier: Apache-2.0

/// Families of metrics in the text format of Prometheus, version 0.0.4.
struct PrometheusText {
    typealias Labels = [(name: String, value: String)]

    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var text = ""

    /// One family with its samples; without any it is left out.
    mutating func add(
        _ kind: Kind, _ name: String, _ help: String, _ samples: [(labels: Labels, value: any Numeric)]
    ) {
        guard !samples.isEmpty else { return }
        begin(kind, name, help)
        for sample in samples { line(name, sample.labels, "\(sample.value)") }
    }

    /// A family with one sample that has no labels.
    mutating func add(_ kind: Kind, _ name: String, _ help: String, _ value: any Numeric) {
        add(kind, name, help, [([], value)])
    }

    /// A family of histograms.
    ///
    /// - Parameters:
    ///   - bounds: The upper ends of the classes, in the family's unit.
    ///   - samples: `classes` has how many there were in each class, and above all of them.
    mutating func add(
        histogram name: String, _ help: String, bounds: [Double],
        _ samples: [(labels: Labels, classes: [Int], sum: Double)]
    ) {
        guard !samples.isEmpty else { return }
        begin(.histogram, name, help)
        for sample in samples {
            var total = 0
            for (index, count) in sample.classes.enumerated() {
                total += count
                let bound = index < bounds.count ? "\(bounds[index])" : "+Inf"
                line(name + "_bucket", sample.labels + [("le", bound)], "\(total)")
            }
            line(name + "_sum", sample.labels, "\(sample.sum)")
            line(name + "_count", sample.labels, "\(total)")
        }
    }

    private mutating func begin(_ kind: Kind, _ name: String, _ help: String) {
        text += "# HELP cartload_\(name) \(help)\n# TYPE cartload_\(name) \(kind.rawValue)\n"
    }

    private mutating func line(_ name: String, _ labels: Labels, _ value: String) {
        let list = labels.map { "\($0.name)=\"\(PrometheusText.escaped($0.value))\"" }.joined(separator: ",")
        text += "cartload_\(name)\(list.isEmpty ? "" : "{\(list)}") \(value)\n"
    }

    private static func escaped(_ label: String) -> String {
        var text = ""
        for character in label.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
