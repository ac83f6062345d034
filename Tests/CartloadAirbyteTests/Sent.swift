// SPDX-License-Identifier: Apache-2.0

/// Lines as a source sends them, as short as tests want them.
enum Sent {
    static func record(_ stream: String, _ id: Int, _ more: String = "") -> String {
        #"{"type":"RECORD","record":{"stream":"\#(stream)","data":{"id":\#(id)\#(more)},"emitted_at":1795173729162}}"#
            + "\n"
    }

    static func state(_ stream: String, _ number: Int) -> String {
        #"{"type":"STATE", "state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"\#(stream)"},"stream_state":{"n":\#(number)}},"sourceStats":{"recordCount":1.0}}}"#
            + "\n"
    }

    static func status(_ stream: String, _ status: String = "COMPLETE") -> String {
        #"{"type":"TRACE","trace":{"type":"STREAM_STATUS","emitted_at":1.5,"stream_status":{"stream_descriptor":{"name":"\#(stream)"},"status":"\#(status)"}}}"#
            + "\n"
    }

    static func error(_ words: String, type: String = "system_error") -> String {
        #"{"type":"TRACE","trace":{"type":"ERROR","emitted_at":1,"error":{"message":"\#(words)","failure_type":"\#(type)"}}}"#
            + "\n"
    }
}
