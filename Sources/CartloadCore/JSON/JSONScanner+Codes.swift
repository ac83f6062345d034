// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

extension CartloadError.Code {
    /// The line is JSON, but not an object.
    public static let notAnObject = CartloadError.Code("json.not-an-object")
    /// The last line breaks off.
    public static let truncatedJSON = CartloadError.Code("json.truncated")
    /// A block or a record is larger than the scanner takes.
    public static let blockTooLarge = CartloadError.Code("json.block-too-large")
    /// Objects have more different fields than a batch may have columns.
    public static let tooManyFields = CartloadError.Code("json.too-many-fields")
    /// NaN or an infinity, which JSON does not have, was replaced by null.
    public static let notFinite = CartloadError.Code("json.not-finite")
    /// Half a surrogate pair was replaced by U+FFFD in a text column.
    public static let loneSurrogate = CartloadError.Code("json.lone-surrogate")
    /// A value does not fit the type that was asked for.
    public static let wrongRecordType = CartloadError.Code("record.wrong-type")
}

extension JSONScanner {
    /// What a fault of the scanner means.
    static func explain(_ code: Int32) -> (code: CartloadError.Code, message: String) {
        switch cl_json_code(UInt32(bitPattern: code)) {
        case CL_JSON_INVALID_UTF8: (.invalidJSON, "not valid JSON: the text is not UTF-8")
        case CL_JSON_OPEN_STRING: (.invalidJSON, "not valid JSON: a string is not closed")
        case CL_JSON_CONTROL_CHARACTER: (.invalidJSON, "not valid JSON: a control character in a string is not escaped")
        case CL_JSON_EXPECTED_VALUE: (.invalidJSON, "not valid JSON: a value is expected")
        case CL_JSON_EXPECTED_KEY: (.invalidJSON, "not valid JSON: a key in quotes is expected")
        case CL_JSON_EXPECTED_COLON: (.invalidJSON, "not valid JSON: ':' is expected after a key")
        case CL_JSON_EXPECTED_COMMA: (.invalidJSON, "not valid JSON: ',' or the end of the object or array is expected")
        case CL_JSON_INVALID_NUMBER: (.invalidJSON, "not valid JSON: the number is not well formed")
        case CL_JSON_INVALID_LITERAL:
            (.invalidJSON, "not valid JSON: neither a string nor a number, true, false or null")
        case CL_JSON_INVALID_ESCAPE: (.invalidJSON, "not valid JSON: the escape is not known")
        case CL_JSON_TOO_DEEP: (.invalidJSON, "the JSON is nested more than \(CL_JSON_MAX_DEPTH) levels deep")
        case CL_JSON_NOT_AN_OBJECT: (.notAnObject, "the record is not a JSON object")
        case CL_JSON_AFTER_END: (.invalidJSON, "not valid JSON: there is something after the record on its line")
        case CL_JSON_TRUNCATED: (.truncatedJSON, "the record breaks off before its end")
        case CL_JSON_NOT_FINITE: (.invalidJSON, "not valid JSON: NaN and infinities are not numbers")
        case CL_JSON_WRONG_TYPE: (.wrongRecordType, "the value does not fit the field's type")
        default: (.invalidJSON, "the record is not valid JSON")
        }
    }

    /// Throws what concerns a block as a whole.
    static func check(_ code: Int32, at origin: Location) throws {
        switch cl_json_code(UInt32(bitPattern: code)) {
        case CL_JSON_OK: return
        case CL_JSON_BLOCK_TOO_LARGE:
            throw CartloadError(
                .blockTooLarge, "a block of JSON is larger than 2 GiB", at: origin,
                advice: "Set a smaller bound for lines and blocks.")
        case CL_JSON_TOO_MANY_FIELDS:
            throw CartloadError(
                .tooManyFields, "the records have more than \(CL_JSON_MAX_COLUMNS) different fields", at: origin,
                advice: "Select the fields that are wanted, or keep the varying ones in a nested object.")
        case CL_JSON_INVALID_RECORD:
            throw CartloadError(.invalidJSON, "the records are not the JSON objects that they should be", at: origin)
        default: fatalError("out of memory: scanning JSON")  // as every Swift allocation ends
        }
    }
}
