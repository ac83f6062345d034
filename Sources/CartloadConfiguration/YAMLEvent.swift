// SPDX-License-Identifier: Apache-2.0

/// One step through a YAML text, with the line where it starts.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias(String)
        /// Text; plain when it has no quotes and is not a block.
        case scalar(String, isPlain: Bool, tag: String?, anchor: String?)
        case sequenceStart(tag: String?, anchor: String?)
        case sequenceEnd
        case mappingStart(tag: String?, anchor: String?)
        case mappingEnd
    }

    var kind: Kind
    /// From 1.
    var line: Int
}
