// SPDX-License-Identifier: Apache-2.0
// A column being filled, row after row.
#ifndef CARTLOAD_COLUMNFILL_HPP
#define CARTLOAD_COLUMNFILL_HPP
#include <cstdlib>
#include <new>

#include "Number.hpp"

namespace cartload {

/// A value as the walk met it.
struct Slot {
    enum Kind : uint8_t { None, Null, True, False, Number, String, Escaped, Object, Array, NotFinite };
    uint32_t start, end;
    Kind kind;
};

/// malloc'ed memory with 64 zero bytes behind its capacity, as the caller's `Bytes` wants it.
struct Memory {
    uint8_t *base = nullptr;
    size_t capacity = 0;

    void allocate(size_t size) {
        base = static_cast<uint8_t *>(malloc(size + 64));
        if (!base) throw std::bad_alloc();
        capacity = size;
    }

    void grow(size_t size) {
        auto larger = static_cast<uint8_t *>(realloc(base, size + 64));
        if (!larger) throw std::bad_alloc();
        base = larger;
        capacity = size;
    }

    void release() {
        free(base);
        base = nullptr;
        capacity = 0;
    }

    /// Gives the memory away, its padding zeroed.
    void *take() {
        if (base) memset(base + capacity, 0, 64);
        void *memory = base;
        base = nullptr;
        return memory;
    }
};

struct ColumnFill {
    int32_t form;
    int32_t slot;
    size_t total;
    int32_t kind = CL_JSON_KIND_NULL;
    /// The form in which the column must be filled again, or -1: what was kept so far does not suffice.
    int32_t again = -1;
    bool isDone = false;
    /// An integer that a double does not hold was met.
    bool hasLarge = false;
    Memory values, text, validity;
    size_t written = 0;

    ColumnFill(int32_t form, int32_t slot, size_t total) : form(form), slot(slot), total(total) {}

    void release() {
        values.release();
        text.release();
        validity.release();
    }

    void restart(int32_t wanted) {
        release();
        again = wanted;
    }

    void setNull(size_t row) {
        if (kind == CL_JSON_KIND_NULL) return;
        if (!validity.base) makeValidity();
        validity.base[row >> 3] = uint8_t(validity.base[row >> 3] & ~(1u << (row & 7)));
        switch (kind) {
        case CL_JSON_KIND_BOOLEAN: break;
        case CL_JSON_KIND_INTEGER:
        case CL_JSON_KIND_NUMBER: reinterpret_cast<int64_t *>(values.base)[row] = 0; break;
        default: reinterpret_cast<int32_t *>(values.base)[row + 1] = int32_t(written);
        }
    }

    void makeValidity() {
        validity.allocate((total + 7) / 8);
        memset(validity.base, 0xff, validity.capacity);
    }

    /// The first value, at `row`: all rows before it are null.
    void begin(int32_t what, size_t row) {
        kind = what;
        switch (kind) {
        case CL_JSON_KIND_BOOLEAN:
            values.allocate((total + 7) / 8);
            memset(values.base, 0, values.capacity);
            break;
        case CL_JSON_KIND_INTEGER:
        case CL_JSON_KIND_NUMBER:
            values.allocate(total * 8);
            memset(values.base, 0, row * 8);
            break;
        default:
            values.allocate((total + 1) * 4);
            memset(values.base, 0, (row + 1) * 4);
            text.allocate(total * 16 + 64);
        }
        if (row > 0) {
            makeValidity();
            memset(validity.base, 0, row >> 3);
            validity.base[row >> 3] = uint8_t(0xff << (row & 7));
        }
    }

    uint8_t *room(size_t length) {
        if (text.capacity - written < length + 32) text.grow(text.capacity * 2 + length + 32);
        return text.base + written;
    }

    void endText(size_t row, size_t length) {
        written += length;
        reinterpret_cast<int32_t *>(values.base)[row + 1] = int32_t(written);
    }

    /// Copies text; up to 32 bytes after it are read and overwritten, which both sides have room for.
    void appendText(size_t row, const uint8_t *p, size_t length) {
        uint8_t *out = room(length);
        memcpy(out, p, 32);
        if (length > 32) memcpy(out + 32, p + 32, length - 32);
        endText(row, length);
    }

    void appendString(const uint8_t *base, const Slot &slot, size_t row, size_t &loneSurrogates) {
        const uint8_t *p = base + slot.start + 1;
        const uint8_t *end = base + Text::closingQuote(base, slot.end);
        if (slot.kind == Slot::String) return appendText(row, p, size_t(end - p));
        uint8_t *out = room(size_t(end - p));
        endText(row, size_t(unescape(p, end, out, loneSurrogates) - out));
    }

    static const uint8_t *trimmed(const uint8_t *base, const Slot &slot) {
        const uint8_t *end = base + slot.end;
        while (isSpace(end[-1])) end--;
        return end;
    }

    void appendRaw(const uint8_t *base, const Slot &slot, size_t row) {
        appendText(row, base + slot.start, size_t(trimmed(base, slot) - (base + slot.start)));
    }

    void expect(int32_t what, size_t row) {
        if (kind == CL_JSON_KIND_NULL) begin(what, row);
    }

    void integers(size_t row, int64_t value) { reinterpret_cast<int64_t *>(values.base)[row] = value; }
    void doubles(size_t row, double value) { reinterpret_cast<double *>(values.base)[row] = value; }

    /// Adds a value that is not null; false when the form does not take it.
    inline bool append(const uint8_t *base, const Slot &value, size_t row, size_t &loneSurrogates) {
        switch (form) {
        case CL_JSON_FORM_INFERRED: infer(base, value, row, loneSurrogates); return true;
        case CL_JSON_FORM_RAW: break;
        case CL_JSON_FORM_BOOLEAN:
            if (value.kind != Slot::True && value.kind != Slot::False) return false;
            expect(CL_JSON_KIND_BOOLEAN, row);
            setBit(row, value.kind == Slot::True);
            return true;
        case CL_JSON_FORM_INTEGER: {
            if (value.kind != Slot::Number) return false;
            cartload::Number number = readNumber(base + value.start, base + value.end);
            int64_t whole;
            if (kind == CL_JSON_KIND_DIGITS) {
                if (number.kind == Number::Integer || number.kind == Number::WideInteger) {
                    appendRaw(base, value, row);
                    return true;
                }
                if (!integral(number, whole)) return false;
                char digits[24];
                auto end = std::to_chars(digits, digits + sizeof digits, whole).ptr;
                uint8_t *out = room(24);
                memcpy(out, digits, size_t(end - digits));
                endText(row, size_t(end - digits));
                return true;
            }
            if (number.kind == Number::WideInteger) {
                restart(CL_JSON_KIND_DIGITS);
                return true;
            }
            if (!integral(number, whole)) return false;
            expect(CL_JSON_KIND_INTEGER, row);
            integers(row, whole);
            return true;
        }
        case CL_JSON_FORM_NUMBER: {
            if (value.kind != Slot::Number) return false;
            double real;
            const uint8_t *end = trimmed(base, value);
            cartload::Number number = readNumber(base + value.start, end);
            if (number.kind == Number::Integer) {
                real = double(number.integer);
            } else if (number.kind == Number::Real) {
                real = number.real;
            } else {
                auto read = std::from_chars(
                    reinterpret_cast<const char *>(base + value.start), reinterpret_cast<const char *>(end), real);
                if (read.ec != std::errc() || std::isinf(real)) return false;
            }
            expect(CL_JSON_KIND_NUMBER, row);
            doubles(row, real);
            return true;
        }
        case CL_JSON_FORM_DECIMAL:
            if (value.kind == Slot::Number) {
                expect(CL_JSON_KIND_DECIMAL, row);
                appendRaw(base, value, row);
                return true;
            }
            if (value.kind == Slot::String) {
                const uint8_t *p = base + value.start + 1;
                const uint8_t *end = base + Text::closingQuote(base, value.end);
                if (numberEnd(p) != end) return false;
                expect(CL_JSON_KIND_DECIMAL, row);
                appendText(row, p, size_t(end - p));
                return true;
            }
            return false;
        case CL_JSON_FORM_STRING:
            if (value.kind != Slot::String && value.kind != Slot::Escaped) return false;
            expect(CL_JSON_KIND_STRING, row);
            appendString(base, value, row, loneSurrogates);
            return true;
        case CL_JSON_FORM_TIMESTAMP:
        case CL_JSON_FORM_DATE:
        case CL_JSON_FORM_TIME: {
            if (value.kind != Slot::String) return false;
            const uint8_t *p = base + value.start + 1;
            size_t length = Text::closingQuote(base, value.end) - value.start - 1;
            if (!cl_json_has_form(p, length, form)) return false;
            expect(CL_JSON_KIND_STRING, row);
            appendText(row, p, length);
            return true;
        }
        case CL_JSON_FORM_OBJECT:
            if (value.kind != Slot::Object) return false;
            break;
        case CL_JSON_FORM_ARRAY:
            if (value.kind != Slot::Array) return false;
            break;
        }
        expect(CL_JSON_KIND_JSON, row);
        appendRaw(base, value, row);
        return true;
    }

    void setBit(size_t row, bool bit) {
        if (bit) values.base[row >> 3] = uint8_t(values.base[row >> 3] | 1u << (row & 7));
    }

    /// Adds a value to a column whose kind the values decide.
    inline void infer(const uint8_t *base, const Slot &value, size_t row, size_t &loneSurrogates) {
        if (kind == CL_JSON_KIND_JSON) return appendRaw(base, value, row);
        switch (value.kind) {
        case Slot::Number: return inferNumber(base, value, row);
        case Slot::String:
        case Slot::Escaped:
            expect(CL_JSON_KIND_STRING, row);
            if (kind != CL_JSON_KIND_STRING) return restart(CL_JSON_KIND_JSON);
            return appendString(base, value, row, loneSurrogates);
        case Slot::True:
        case Slot::False:
            expect(CL_JSON_KIND_BOOLEAN, row);
            if (kind != CL_JSON_KIND_BOOLEAN) return restart(CL_JSON_KIND_JSON);
            return setBit(row, value.kind == Slot::True);
        default:
            if (kind != CL_JSON_KIND_NULL) return restart(CL_JSON_KIND_JSON);
            begin(CL_JSON_KIND_JSON, row);
            return appendRaw(base, value, row);
        }
    }

    void inferNumber(const uint8_t *base, const Slot &value, size_t row) {
        cartload::Number number = readNumber(base + value.start, trimmed(base, value));
        switch (kind) {
        case CL_JSON_KIND_NULL:
            switch (number.kind) {
            case Number::Integer: begin(CL_JSON_KIND_INTEGER, row); break;
            case Number::WideInteger: begin(CL_JSON_KIND_DIGITS, row); break;
            case Number::Real: begin(CL_JSON_KIND_NUMBER, row); break;
            case Number::LongReal: begin(CL_JSON_KIND_DECIMAL, row); break;
            }
            return inferNumber(base, value, row);
        case CL_JSON_KIND_INTEGER:
            switch (number.kind) {
            case Number::Integer:
                hasLarge |= !number.isSmall();
                return integers(row, number.integer);
            case Number::WideInteger: return restart(CL_JSON_KIND_DIGITS);
            case Number::LongReal: return restart(CL_JSON_KIND_DECIMAL);
            case Number::Real:
                if (hasLarge) return restart(CL_JSON_KIND_DECIMAL);
                for (size_t i = 0; i < row; i++) doubles(i, double(reinterpret_cast<int64_t *>(values.base)[i]));
                kind = CL_JSON_KIND_NUMBER;
                return doubles(row, number.real);
            }
            return;
        case CL_JSON_KIND_NUMBER:
            if (number.kind == Number::Real) return doubles(row, number.real);
            if (number.kind == Number::Integer && number.isSmall()) return doubles(row, double(number.integer));
            return restart(CL_JSON_KIND_DECIMAL);
        case CL_JSON_KIND_DIGITS:
            if (number.kind == Number::Real || number.kind == Number::LongReal) kind = CL_JSON_KIND_DECIMAL;
            return appendRaw(base, value, row);
        case CL_JSON_KIND_DECIMAL: return appendRaw(base, value, row);
        default: return restart(CL_JSON_KIND_JSON);
        }
    }

    /// Begins again in the kind that the last attempt found necessary.
    void refill() {
        written = 0;
        hasLarge = false;
        kind = CL_JSON_KIND_NULL;
        begin(again, 0);
        again = -1;
    }

    /// Hands the memory over.
    void finish(cl_json_column &column) {
        column = {};
        column.kind = kind;
        if (kind == CL_JSON_KIND_NULL) return;
        column.values_capacity = values.capacity;
        column.values = values.take();
        column.text_capacity = text.capacity;
        column.text_count = written;
        column.text = text.take();
        column.validity_capacity = validity.capacity;
        column.validity = validity.take();
    }
};

}  // namespace cartload
#endif
