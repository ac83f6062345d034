// SPDX-License-Identifier: Apache-2.0

/// Rows of words in columns; as wide as they need, or made to fit a screen.
struct TextTable: Sendable {
    let rows: [[String]]
    /// Columns that stand on the right of theirs.
    let numbers: Set<Int>

    init(_ rows: [[String]], numbers: Set<Int> = []) {
        self.rows = rows
        self.numbers = numbers
    }

    var text: String { lines.map { $0 + "\n" }.joined() }

    var lines: [String] { lines(of: Array(0..<columnCount)) }

    /// Lines that fit; what is still too wide when nothing can be dropped any more is cut.
    ///
    /// - Parameter order: Columns that can be done without, the first of them first.
    func lines(width: Int, dropping order: [Int]) -> [String] {
        var kept = Array(0..<columnCount)
        var droppable = order[...]
        while lineWidth(kept) > width, let column = droppable.popFirst() { kept.removeAll { $0 == column } }
        return lines(of: kept).map { line in
            line.count > width ? String(line.prefix(max(0, width - 1))) + "…" : line
        }
    }

    private var columnCount: Int { rows.map(\.count).max() ?? 0 }

    private func width(_ column: Int) -> Int { rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }

    private func lineWidth(_ columns: [Int]) -> Int {
        columns.reduce(0) { $0 + width($1) } + max(0, columns.count - 1) * TextTable.gap.count
    }

    private func lines(of columns: [Int]) -> [String] {
        let widths = columns.map { width($0) }
        return rows.map { row in
            let cells = zip(columns, widths).map { column, width in
                let word = row.count > column ? row[column] : ""
                let space = String(repeating: " ", count: width - word.count)
                return numbers.contains(column) ? space + word : word + space
            }
            return TextTable.trimmed(cells.joined(separator: TextTable.gap))
        }
    }

    private static let gap = "  "

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
