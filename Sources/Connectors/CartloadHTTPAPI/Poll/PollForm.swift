// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage

/// In which form an answer's records are: what was set, what its head says, or how it begins.
struct PollForm {
    let records: RecordForm

    /// - Throws: `CartloadError` with code `poll.form` for a web page, and for what nothing can be told of.
    init(_ response: HTTPResponse, _ options: PollOptions) throws {
        let first = response.body.firstMark
        let place = Location(source: response.head.url.description)
        // Whatever its head says: no form of records begins so.
        guard first != UInt8(ascii: "<") else {
            throw CartloadError(
                .pollForm, "the answer is a web page or XML and begins \"\(response.body.beginning)\"", at: place,
                advice: "Check the URL and the credentials; such pages often come from a proxy or a login.")
        }
        switch options.form ?? PollForm.said(response) ?? PollForm.seen(response.body, first) {
        case .json?: records = .json(options.path, isOptional: false)
        case .jsonl?: records = .jsonLines
        case .csv?: records = .csv
        case nil:
            let type = response.headers["Content-Type"].map { "of the type \"\($0.prefix(80))\" " } ?? ""
            throw CartloadError(
                .pollForm, "the answer \(type)begins \"\(response.body.beginning)\", which is no JSON", at: place,
                advice: "Set `format` to the form that it has.")
        }
    }

    private static func said(_ response: HTTPResponse) -> PollOptions.Form? {
        let type = response.headers["Content-Type"]?.prefix { $0 != ";" }.lowercased()
            .trimmingSpaces
        switch type {
        case "text/csv"?: return .csv
        case "application/x-ndjson"?, "application/ndjson"?, "application/jsonl"?, "application/x-jsonlines"?,
            "application/jsonlines"?, "application/x-jsonl"?:
            return .jsonl
        case "application/json"?: return .json
        case let type? where type.hasSuffix("+json"): return .json
        default: return nil
        }
    }

    private static func seen(_ body: Bytes, _ first: UInt8?) -> PollOptions.Form? {
        switch first {
        case UInt8(ascii: "[")?: return .json
        case UInt8(ascii: "{")?:
            // One object, or one in each line.
            var ignored = Diagnostics()
            return (try? JSONDocument(scanning: body, &ignored)) == nil ? .jsonl : .json
        // Nothing at all is a file of no lines.
        case nil: return .jsonl
        default: return nil
        }
    }
}

extension Bytes {
    /// The first byte that is no blank, a byte order mark left aside.
    fileprivate var firstMark: UInt8? {
        withUnsafeBytes { bytes in
            bytes.first { ![0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].contains($0) }
        }
    }
}

extension StringProtocol {
    fileprivate var trimmingSpaces: String {
        var text = Substring(self)
        while text.last == " " { text.removeLast() }
        return String(text.drop { $0 == " " })
    }
}
