// SPDX-License-Identifier: Apache-2.0
// The JSON scanner: simdjson's structural pass with our own walk over its result, behind a C ABI.
//
// All functions take blocks of at most CL_JSON_MAX_BLOCK bytes with 64 readable bytes after the end. No exception leaves
// the library. Offsets are bytes from the start of the block.
#ifndef CSIMDJSON_H
#define CSIMDJSON_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#define CL_JSON_MAX_BLOCK 0x7fff0000u
#define CL_JSON_MAX_DEPTH 1024
#define CL_JSON_MAX_COLUMNS 4096

/// What is wrong with a record.
enum cl_json_code {
    CL_JSON_OK = 0,
    CL_JSON_INVALID_UTF8,
    CL_JSON_OPEN_STRING,
    CL_JSON_CONTROL_CHARACTER,
    CL_JSON_EXPECTED_VALUE,
    CL_JSON_EXPECTED_KEY,
    CL_JSON_EXPECTED_COLON,
    CL_JSON_EXPECTED_COMMA,
    CL_JSON_INVALID_NUMBER,
    CL_JSON_INVALID_LITERAL,
    CL_JSON_INVALID_ESCAPE,
    CL_JSON_TOO_DEEP,
    CL_JSON_NOT_AN_OBJECT,
    CL_JSON_AFTER_END,
    CL_JSON_TRUNCATED,
    CL_JSON_NOT_FINITE,
    CL_JSON_WRONG_TYPE,
    CL_JSON_INVALID_RECORD,
    CL_JSON_OUT_OF_MEMORY,
    CL_JSON_TOO_MANY_FIELDS,
    CL_JSON_BLOCK_TOO_LARGE,
};

typedef struct { uint32_t start, end; } cl_json_place;

/// A record that is left out: where its line is, where in it the error is, and which one.
typedef struct {
    cl_json_place line;
    uint32_t offset;
    /// Line feeds in the block before the line; for extraction: the position of the row among those asked for.
    uint32_t number;
    /// The column that does not fit, for CL_JSON_WRONG_TYPE.
    int32_t column;
    int32_t code;
} cl_json_fault;

/// Working memory of one caller at a time.
typedef struct cl_json_scanner cl_json_scanner;
cl_json_scanner *cl_json_scanner_create(void);
void cl_json_scanner_destroy(cl_json_scanner *);

/// Whether NaN, Infinity and -Infinity count as values.
#define CL_JSON_NOT_FINITE_ALLOWED 1u
/// Check every line by itself, which is what happens anyway where something is wrong; for tests.
#define CL_JSON_LINE_BY_LINE 2u
/// Messages of the Airbyte protocol, whose records have an envelope inside their member `record`.
#define CL_JSON_NESTED_RECORDS 4u

/// The records of a block of JSON Lines; the memory is the scanner's, until its next call.
typedef struct {
    const cl_json_place *places;
    size_t count;
    const cl_json_fault *faults;
    size_t fault_count;
    /// NaN, Infinity and -Infinity in the records of `places`.
    const cl_json_place *tokens;
    size_t token_count;
    /// Whether the block is exactly the records with one line feed after each.
    int line_fed;
} cl_json_lines;

/// Finds and fully checks the records of a block; returns a cl_json_code for the block as a whole.
int cl_json_scan_lines(
    cl_json_scanner *, const uint8_t *block, size_t length, uint32_t flags, cl_json_lines *result);

/// How a column is wanted.
enum cl_json_form {
    CL_JSON_FORM_INFERRED = 0,
    CL_JSON_FORM_RAW,
    CL_JSON_FORM_BOOLEAN,
    CL_JSON_FORM_INTEGER,
    CL_JSON_FORM_NUMBER,
    CL_JSON_FORM_DECIMAL,
    CL_JSON_FORM_STRING,
    CL_JSON_FORM_TIMESTAMP,
    CL_JSON_FORM_DATE,
    CL_JSON_FORM_TIME,
    CL_JSON_FORM_OBJECT,
    CL_JSON_FORM_ARRAY,
};

/// How a column turned out.
enum cl_json_kind {
    CL_JSON_KIND_NULL = 0,
    CL_JSON_KIND_BOOLEAN,
    CL_JSON_KIND_INTEGER,
    CL_JSON_KIND_NUMBER,
    CL_JSON_KIND_STRING,
    /// Whole numbers of which one does not fit 64 bits, as digits.
    CL_JSON_KIND_DIGITS,
    /// Numbers that no double holds without changing one, as digits.
    CL_JSON_KIND_DECIMAL,
    CL_JSON_KIND_JSON,
};

typedef struct {
    /// The member names that lead to the value, each ended by its length.
    const uint8_t *const *path;
    const size_t *path_lengths;
    size_t path_count;
    int32_t form;
} cl_json_item;

/// A filled column. `values`, `text` and `validity` come from malloc, with 64 zero bytes after `*_capacity`; they belong to
/// the caller, who frees them.
typedef struct {
    int32_t kind;
    /// 8-byte values, packed bits or 4-byte text offsets; null for CL_JSON_KIND_NULL.
    void *values;
    size_t values_capacity;
    void *text;
    size_t text_count, text_capacity;
    /// Null when every row has a value.
    void *validity;
    size_t validity_capacity;
    /// The column's name, when the fields were found rather than asked for; the scanner's memory.
    const uint8_t *name;
    size_t name_length;
} cl_json_column;

typedef struct {
    cl_json_column *columns;
    size_t column_count;
    /// Rows that do not fit or are not valid; their cells are null. In order of row.
    const cl_json_fault *faults;
    size_t fault_count;
    /// Escapes of half a surrogate pair, which became U+FFFD, and NaN or infinite numbers, which became null.
    size_t lone_surrogates, not_finite;
} cl_json_table;

/// Extracts columns from records whose places are known, ascending and without overlap; `rows`, when given, picks some.
///
/// - items: null for every top-level field there is.
int cl_json_extract(
    cl_json_scanner *, const uint8_t *block, size_t length, const cl_json_place *places, const int32_t *rows,
    size_t count, const cl_json_item *items, size_t item_count, cl_json_table *result);
/// Both at once, in one pass: finds and checks the records of a block and extracts columns from them, without rows for
/// those that are left out.
int cl_json_scan_columns(
    cl_json_scanner *, const uint8_t *block, size_t length, uint32_t flags, const cl_json_item *items,
    size_t item_count, cl_json_lines *lines, cl_json_table *table);
/// Paths of one document, and names of one path.
#define CL_JSON_MAX_PATHS 64
#define CL_JSON_MAX_PATH 32

/// Checks one document, an object or array, as a whole and finds the values at some paths of it.
///
/// - items: the paths; a name is a member's or, in digits, a position in an array. An empty path is the document.
/// - listed: the item whose array is listed element by element in `lines`, an object there as the only one, or -1.
/// - values: gets the place of each item; the start is the end where there is nothing.
/// - flags: CL_JSON_NOT_FINITE_ALLOWED.
/// - offset: gets the place of what is wrong.
int cl_json_find(
    cl_json_scanner *, const uint8_t *document, size_t length, const cl_json_item *items, size_t item_count,
    int32_t listed, uint32_t flags, cl_json_place *values, cl_json_lines *lines, uint32_t *offset);
/// How an array of records is written.
enum cl_json_array_form {
    CL_JSON_ARRAY_EMPTY = 0,
    CL_JSON_ARRAY_OBJECTS,
    /// Rows below a row of names.
    CL_JSON_ARRAY_ROWS,
};

typedef struct {
    int32_t form;
    /// What is wrong with the first element that does not fit, or 0: CL_JSON_WRONG_TYPE, or CL_JSON_TOO_MANY_FIELDS for a row
    /// with another count of values than the row of names.
    int32_t fault;
    uint32_t fault_element;
    uint32_t column_count;
    /// All elements, the row of names too; the scanner's memory, until its next call.
    const cl_json_place *places;
    size_t count;
} cl_json_array;

/// Finds the elements of a JSON array that was checked before; CL_JSON_WRONG_TYPE when it is no array.
int cl_json_scan_array(cl_json_scanner *, const uint8_t *text, size_t length, cl_json_array *result);

/// A member's name: as it is, and as it is written before a value, with quotes and colon.
typedef struct {
    const uint8_t *text;
    size_t length;
    const uint8_t *key;
    size_t key_length;
} cl_json_name;

/// What a member of a record may be, and what it is where the record has none.
typedef struct {
    cl_json_name name;
    /// JSON text, or nothing.
    const uint8_t *value;
    size_t value_length;
    /// Bits of cl_json_type.
    uint32_t types;
    int32_t is_required;
} cl_json_input;

/// Writes records as objects, one a line, with the inputs that they lack.
///
/// - columns: the names of rows; null for objects.
/// - is_open: whether objects may have members that are no inputs.
/// - output: must hold all texts, and for each record the keys of the columns, the keys and values of the inputs, and 3 bytes
///   for each of both and 4 more.
/// - faults: in order of record; `number` is the record, `column` the input. CL_JSON_WRONG_TYPE, CL_JSON_EXPECTED_KEY for a
///   required input that is not there, CL_JSON_NOT_AN_OBJECT for a member that is no input, whose name is at `line`.
int cl_json_merge_records(
    cl_json_scanner *, const uint8_t *text, const cl_json_place *places, size_t count, const cl_json_name *columns,
    size_t column_count, const cl_json_input *inputs, size_t input_count, int is_open, uint8_t *output,
    cl_json_place *output_places, size_t *written, const cl_json_fault **faults, size_t *fault_count);

/// Writes some members of objects, one row or object a line; null where an object has none of that name.
///
/// - output: must hold all texts, and for each record the keys and 5 bytes for each name and 3 more.
int cl_json_pick_members(
    cl_json_scanner *, const uint8_t *text, const cl_json_place *places, size_t count, const cl_json_name *names,
    size_t name_count, int as_rows, uint8_t *output, cl_json_place *output_places, size_t *written);

/// Finds the names of all members of objects, in the order in which they first occur; CL_JSON_TOO_MANY_FIELDS beyond a limit.
int cl_json_member_names(
    cl_json_scanner *, const uint8_t *text, const cl_json_place *places, size_t count, size_t limit,
    size_t *name_count);
/// One of the names that were found, not ended by a zero.
const uint8_t *cl_json_member_name(const cl_json_scanner *, size_t position, size_t *length);

/// Frees what a table still owns; the caller sets to null what it has taken.
void cl_json_table_release(cl_json_table *);

/// The types a schema allows, as bits.
enum cl_json_type {
    CL_JSON_TYPE_NULL = 1,
    CL_JSON_TYPE_BOOLEAN = 2,
    CL_JSON_TYPE_INTEGER = 4,
    CL_JSON_TYPE_NUMBER = 8,
    CL_JSON_TYPE_STRING = 16,
    CL_JSON_TYPE_ARRAY = 32,
    CL_JSON_TYPE_OBJECT = 64,
    CL_JSON_TYPE_ANY = 127,
};

/// The rules of a schema; also what a failure names.
enum cl_json_rule {
    CL_JSON_RULE_NONE = 0,
    CL_JSON_RULE_TYPE,
    CL_JSON_RULE_NEVER,
    CL_JSON_RULE_ENUM,
    CL_JSON_RULE_MINIMUM,
    CL_JSON_RULE_MAXIMUM,
    CL_JSON_RULE_EXCLUSIVE_MINIMUM,
    CL_JSON_RULE_EXCLUSIVE_MAXIMUM,
    CL_JSON_RULE_MULTIPLE_OF,
    CL_JSON_RULE_MIN_LENGTH,
    CL_JSON_RULE_MAX_LENGTH,
    CL_JSON_RULE_PATTERN,
    CL_JSON_RULE_FORMAT,
    CL_JSON_RULE_MIN_ITEMS,
    CL_JSON_RULE_MAX_ITEMS,
    CL_JSON_RULE_UNIQUE_ITEMS,
    CL_JSON_RULE_MIN_PROPERTIES,
    CL_JSON_RULE_MAX_PROPERTIES,
    CL_JSON_RULE_REQUIRED,
    CL_JSON_RULE_ADDITIONAL_PROPERTIES,
    CL_JSON_RULE_ITEMS,
    CL_JSON_RULE_PREFIX_ITEMS,
    CL_JSON_RULE_ALL_OF,
    CL_JSON_RULE_ANY_OF,
    CL_JSON_RULE_ONE_OF,
    CL_JSON_RULE_NOT,
    CL_JSON_RULE_IF,
    CL_JSON_RULE_THEN,
    CL_JSON_RULE_ELSE,
    /// The record is not valid JSON, or checking it takes too many steps.
    CL_JSON_RULE_INVALID_RECORD,
    CL_JSON_RULE_TOO_COMPLEX,
};

/// A compiled schema: nodes that refer to one another by number. Once built it is only read, by any number of callers.
typedef struct cl_json_validator cl_json_validator;
cl_json_validator *cl_json_validator_create(void);
void cl_json_validator_destroy(cl_json_validator *);
/// Adds a node that allows everything; -1 when there is no memory. Records are checked by node 0.
int32_t cl_json_validator_add(cl_json_validator *);
void cl_json_validator_set_types(cl_json_validator *, int32_t node, uint32_t types);
/// Sets a rule with a number or a count.
void cl_json_validator_set_number(cl_json_validator *, int32_t node, int32_t rule, double value);
/// Sets the form of strings, one of the three of time.
void cl_json_validator_set_format(cl_json_validator *, int32_t node, int32_t form);
/// Sets or adds a schema for a rule that has one or several.
void cl_json_validator_add_child(cl_json_validator *, int32_t node, int32_t rule, int32_t child);
/// Names a property, with its schema or -1.
void cl_json_validator_add_property(
    cl_json_validator *, int32_t node, const uint8_t *name, size_t length, int32_t child, int required);
/// Sets a pattern, for strings (child -1) or for property names; 0 and an explanation when it is not understood.
int cl_json_validator_add_pattern(
    cl_json_validator *, int32_t node, const uint8_t *pattern, size_t length, int32_t child, char *error, size_t room);
/// Allows a value, given as JSON; 0 when it is not valid.
int cl_json_validator_add_value(cl_json_validator *, int32_t node, const uint8_t *json, size_t length);
/// Ends building; the validator can be used from here on.
void cl_json_validator_finish(cl_json_validator *);

/// A record that fails.
typedef struct {
    /// Its position among those asked for.
    uint32_t number;
    int32_t rule;
    /// Where in the record, as `geo.lat` or `tags[2]`; the scanner's memory.
    const uint8_t *path;
    size_t path_length;
} cl_json_failure;

/// Checks records; results in the scanner's memory, until its next call.
int cl_json_validate(
    cl_json_scanner *, const cl_json_validator *, const uint8_t *block, size_t length, const cl_json_place *places,
    const int32_t *rows, size_t count, const cl_json_failure **failures, size_t *failure_count);

/// What a line of a message stream is.
enum cl_json_message {
    CL_JSON_MESSAGE_OTHER = 0,
    CL_JSON_MESSAGE_RECORD,
    CL_JSON_MESSAGE_STATE,
    CL_JSON_MESSAGE_SCHEMA,
    CL_JSON_MESSAGE_BATCH,
    CL_JSON_MESSAGE_ACTIVATE_VERSION,
};

/// The members of an envelope that have places of their own.
enum cl_json_member {
    CL_JSON_MEMBER_TYPE = 0,
    CL_JSON_MEMBER_STREAM,
    CL_JSON_MEMBER_RECORD,
    CL_JSON_MEMBER_TIME_EXTRACTED,
    CL_JSON_MEMBER_VERSION,
    CL_JSON_MEMBER_VALUE,
    CL_JSON_MEMBER_NAMESPACE,
    CL_JSON_MEMBER_COUNT,
};

typedef struct {
    /// As JSON text, strings with their quotes; empty where there is no such member.
    cl_json_place members[CL_JSON_MEMBER_COUNT];
    cl_json_place line;
    int32_t type;
} cl_json_envelope;

/// Finds the messages of a block, like cl_json_scan_lines; `lines.places` are the messages.
///
/// With CL_JSON_NESTED_RECORDS the members `stream`, `namespace`, `data` (as the record) and `emitted_at` (as the time) are
/// those of the object in `record`, and `type` alone is looked for outside of it.
int cl_json_scan_messages(
    cl_json_scanner *, const uint8_t *block, size_t length, uint32_t flags, cl_json_lines *lines,
    const cl_json_envelope **envelopes);

/// Writes the shortest text that reads back as the same number, at most 32 bytes, with a fraction or an exponent.
size_t cl_json_format_double(double value, uint8_t *output);
/// Reads a number's whole text exactly; 0 when it is not a JSON number.
int cl_json_parse_double(const uint8_t *text, size_t length, double *value);
/// Reads a whole number's text: 1, or 0 when it is not one, or 2 when it does not fit.
int cl_json_parse_int64(const uint8_t *text, size_t length, int64_t *value);
/// Whether the whole text is a JSON number.
int cl_json_is_number(const uint8_t *text, size_t length);
/// Whether the text has the shape of a timestamp, date or time, as the form says.
int cl_json_has_form(const uint8_t *text, size_t length, int32_t form);

/// How a column's values are written.
enum cl_json_encoding {
    CL_JSON_WRITE_NULL = 0,
    CL_JSON_WRITE_BOOLEAN,
    CL_JSON_WRITE_INTEGER,
    CL_JSON_WRITE_NUMBER,
    /// Text as a JSON string.
    CL_JSON_WRITE_STRING,
    /// Text that is JSON.
    CL_JSON_WRITE_JSON,
    /// Text that is a number's digits; NaN and infinities become null, anything else a string.
    CL_JSON_WRITE_DIGITS,
    /// Microseconds since 1970, with and without `Z`.
    CL_JSON_WRITE_TIMESTAMP_ZONED,
    CL_JSON_WRITE_TIMESTAMP,
    /// Days since 1970.
    CL_JSON_WRITE_DATE,
    /// Microseconds since midnight.
    CL_JSON_WRITE_TIME,
};

/// A column to be written.
typedef struct {
    /// What comes before the value, such as `,"name":`; the first column's begins with `{`.
    const uint8_t *prefix;
    size_t prefix_length;
    int32_t encoding;
    const void *values;
    const uint8_t *text;
    /// Null when every row has a value.
    const uint8_t *validity;
} cl_json_writable;

#define CL_JSON_ASCII_ONLY 1u

/// Writes rows as JSON Lines until `count` are written or the next may not fit; returns how many were.
///
/// - rows: which rows, or null for `first` and those after it.
/// - ends: when given, gets each row's end, after its line feed, counted from `output`, plus `base`.
size_t cl_json_write_rows(
    const cl_json_writable *columns, size_t column_count, const int32_t *rows, size_t first, size_t count,
    uint8_t *output, size_t capacity, size_t *written, int32_t *ends, int32_t base, uint32_t flags, size_t *not_finite);
/// How many bytes a row may need at most.
size_t cl_json_row_bound(const cl_json_writable *columns, size_t column_count, size_t row);
/// Writes a JSON string with its quotes; the output must hold 6 bytes for each one of the text, and 34 more.
size_t cl_json_write_string(const uint8_t *text, size_t length, uint32_t flags, uint8_t *output);
/// Escapes everything that is not ASCII in JSON text; the output must hold 6 bytes for each one of the text.
size_t cl_json_escape_unicode(const uint8_t *text, size_t length, uint8_t *output);
/// Whether a text occurs in another, such as a quoted name in a block of records; `name` has at least 2 bytes.
int cl_json_mentions(const uint8_t *text, size_t length, const uint8_t *name, size_t name_length);
/// Writes a moment as text, with `encoding` one of the four of time; at most 40 bytes.
size_t cl_json_format_moment(int64_t value, int32_t encoding, uint8_t *output);

#ifdef __cplusplus
}
#endif
#endif
