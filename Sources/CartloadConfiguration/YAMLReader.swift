// SPDX-License-Identifier: Apache-2.0

internal import CYAML
internal import CartloadCore

extension CartloadError.Code {
    /// A configuration file is not valid YAML or JSON.
    static let configurationSyntax = CartloadError.Code("config.syntax")
}

/// Steps through YAML text with libyaml; it owns the parser's memory, and the text must outlive it.
struct YAMLReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let source: String?

    init(_ text: UnsafeRawBufferPointer, source: String?) {
        parser = .allocate(capacity: 1)
        self.source = source
        // Initialising fails only when memory is exhausted; the first event then reports it.
        _ = yaml_parser_initialize(parser)
        yaml_parser_set_input_string(parser, text.baseAddress?.assumingMemoryBound(to: UInt8.self), text.count)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    mutating func next() throws -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        let line = Int(event.start_mark.line) + 1
        let kind: YAMLEvent.Kind
        switch event.type {
        case YAML_STREAM_START_EVENT: kind = .streamStart
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_ALIAS_EVENT: kind = .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let content = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            kind = .scalar(
                String(decoding: content, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                tag: text(scalar.tag), anchor: text(scalar.anchor))
        case YAML_SEQUENCE_START_EVENT:
            kind = .sequenceStart(
                tag: text(event.data.sequence_start.tag), anchor: text(event.data.sequence_start.anchor))
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            kind = .mappingStart(
                tag: text(event.data.mapping_start.tag), anchor: text(event.data.mapping_start.anchor))
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        default: kind = .streamEnd
        }
        return YAMLEvent(kind: kind, line: line)
    }

    private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func failure() -> CartloadError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it cannot be parsed"
        var message = "not valid YAML: \(problem)"
        if let context = parser.pointee.context { message += " \(String(cString: context))" }
        if parser.pointee.error == YAML_READER_ERROR {
            return CartloadError(
                .configurationSyntax, message, at: Location(source: source, byte: parser.pointee.problem_offset),
                advice: "Save the file as UTF-8 text.")
        }
        let mark = parser.pointee.problem_mark
        let isTab = problem.contains("cannot start any token")
        return CartloadError(
            .configurationSyntax, "\(message), column \(mark.column + 1)",
            at: Location(source: source, line: Int(mark.line) + 1),
            advice: isTab
                ? "Indent with spaces, not tabs, and put text that begins with @, ` or % in quotes."
                : "Check the indentation, and put text that holds \": \" or \" #\" in quotes.")
    }
}
