// SPDX-License-Identifier: Apache-2.0
#include "ChosenRows.hpp"
#include "ColumnFill.hpp"
#include "LineScan.hpp"

using namespace cartload;

namespace cartload {

/// A member name that is wanted, in one object of the path tree.
struct Key {
    std::string name;
    /// Where the value goes, or -1.
    int32_t slot = -1;
    /// The object whose members are wanted, or -1.
    int32_t child = -1;
};

/// The key that stood at this place in the record before, wanted or not.
struct Guess {
    const uint8_t *text;
    uint64_t head, mask;
    /// Bytes after the first eight, the closing quote included.
    uint32_t rest;
    /// The key among those wanted, or -1, with what it leads to.
    int32_t key;
    int32_t slot, child;
};

/// An object of the path tree.
struct Node {
    std::vector<Key> keys;
    std::vector<uint32_t> table;
    std::vector<Guess> guesses;

    static uint64_t hash(const uint8_t *p, size_t length) {
        uint64_t h = 0xcbf29ce484222325u ^ length;
        for (; length >= 8; length -= 8, p += 8) h = mix(h ^ load8(p));
        uint64_t tail = 0;
        memcpy(&tail, p, length);
        return mix(h ^ tail);
    }

    static uint64_t mix(uint64_t h) {
        h *= 0x9e3779b97f4a7c15u;
        return h ^ h >> 29;
    }

    int32_t find(const uint8_t *p, size_t length) const {
        if (table.empty()) return -1;
        size_t mask = table.size() - 1;
        for (size_t i = hash(p, length) & mask;; i = (i + 1) & mask) {
            if (table[i] == 0) return -1;
            const Key &key = keys[table[i] - 1];
            if (key.name.size() == length && memcmp(key.name.data(), p, length) == 0) return int32_t(table[i]) - 1;
        }
    }

    int32_t add(const uint8_t *p, size_t length) {
        int32_t found = find(p, length);
        if (found >= 0) return found;
        keys.push_back({std::string(reinterpret_cast<const char *>(p), length)});
        if (keys.size() * 2 > table.size()) {
            table.assign(table.empty() ? 32 : table.size() * 2, 0);
            for (size_t i = 0; i < keys.size(); i++) place(i);
        } else {
            place(keys.size() - 1);
        }
        return int32_t(keys.size()) - 1;
    }

    void place(size_t index) {
        const std::string &name = keys[index].name;
        size_t mask = table.size() - 1;
        size_t i = hash(reinterpret_cast<const uint8_t *>(name.data()), name.size()) & mask;
        while (table[i] != 0) i = (i + 1) & mask;
        table[i] = uint32_t(index) + 1;
    }
};

struct Extraction {
    cl_json_scanner &scanner;
    const uint8_t *block;
    ChosenRows chosen;
    size_t count;
    bool findsFields;
    std::vector<Node> nodes;
    std::vector<Slot> slots;
    std::vector<ColumnFill> fills;
    size_t loneSurrogates = 0, notFinite = 0;
    bool isFirstPass = true;
    Text text{};

    ~Extraction() {
        for (auto &fill : fills) fill.release();
    }

    const cl_json_place &place(size_t position) const { return chosen.place(position); }

    void addItem(const cl_json_item &item) {
        size_t node = 0;
        if (item.path_count == 0) fills.emplace_back(item.form, addSlot(), count);
        for (size_t level = 0; level < item.path_count; level++) {
            int32_t key = nodes[node].add(item.path[level], item.path_lengths[level]);
            if (level + 1 == item.path_count) {
                if (nodes[node].keys[size_t(key)].slot < 0) nodes[node].keys[size_t(key)].slot = addSlot();
                fills.emplace_back(item.form, nodes[node].keys[size_t(key)].slot, count);
            } else {
                if (nodes[node].keys[size_t(key)].child < 0) {
                    nodes[node].keys[size_t(key)].child = int32_t(nodes.size());
                    nodes.emplace_back();
                }
                node = size_t(nodes[node].keys[size_t(key)].child);
            }
        }
    }

    int32_t addSlot() {
        slots.push_back({0, 0, Slot::None});
        return int32_t(slots.size()) - 1;
    }

    /// Forgets what a repeated key had brought: the last one counts.
    void forget(int32_t child) {
        for (const Key &key : nodes[size_t(child)].keys) {
            if (key.slot >= 0) slots[size_t(key.slot)].kind = Slot::None;
            if (key.child >= 0) forget(key.child);
        }
    }

    /// Looks up a key that is not the one expected, and expects it from now on.
    __attribute__((noinline)) int32_t lookUp(size_t nodeIndex, size_t &at, uint32_t open, uint32_t close) {
        const uint8_t *p = text.base + open + 1;
        size_t length = close - open - 1;
        Node &node = nodes[nodeIndex];
        if (at + 1 < node.guesses.size() && matches(node.guesses[at + 1], p)) {
            at += 2;
            return node.guesses[at - 1].key;
        }
        int32_t key;
        bool isEscaped = memchr(p, '\\', length) != nullptr;
        if (isEscaped) {
            std::string name(length, '\0');
            size_t ignored = 0;
            auto start = reinterpret_cast<uint8_t *>(&name[0]);
            name.resize(size_t(unescape(p, p + length, start, ignored) - start));
            start = reinterpret_cast<uint8_t *>(&name[0]);
            key = findsFields && nodeIndex == 0 ? addField(start, name.size()) : node.find(start, name.size());
            return key;
        }
        key = findsFields && nodeIndex == 0 ? addField(p, length) : node.find(p, length);
        Guess guess{p, 0, 0, 0, key, -1, -1};
        if (key >= 0) {
            guess.slot = node.keys[size_t(key)].slot;
            guess.child = node.keys[size_t(key)].child;
        }
        size_t whole = length + 1;
        guess.mask = whole >= 8 ? ~uint64_t(0) : (uint64_t(1) << (whole * 8)) - 1;
        guess.head = load8(p) & guess.mask;
        guess.rest = uint32_t(whole > 8 ? whole - 8 : 0);
        if (at < node.guesses.size()) {
            node.guesses[at] = guess;
        } else if (node.guesses.size() < CL_JSON_MAX_COLUMNS) {
            node.guesses.push_back(guess);
        }
        at++;
        return key;
    }

    int32_t addField(const uint8_t *p, size_t length) {
        int32_t key = nodes[0].add(p, length);
        if (nodes[0].keys[size_t(key)].slot < 0) {
            if (fills.size() >= CL_JSON_MAX_COLUMNS) throw int(CL_JSON_TOO_MANY_FIELDS);
            int32_t slot = addSlot();
            nodes[0].keys[size_t(key)].slot = slot;
            fills.emplace_back(CL_JSON_FORM_INFERRED, slot, count);
        }
        return key;
    }

    static bool matches(const Guess &guess, const uint8_t *p) {
        if ((load8(p) & guess.mask) != guess.head) return false;
        return guess.rest == 0 || memcmp(p + 8, guess.text + 8, guess.rest) == 0;
    }

    /// Walks an object of which members are wanted.
    bool walkObject(size_t nodeIndex, const uint32_t *&cursor, uint32_t p, int depth, uint32_t &last) {
        const uint8_t *const s = text.base;
        const uint32_t *ix = cursor;
        Node &node = nodes[nodeIndex];
        size_t at = 0;
        p = *ix++;
        if (s[p] == '}') {
            last = p;
            cursor = ix;
            return true;
        }
        for (;;) {
            if (s[p] != '"') return text.fail(CL_JSON_EXPECTED_KEY, p);
            const uint32_t colon = *ix++;
            if (s[colon] != ':') return text.fail(CL_JSON_EXPECTED_COLON, colon);
            if (text.backslash < s + colon && !text.checkEscapes(p, Text::closingQuote(s, colon))) return false;
            int32_t wanted = -1, child = -1;
            if (at < node.guesses.size() && matches(node.guesses[at], s + p + 1)) {
                const Guess &guess = node.guesses[at++];
                wanted = guess.slot;
                child = guess.child;
            } else {
                int32_t key = lookUp(nodeIndex, at, p, Text::closingQuote(s, colon));
                if (key >= 0) {
                    wanted = node.keys[size_t(key)].slot;
                    child = node.keys[size_t(key)].child;
                }
            }
            if (child >= 0) forget(child);
            p = *ix++;
            const uint8_t c = s[p];
            Slot slot{p, 0, Slot::None};
            if (c == '{' || c == '[') {
                slot.kind = c == '{' ? Slot::Object : Slot::Array;
                if (child >= 0 && c == '{') {
                    if (depth + 1 >= CL_JSON_MAX_DEPTH) return text.fail(CL_JSON_TOO_DEEP, p);
                    if (!walkObject(size_t(child), ix, p, depth + 1, slot.end)) return false;
                } else if (!text.walkContainer(ix, p, depth + 1, slot.end)) {
                    return false;
                }
                slot.end++;
            } else {
                const uint32_t next = *ix;
                const uint8_t e = s[next];
                if (e != ',' && e != '}') return text.failBefore(p, next);
                slot.end = next;
                if (c == '"') {
                    slot.kind = Slot::String;
                    if (text.backslash < s + next) {
                        uint32_t close = Text::closingQuote(s, next);
                        if (text.backslash < s + close) slot.kind = Slot::Escaped;
                        if (!text.checkEscapes(p, close)) return false;
                    }
                } else {
                    if (!text.checkToken(p, next)) return false;
                    switch (c) {
                    case 'n': slot.kind = Slot::Null; break;
                    case 't': slot.kind = Slot::True; break;
                    case 'f': slot.kind = Slot::False; break;
                    case 'N':
                    case 'I': slot.kind = Slot::NotFinite; break;
                    default: slot.kind = s[p + 1] == 'I' ? Slot::NotFinite : Slot::Number;
                    }
                }
            }
            if (wanted >= 0) slots[size_t(wanted)] = slot;
            p = *ix++;
            if (s[p] == ',') {
                p = *ix++;
                continue;
            }
            if (s[p] != '}') return text.fail(CL_JSON_EXPECTED_COMMA, p);
            last = p;
            cursor = ix;
            return true;
        }
    }

    void reject(size_t position, uint32_t offset, int32_t column, int32_t code) {
        scanner.misfits.push_back({place(position), offset, uint32_t(position), column, code});
    }

    void appendRow(size_t row) {
        for (size_t i = 0; i < fills.size(); i++) {
            ColumnFill &fill = fills[i];
            if (fill.isDone || fill.again >= 0) continue;
            const Slot &slot = slots[size_t(fill.slot)];
            if (slot.kind <= Slot::Null) {
                fill.setNull(row);
            } else if (slot.kind == Slot::NotFinite) {
                if (isFirstPass) notFinite++;
                fill.setNull(row);
            } else if (!fill.append(text.base, slot, row, loneSurrogates)) {
                fill.setNull(row);
                reject(row, scanner.runStart + slot.start, int32_t(i), CL_JSON_WRONG_TYPE);
            }
        }
    }

    void appendNullRow(size_t row) {
        for (auto &fill : fills)
            if (!fill.isDone && fill.again < 0) fill.setNull(row);
    }

    /// Walks the rows of one run of text; false when stage 1 does not accept it.
    bool walkRun(size_t from, size_t to) {
        const uint32_t start = place(from).start;
        const uint32_t end = place(to - 1).end;
        scanner.runStart = start;
        text.scanner = &scanner;
        text.allowsNotFinite = true;
        if (start >= end || scanner.index(block + start, end - start, text)) return false;
        const uint32_t *ix = text.offsets;
        const uint32_t *const last = text.offsets + text.count;
        for (size_t row = from; row < to; row++) {
            const cl_json_place &its = place(row);
            while (ix < last && *ix < its.start - start) ix++;
            for (auto &slot : slots) slot.kind = Slot::None;
            uint32_t p = ix < last ? *ix : 0, close;
            if (ix >= last || text.base[p] != '{' || text.base[text.offsets[0]] != '{') {
                text.code = CL_JSON_NOT_AN_OBJECT;
                text.at = its.start - start;
            } else {
                ix++;
                // Rows between the chosen ones may have had backslashes.
                if (text.backslash < text.base + p) text.findBackslash(text.base + p);
                if (walkObject(0, ix, p, 0, close)) {
                    if (close + 1 <= its.end - start && (ix >= last || *ix >= its.end - start)) {
                        appendRow(row);
                        continue;
                    }
                    text.code = CL_JSON_AFTER_END;
                    text.at = close;
                }
                if (ix > last) ix = last;
                while (ix > text.offsets && ix[-1] >= its.end - start) ix--;
            }
            if (isFirstPass) reject(row, start + text.at, -1, text.code);
            appendNullRow(row);
        }
        return true;
    }

    void pass() {
        const size_t oldTokens = scanner.tokens.size();
        size_t from = 0;
        while (from < count) {
            size_t to = chosen.runEnd(from);
            if (!walkRun(from, to)) {
                for (size_t row = from; row < to; row++) {
                    if (walkRun(row, row + 1)) continue;
                    if (isFirstPass) reject(row, place(row).start, -1, CL_JSON_INVALID_RECORD);
                    appendNullRow(row);
                }
            }
            from = to;
        }
        scanner.tokens.resize(oldTokens);
    }

    /// As a walker of a line scan: a record is walked, and appended once its line is known to be right.
    bool walk(Text &its, const uint32_t *&ix, uint32_t p, uint32_t &close) {
        if (text.base != its.base) text = its;
        text.end = its.end;
        text.backslash = its.backslash;
        for (auto &slot : slots) slot.kind = Slot::None;
        const bool isRight = walkObject(0, ix, p, 0, close);
        its.backslash = text.backslash;
        its.code = text.code;
        its.at = text.at;
        return isRight;
    }

    void keep(Text &its) {
        text.base = its.base;
        chosen.places = scanner.places.data();
        appendRow(scanner.places.size() - 1);
    }

    void run(cl_json_table &table) {
        pass();
        finish(table);
    }

    /// Fills the columns again that turned out to be of another kind, and hands all over.
    void finish(cl_json_table &table) {
        isFirstPass = false;
        // A column moves at most from digits to decimals to JSON.
        for (int attempt = 0; attempt < 3; attempt++) {
            bool isNeeded = false;
            for (auto &fill : fills) {
                fill.isDone = fill.again < 0;
                if (!fill.isDone) {
                    fill.refill();
                    isNeeded = true;
                }
            }
            if (!isNeeded) break;
            pass();
        }
        scanner.columns.resize(fills.size());
        for (size_t i = 0; i < fills.size(); i++) fills[i].finish(scanner.columns[i]);
        if (findsFields) {
            scanner.names.clear();
            for (auto &key : nodes[0].keys) scanner.names.push_back(key.name);
            for (size_t i = 0; i < fills.size(); i++) {
                scanner.columns[i].name = reinterpret_cast<const uint8_t *>(scanner.names[i].data());
                scanner.columns[i].name_length = scanner.names[i].size();
            }
        }
        table = {scanner.columns.data(), scanner.columns.size(), scanner.misfits.data(), scanner.misfits.size(),
                 loneSurrogates, notFinite};
    }
};

}  // namespace cartload

extern "C" {

int cl_json_extract(
    cl_json_scanner *scanner, const uint8_t *block, size_t length, const cl_json_place *places, const int32_t *rows,
    size_t count, const cl_json_item *items, size_t item_count, cl_json_table *result) {
    *result = {};
    if (length > CL_JSON_MAX_BLOCK) return CL_JSON_BLOCK_TOO_LARGE;
    try {
        scanner->tokens.clear();
        scanner->misfits.clear();
        Extraction extraction{*scanner, block, {block, places, rows, count}, count, items == nullptr, {}, {}, {}};
        extraction.nodes.emplace_back();
        for (size_t i = 0; items && i < item_count; i++) extraction.addItem(items[i]);
        extraction.run(*result);
        return CL_JSON_OK;
    } catch (int code) {
        return code;
    } catch (...) {
        return CL_JSON_OUT_OF_MEMORY;
    }
}

int cl_json_scan_columns(
    cl_json_scanner *scanner, const uint8_t *block, size_t length, uint32_t flags, const cl_json_item *items,
    size_t item_count, cl_json_lines *lines, cl_json_table *table) {
    *table = {};
    *lines = {};
    if (length > CL_JSON_MAX_BLOCK) return CL_JSON_BLOCK_TOO_LARGE;
    try {
        scanner->startScan();
        scanner->misfits.clear();
        // No block has more records than lines.
        size_t most = 1;
        for (const uint8_t *p = block, *end = block + length;
             p < end && (p = static_cast<const uint8_t *>(memchr(p, '\n', size_t(end - p)))); p++)
            most++;
        Extraction extraction{*scanner, block, {block, nullptr, nullptr, 0}, most, items == nullptr, {}, {}, {}};
        extraction.nodes.emplace_back();
        for (size_t i = 0; items && i < item_count; i++) extraction.addItem(items[i]);
        LineScan<Extraction> scan{*scanner, extraction, block, length, (flags & CL_JSON_NOT_FINITE_ALLOWED) != 0};
        scan.scan((flags & CL_JSON_LINE_BY_LINE) != 0);
        extraction.count = scanner->places.size();
        extraction.chosen = {block, scanner->places.data(), nullptr, scanner->places.size()};
        extraction.finish(*table);
        *lines = scanner->lines(scan.lineFed);
        return CL_JSON_OK;
    } catch (int code) {
        return code;
    } catch (...) {
        return CL_JSON_OUT_OF_MEMORY;
    }
}

void cl_json_table_release(cl_json_table *table) {
    for (size_t i = 0; i < table->column_count; i++) {
        free(table->columns[i].values);
        free(table->columns[i].text);
        free(table->columns[i].validity);
        table->columns[i].values = table->columns[i].text = table->columns[i].validity = nullptr;
    }
}

}  // extern "C"
