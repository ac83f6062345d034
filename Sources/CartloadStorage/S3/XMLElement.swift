// SPDX-License-Identifier: Apache-2.0

/// An element of a small XML document, such as S3 answers with; attributes, comments and namespaces are passed over.
///
/// Strict about what counts: tags must match, and there are no document types, so no entities of the sender's own.
struct XMLElement {
    /// Without a namespace's prefix.
    let name: String
    /// The text directly in it.
    private(set) var text = ""
    private(set) var children: [XMLElement] = []

    private static let maximumDepth = 32

    /// Reads a document; nil when it is not well-formed.
    init?(_ document: some Sequence<UInt8>) {
        var reader = XMLReader(document)
        guard reader.skipProlog(), let element = XMLElement(&reader, depth: 0), reader.skipEnd() else { return nil }
        self = element
    }

    private init?(_ reader: inout XMLReader, depth: Int) {
        guard depth < XMLElement.maximumDepth, let (name, isEmpty) = reader.startTag() else { return nil }
        self.name = name
        if isEmpty { return }
        while true {
            switch reader.content() {
            case .text(let text): self.text += text
            case .start:
                guard let child = XMLElement(&reader, depth: depth + 1) else { return nil }
                children.append(child)
            case .end(let ended): if ended == name { return } else { return nil }
            case .fault: return nil
            }
        }
    }

    /// The text of the first child of a name.
    subscript(name: String) -> String? { children.first { $0.name == name }?.text }

    /// All children of a name.
    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}
