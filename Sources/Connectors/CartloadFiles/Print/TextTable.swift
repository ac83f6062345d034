// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Records as a table for people: a column for each field, numbers on the right, long texts cut.
struct TextTable {
    private let names: [String]
    private let records: [JSONObject]

    /// How many characters of a cell are shown, and how many columns there are (I7).
    private static let widest = 40
    private static let maximumColumns = 100

    init(_ records: [JSONObject]) {
        self.records = records
        var names: [String] = []
        for record in records {
            for name in record.keys where names.count < TextTable.maximumColumns && !names.contains(name) {
                names.append(name)
            }
        }
        self.names = names
    }

    var text: String {
        guard !names.isEmpty else { return "" }
        var columns: [[String]] = []
        for name in names {
            let values = records.map { $0[name] }
            let isNumeric = values.allSatisfy { $0.map { $0.isNull || $0.isNumber } ?? true }
            let cells = [TextTable.shown(name)] + values.map { $0.map(TextTable.cell) ?? "" }
            let width = cells.map(\.count).max() ?? 0
            let rule = String(repeating: "─", count: width)
            columns.append(
                ([cells[0], rule] + cells[1...]).map { cell in
                    let blank = String(repeating: " ", count: width - cell.count)
                    return isNumeric ? blank + cell : cell + blank
                })
        }
        var text = ""
        for row in 0..<(records.count + 2) {
            var line = columns.map { $0[row] }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            text += line + "\n"
        }
        return text
    }

    private static func cell(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .string(let text): shown(text)
        default: shown(value.description)
        }
    }

    /// In one line, and without what would steer a terminal.
    private static func shown(_ text: String) -> String {
        let start = text.prefix(widest + 1)
        let plain = String(
            start.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
        return start.count > widest ? plain.prefix(widest - 1) + "…" : plain
    }
}

extension JSONValue {
    fileprivate var isNumber: Bool { if case .number = self { true } else { false } }
}
