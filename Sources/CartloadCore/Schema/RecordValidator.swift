// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

/// A JSON Schema compiled for checking records; values of it can be used by any number of threads.
///
/// All of the vocabulary that looks at values is checked, but `format` only when asked for. `1.0` counts as an integer.
/// Patterns are those of RE2: no look-around and no back references.
public struct RecordValidator: Sendable {
    private final class Handle: @unchecked Sendable {  // only read once built
        let pointer: OpaquePointer

        init() {
            guard let pointer = cl_json_validator_create() else {
                fatalError("out of memory: a validator")  // as every Swift allocation ends
            }
            self.pointer = pointer
        }

        deinit { cl_json_validator_destroy(pointer) }
    }

    private let handle: Handle

    /// Compiles a schema.
    ///
    /// - Parameter checksFormats: Whether `date-time`, `date` and `time` are checked; other formats never are.
    /// - Throws: `CartloadError` with code `schema.invalid` for what is wrong or cannot be checked.
    public init(jsonSchema: JSONValue, checksFormats: Bool = false) throws {
        handle = Handle()
        var compiler = SchemaCompiler(root: jsonSchema, validator: handle.pointer, checksFormats: checksFormats)
        _ = try compiler.compile(jsonSchema, at: "#")
        cl_json_validator_finish(handle.pointer)
    }

    /// Checks the selected rows; calls `report` for each that fails, with its position, where in it and why.
    func check(
        _ rows: Rows, selection: Selection?, _ report: (_ position: Int, _ field: String?, _ message: String) -> Void
    ) throws {
        try JSONScanner.borrow { scanner in
            var failures: UnsafePointer<cl_json_failure>?
            var failureCount = 0
            let places = UnsafeRawPointer(rows.places.pointer).assumingMemoryBound(to: cl_json_place.self)
            let text = rows.bytes.baseAddress.assumingMemoryBound(to: UInt8.self)
            let length = rows.bytes.count
            let code: Int32
            switch selection {
            case nil:
                code = cl_json_validate(
                    scanner, handle.pointer, text, length, places, nil, rows.count, &failures, &failureCount)
            case .range(let range)?:
                code = cl_json_validate(
                    scanner, handle.pointer, text, length, places + range.lowerBound, nil, range.count, &failures,
                    &failureCount)
            case .rows(let chosen)?:
                code = chosen.withUnsafeBufferPointer {
                    cl_json_validate(
                        scanner, handle.pointer, text, length, places, $0.baseAddress, $0.count, &failures,
                        &failureCount)
                }
            }
            try JSONScanner.check(code, at: Location())
            for failure in UnsafeBufferPointer(start: failures, count: failureCount) {
                let path = String(
                    decoding: UnsafeBufferPointer(start: failure.path, count: failure.path_length), as: UTF8.self)
                report(Int(failure.number), path.isEmpty ? nil : path, RecordValidator.explain(failure.rule))
            }
        }
    }

    private static func explain(_ rule: Int32) -> String {
        switch cl_json_rule(UInt32(bitPattern: rule)) {
        case CL_JSON_RULE_TYPE: "the value has a type that the schema does not allow"
        case CL_JSON_RULE_NEVER: "the schema allows no value here"
        case CL_JSON_RULE_ENUM: "the value is not one of those that the schema lists"
        case CL_JSON_RULE_MINIMUM: "the number is less than the schema's minimum"
        case CL_JSON_RULE_MAXIMUM: "the number is greater than the schema's maximum"
        case CL_JSON_RULE_EXCLUSIVE_MINIMUM: "the number is not greater than the schema's exclusiveMinimum"
        case CL_JSON_RULE_EXCLUSIVE_MAXIMUM: "the number is not less than the schema's exclusiveMaximum"
        case CL_JSON_RULE_MULTIPLE_OF: "the number is not a multiple of the schema's multipleOf"
        case CL_JSON_RULE_MIN_LENGTH: "the string is shorter than the schema's minLength"
        case CL_JSON_RULE_MAX_LENGTH: "the string is longer than the schema's maxLength"
        case CL_JSON_RULE_PATTERN: "the string does not match the schema's pattern"
        case CL_JSON_RULE_FORMAT: "the string does not have the schema's format"
        case CL_JSON_RULE_MIN_ITEMS: "the array has fewer elements than the schema's minItems"
        case CL_JSON_RULE_MAX_ITEMS: "the array has more elements than the schema's maxItems"
        case CL_JSON_RULE_UNIQUE_ITEMS: "the array has two equal elements"
        case CL_JSON_RULE_MIN_PROPERTIES: "the object has fewer members than the schema's minProperties"
        case CL_JSON_RULE_MAX_PROPERTIES: "the object has more members than the schema's maxProperties"
        case CL_JSON_RULE_REQUIRED: "the field is required and missing"
        case CL_JSON_RULE_ADDITIONAL_PROPERTIES: "the schema does not allow this field"
        case CL_JSON_RULE_ANY_OF: "the value fits none of the schema's anyOf"
        case CL_JSON_RULE_ONE_OF: "the value does not fit exactly one of the schema's oneOf"
        case CL_JSON_RULE_NOT: "the value fits what the schema excludes by not"
        case CL_JSON_RULE_TOO_COMPLEX: "checking the record against the schema takes too many steps"
        default: "the record is not valid JSON"
        }
    }
}
