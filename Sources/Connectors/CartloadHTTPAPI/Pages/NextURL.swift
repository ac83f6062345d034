// SPDX-License-Identifier: Apache-2.0

internal import CartloadStorage

/// The URL of a next page, as answers write it.
enum NextURL {
    /// The target of `rel="next"` among the `Link` headers.
    static func linked(_ headers: HTTPHeaders) -> String? {
        for field in headers.fields where field.name.lowercased() == "link" {
            var rest = field.value[...]
            while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
                let target = rest[rest.index(after: open)..<close]
                rest = rest[rest.index(after: close)...]
                // Its parameters go to the next link, which begins with an angle after a comma.
                let end = rest.firstRange(of: ",")?.lowerBound ?? rest.endIndex
                let next = rest.firstIndex(of: "<") ?? rest.endIndex
                let parameters = rest[..<max(end, next == rest.endIndex ? rest.endIndex : end)]
                if isNext(parameters) { return String(target) }
            }
        }
        return nil
    }

    private static func isNext(_ parameters: Substring) -> Bool {
        parameters.split(separator: ";").contains { parameter in
            let pair = parameter.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].filter({ $0 != " " }).lowercased() == "rel" else { return false }
            return pair[1].split { " \",".contains($0) }.contains { $0.lowercased() == "next" }
        }
    }

    /// A URL as it is meant in an answer to another.
    static func resolved(_ text: String, against base: String) -> String {
        if text.hasPrefix("http://") || text.hasPrefix("https://") { return text }
        guard let scheme = base.firstRange(of: "://") else { return text }
        let pathStart = base[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? base.endIndex
        let origin = base[..<pathStart]
        if text.hasPrefix("//") { return base[..<scheme.lowerBound] + ":" + text }
        if text.hasPrefix("/") { return origin + text }
        let path = base[pathStart...].prefix { !"?#".contains($0) }
        if text.hasPrefix("?") { return origin + path + text }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return origin + folder + text
    }

    /// The URL without a parameter: a credential in it must not be kept (I8).
    static func without(param name: String, _ url: String) -> String {
        guard let mark = url.firstIndex(of: "?") else { return url }
        let kept = url[url.index(after: mark)...].split(separator: "&").filter { pair in
            pair.prefix { $0 != "=" } != name.utf8.percentEncoded()[...]
        }
        return kept.isEmpty ? String(url[..<mark]) : "\(url[..<mark])?\(kept.joined(separator: "&"))"
    }
}
