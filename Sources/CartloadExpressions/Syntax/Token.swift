// SPDX-License-Identifier: Apache-2.0

/// One word or sign of an expression.
struct Token {
    enum Kind: Equatable {
        /// A word that may be a keyword, in its original case.
        case word(String)
        /// A name in double quotes.
        case quotedName(String)
        case string(String)
        case integer(String)
        case number(String)
        /// An operator or a bracket.
        case sign(String)
        case end
    }

    var kind: Kind
    /// Where it starts, in UTF-8 bytes.
    var offset: Int
    /// Where it ends.
    var end: Int

    /// The word in upper case, for comparing with keywords; nil for anything else.
    var keyword: String? {
        if case .word(let word) = kind { word.uppercased() } else { nil }
    }

    func isSign(_ sign: String) -> Bool { kind == .sign(sign) }
}
